"""/desk/texts: the words of every automatic message; changed with a preview and checks, and taken back."""

import json
from collections.abc import Iterator, Mapping, Sequence

from bot.domain.base import Refused
from bot.domain.phrase import LONGEST, Phrase
from bot.domain.settings import PHRASE, standing
from bot.feature import Action, Look, Page
from bot.parts import (
    Field,
    Found,
    Heading,
    Link,
    Links,
    Part,
    Press,
    Preview,
    Search,
    Table,
    Tabs,
    Text,
)
from bot.talk import Rows, Talk
from bot.text import clean, to_traditional
from bot.tuning.words import phrase_of, reword, said_now, unsay
from handlers.settings.about import (
    READ_ONLY,
    TEXTS,
    administers,
    administrator,
    by_administrators,
    changes_of,
    feature,
    settings_of,
    ways,
)

_ABOUT = (
    "余热自己发出去的话都在这里。改了的，从下一条起就照新的说，不用重启。"
    "大括号里的是余热填的，比如{姓名}；别的照您写的发。"
)

SECTIONS = {
    "registration": "登记", "profile": "更正资料", "schedule": "学习日", "service_day": "志愿服务日",
    "calendar": "日程", "visit": "走访", "birthday": "政治生日", "person": "找人帮忙", "notice": "通知",
    "media": "语音和图片", "undelivered": "请打电话", "settings": "机器自己的事",
}  # fmt: skip
"""What the texts of a feature are about, in this order."""
_OTHERS = "别的"


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All of them; or the one that `name` names, with what is being tried in `words`."""
    if look.query.get("name"):
        return list(_one(rows, look, phrase_of(settings_of(look), look.query["name"])))
    said = {row.name: row.value for row in rows.all(standing())}
    phrases = settings_of(look).known_phrases.values()
    sections: dict[str, list[Phrase]] = {title: [] for title in SECTIONS.values()}
    for phrase in phrases:
        sections.setdefault(SECTIONS.get(phrase.feature, _OTHERS), []).append(phrase)
    return [ways(TEXTS), Text(_ABOUT), *(_section(t, some, said) for t, some in sections.items())]


def _section(title: str, phrases: Sequence[Phrase], said: Mapping[str, str | None]) -> Table:
    lines = tuple(
        (p.title, json.loads(value) if value else p.words, "改过" if value else "")
        for p in phrases
        for value in (said.get(f"{PHRASE}{p.name}"),)
    )
    links = tuple(f"/desk/{TEXTS}?name={phrase.name}" for phrase in phrases)
    head = ("什么时候发、发给谁", "现在的话", "改过吗")
    return Table(head, lines, links=links, caption=title)


def _one(rows: Rows, look: Look, phrase: Phrase) -> Iterator[Part]:
    now = said_now(rows, phrase)
    tried = clean(look.query.get("words", "")) or now
    yield ways(TEXTS)
    yield Links((Link("回到单子", f"/desk/{TEXTS}"),), "回去")
    yield Heading(phrase.title)
    if administers(look):
        note = f"填好最多{LONGEST}个字，称“您”，只问一个问题。"
        name = Field("name", "", "hidden", phrase.name)
        yield Search((name, Field("words", "怎么说", "area", tried, note=note)), "先看看")
    else:
        yield READ_ONLY
    yield Found(tuple(_tried(look, phrase, now, tried)))
    slots = tuple(
        (f"{{{s.name}}}", s.note, s.example, "要有" if s.needed else "") for s in phrase.slots
    )
    yield Table(
        ("能用的", "填什么", "比如", "要有吗"),
        slots,
        "这一条没有要填的。",
        caption="大括号里能写的",
    )
    yield Text(f"原来的话：{phrase.words}")
    yield from changes_of(rows, look, f"{PHRASE}{phrase.name}", json.loads, "恢复原来的话")


def _tried(look: Look, phrase: Phrase, now: str, tried: str) -> Iterator[Part]:
    """What a member would read, and what is still wrong; the button that keeps it stands behind that."""
    faults = phrase.faults(tried)
    for fault in faults:
        yield Text(fault, "warning")
    example = phrase.example(tried)
    yield Tabs((
        ("简体", (Preview("会员", "手机", (example,)),)),
        ("繁体", (Preview("会员", "手机", (to_traditional(example),)),)),
    ))  # fmt: skip
    values = (("name", phrase.name), ("was", now))
    if administers(look) and tried != now and not faults:
        yield Press("就这样说", "change", (*values, ("words", tried)))
    if administers(look) and now != phrase.words:
        yield Press("恢复原来的话", "back", values)


def _meant(talk: Talk, form: dict[str, str]) -> Phrase:
    """The phrase of the form. Refused where somebody else changed it since the page was shown."""
    phrase = phrase_of(settings_of(talk), form.get("name", ""))
    if form.get("was", "") != said_now(talk.rows, phrase):
        raise Refused("刚才有人改过这一条，请再看一看。")
    return phrase


async def put(talk: Talk, form: dict[str, str]) -> str:
    """Other words, from the next message on."""
    me, phrase = administrator(talk), _meant(talk, form)
    reword(talk.rows, phrase, form.get("words", ""), me, talk.now)
    return f"“{phrase.title}”从下一条起照新的说。"


async def put_back(talk: Talk, form: dict[str, str]) -> str:
    """The default words again."""
    me, phrase = administrator(talk), _meant(talk, form)
    unsay(talk.rows, phrase, me, talk.now)
    return f"“{phrase.title}”恢复原来的话了。"


ACTIONS: dict[str, Action] = {"change": put, "back": put_back}
feature.pages.append(
    Page(
        TEXTS,
        "自动消息的用语",
        view,
        actions=ACTIONS,
        touches=by_administrators(ACTIONS),
        by="",
        order=0,
    )
)
