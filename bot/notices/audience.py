"""Whom a notice is for, as page, chat and command say it: conditions that all hold, joined by "&".

all   branch:三海,双鹤   org:老体协   role:志愿者   member:王秀英   age:70-80   answered:12   silent:12
channel:telegram,phone
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from bot.domain import notices
from bot.domain.access.notices import access_notice
from bot.domain.anniversary import remembered_on
from bot.domain.base import Refused
from bot.domain.notices import PHONE, Audience, Notice
from bot.domain.organisations import organisations
from bot.domain.people import CHANNEL_TITLE, ROLE_TITLE, Branch, Person, Role, Status, with_number
from bot.domain.schedule import branches
from bot.talk import Rows, numbered
from bot.text import name_key, normal

EVERYBODY = "全体在册"
OLDEST: Final = 130
_KIND: Final = {
    "全体": "all", "支部": "branch", "组织": "org", "角色": "role", "个人": "member", "年龄": "age",
    "回过": "answered", "没回": "silent", "渠道": "channel",
}  # fmt: skip
_EXPECTED: Final = (
    "发给谁？请写 all、branch:支部名、org:组织、role:角色、age:70-80、silent:通知的号、channel:渠道，"
    "几样都要的用 & 连起来；或者写 member:姓名或编号。"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """By whom it is said, and on which day: ages become days of birth."""

    rows: Rows
    author: Person
    scope: tuple[int, ...]
    today: date


Condition = tuple[str, str]
"""(as it is kept, as it is called)."""


def read_audience(rows: Rows, author: Person, words: str, today: date) -> Audience:
    """Reads the words above, within the branches of `author`. Raises Refused with what is expected."""
    scope = notices.scope_of(author)
    reading = Reading(rows, author, scope, today)
    found: dict[str, Condition] = {}
    for one in filter(None, (part.strip() for part in words.split("&"))):
        kind, _, value = one.partition(":")
        kind = _KIND.get(kind.strip(), kind.strip().lower())
        read = _READERS.get(kind)
        if read is None or (kind != "all" and not value.strip()) or kind in found:
            raise Refused(_EXPECTED)
        found[kind] = read(reading, value.strip())
    if len(found) > 1:
        found.pop("all", None)
    if not found:
        raise Refused(_EXPECTED)
    key = "&".join(kept for kept, _ in found.values())
    return Audience(key, "，".join(title for _, title in found.values()), scope)


def corrected(first: Notice) -> Audience:
    """Exactly those who got the first one."""
    return Audience(f"got:{first.id}", f"收到第{first.id}号的", tuple(first.scope))


def left_over(first: Notice) -> Audience:
    """Those of its audience who have not got the first one: it was stopped before their turn."""
    key = f"{first.audience}&without:{first.id}"
    return Audience(key, f"没收到第{first.id}号的", tuple(first.scope))


def branches_of(rows: Rows, scope: Sequence[int]) -> list[Branch]:
    """The branches within a scope (empty: all)."""
    every = rows.all(branches())
    return [branch for branch in every if not scope or branch.id in scope]


def find_person(rows: Rows, scope: Sequence[int], who: str) -> Person:
    """Somebody active by 编号 or by a name that only one has, within a scope."""
    found = list(rows.all(with_number(who)))
    if not found:
        found = list(rows.all(select(Person).where(Person.name == who)))
    if not found:
        every = rows.all(select(Person).where(Person.status == Status.ACTIVE))
        found = [p for p in every if name_key(p.name) == name_key(who)]
    found = [p for p in found if p.status is Status.ACTIVE and (not scope or p.branch_id in scope)]
    if not found:
        raise Refused(f"在册的人里没有找到“{who}”。请再看一看姓名，或者写编号。")
    if len(found) > 1:
        numbers = "、".join(f"{p.name}({p.number})" for p in found[:5])
        raise Refused(f"有{len(found)}位叫“{who}”：{numbers}。请写编号。")
    return found[0]


# ── one condition each ──────────────────────────────────────────────────────────────────────────


def _all(reading: Reading, value: str) -> Condition:
    return "all", EVERYBODY


def _branches(reading: Reading, value: str) -> Condition:
    own = branches_of(reading.rows, reading.scope)
    found = [_branch(own, name.strip()) for name in value.split(",")]
    return f"branch:{_joined(b.id for b in found)}", "、".join(b.name for b in found)


def _branch(own: Sequence[Branch], name: str) -> Branch:
    found = [b for b in own if b.name == name] or [b for b in own if name and name in b.name]
    if len(found) != 1:
        names = "、".join(b.name for b in own)
        raise Refused(f"没有找到支部“{name}”。您可以选：{names}。")
    return found[0]


def _organisations(reading: Reading, value: str) -> Condition:
    known = {one.name: one for one in reading.rows.all(organisations())}
    wanted = [normal(name) for name in value.split(",")]
    for name in wanted:
        if name not in known:
            some = "、".join(known) or "还没有组织，请先在名册里登记"
            raise Refused(f"没有找到组织“{name}”。您可以选：{some}。")
    return f"org:{_joined(known[name].id for name in wanted)}", "、".join(wanted)


def _roles(reading: Reading, value: str) -> Condition:
    roles = [_role(name.strip()) for name in value.split(",")]
    return f"role:{','.join(r.value for r in roles)}", "、".join(ROLE_TITLE[r] for r in roles)


def _role(name: str) -> Role:
    for role, title in ROLE_TITLE.items():
        if name.lower() == role.value or name == title:
            return role
    raise Refused(f"没有“{name}”这类人。您可以选：{'、'.join(ROLE_TITLE.values())}。")


def _member(reading: Reading, value: str) -> Condition:
    person = find_person(reading.rows, reading.scope, value)
    return f"member:{person.id}", person.name


def _age(reading: Reading, value: str) -> Condition:
    """ "70-80", "70-", "-80": whole years on the day it is written, kept as days of birth."""
    low, _, high = (part.strip() for part in value.partition("-"))
    youngest, oldest = _years(low), _years(high)
    if youngest is None and oldest is None:
        raise Refused("年龄请写几岁到几岁，比如70-80；只写一头也行，比如70-。")
    if youngest is not None and oldest is not None and youngest > oldest:
        raise Refused(f"年龄{youngest}岁到{oldest}岁写反了，请把小的写在前面。")
    today = reading.today
    first = last = None
    if oldest is not None:
        first = remembered_on(today, today.year - oldest - 1) + timedelta(days=1)
    if youngest is not None:
        last = remembered_on(today, today.year - youngest)
    kept = f"born:{first or ''}..{last or ''}"
    if oldest is None:
        return kept, f"{youngest}岁以上"
    return kept, f"{oldest}岁以下" if youngest is None else f"{youngest}岁到{oldest}岁"


def _years(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:4]) <= OLDEST):
        raise Refused(f"年龄“{text[:10]}”没看懂，请写0到{OLDEST}的数字。")
    return int(text[:4])


def _answered(reading: Reading, value: str) -> Condition:
    id_ = _former(reading, value)
    return f"answered:{id_}", f"回过第{id_}号“收到”的"


def _silent(reading: Reading, value: str) -> Condition:
    id_ = _former(reading, value)
    return f"silent:{id_}", f"没回第{id_}号“收到”的"


def _former(reading: Reading, value: str) -> int:
    """The number of a notice that the author may see."""
    return access_notice(reading.author, numbered(reading.rows, Notice, value)).id


def _channels(reading: Reading, value: str) -> Condition:
    named = {title: name for name, title in CHANNEL_TITLE.items()}
    names = [named.get(one.strip(), one.strip().lower()) for one in value.split(",")]
    for name in names:
        if name not in CHANNEL_TITLE:
            raise Refused(f"没有渠道“{name}”。您可以选：{'、'.join(CHANNEL_TITLE.values())}。")
    titles = "、".join("只有电话" if n == PHONE else f"用{CHANNEL_TITLE[n]}" for n in names)
    return f"channel:{','.join(names)}", f"{titles}的"


def _joined(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


_READERS: Final[dict[str, Callable[[Reading, str], Condition]]] = {
    "all": _all, "branch": _branches, "org": _organisations, "role": _roles, "member": _member,
    "age": _age, "answered": _answered, "silent": _silent, "channel": _channels,
}  # fmt: skip
