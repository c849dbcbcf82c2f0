"""Whom a notice is for, in a coordinator's own words: "三海70岁以上的志愿者", "没回第12号的", "只有电话的"."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.notices import PHONE
from bot.domain.organisations import organisations
from bot.domain.people import CHANNEL_TITLE, ROLE_TITLE, Person
from bot.notices.audience import branches_of, find_person
from bot.talk import Rows
from bot.text import squeeze
from bot.understand.numerals import number

_HOW: Final = "可以说支部、组织、身份、年龄、怎么联系，比如“没回第12号的”“只有电话的”。"
_N: Final = r"(\d+|[零一二两三四五六七八九十百]+)"
_FORMS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(rf"{_N}岁?(?:到|至|-|—|~){_N}岁"), "age:{}-{}"),
    (re.compile(rf"满?{_N}岁(?:及?以上|往上)"), "age:{}-"),
    (re.compile(rf"{_N}岁(?:及?以下|往下)"), "age:-{}"),
    (re.compile(rf"(?:还没有?|没有?|未)回复?[过了]?第?{_N}号(?:通知)?"), "silent:{}"),
    (re.compile(rf"回复?[过了]?第?{_N}号(?:通知)?"), "answered:{}"),
)
_PHONE: Final = re.compile(r"(?:只有|只能打|要打|只打)电话")
_FILLERS: Final = re.compile(
    r"支部|街道|社区|所有|全部|全体|在册|同志|会员|用|的|人|们|和|里|在|发给|都|收到|[，,、“”]"
)
LONGEST_NAME: Final = 5


def in_words(rows: Rows, author: Person, words: str) -> str:
    """As `read_audience` takes it. Raises Refused, saying what was not understood and how it is said."""
    text = squeeze(words)
    found: list[str] = []
    for condition, said in _conditions(rows, author, text):
        found += [condition][: bool(condition)]
        text = text.replace(said, "", 1)
    rest = _FILLERS.sub("", text)
    if not rest:
        return "&".join(found) or "all"
    if not found and len(rest) <= LONGEST_NAME:
        try:
            return f"member:{find_person(rows, notices.scope_of(author), words.strip()).number}"
        except Refused as no:
            raise Refused(f"{no}发给好几位，{_HOW}") from None
    raise Refused(f"“{rest[:10]}”没听懂。{_HOW}")


def _conditions(rows: Rows, author: Person, text: str) -> Iterator[tuple[str, str]]:
    """Each condition, and the words that said it."""
    for form, kept in _FORMS:
        if match := form.search(text):
            values = [n if n.isdigit() else str(number(n)) for n in match.groups()]
            yield kept.format(*values), match[0]
            text = text.replace(match[0], "", 1)
    if match := _PHONE.search(text):
        yield f"channel:{PHONE}", match[0]
    yield from _named(rows, author, text)


def _named(rows: Rows, author: Person, text: str) -> Iterator[tuple[str, str]]:
    """Branches, organisations, roles and channels, by their names."""
    names = [branch.name for branch in branches_of(rows, notices.scope_of(author))]
    kinds: tuple[tuple[str, dict[str, str]], ...] = (
        ("branch", {said: name for name in names if (said := _short_in(text, name, names))}),
        ("org", {squeeze(one.name): one.name for one in rows.all(organisations())}),
        ("role", {title: title for title in ROLE_TITLE.values()}),
        ("channel", {title: name for name, title in CHANNEL_TITLE.items() if name != PHONE}),
    )
    for kind, known in kinds:
        met = [said for said in known if said in text]
        if met:
            yield f"{kind}:{','.join(known[said] for said in met)}", met[0]
            yield from (("", said) for said in met[1:])


def _short_in(text: str, name: str, names: Sequence[str]) -> str:
    """The longest beginning of a branch's name that stands in the text and is no other's; "" for none."""
    others = [other for other in names if other != name]
    begins = [squeeze(name)[:n] for n in range(len(name), 1, -1)]
    ours = (b for b in begins if b in text and not any(squeeze(o).startswith(b) for o in others))
    return next(ours, "")
