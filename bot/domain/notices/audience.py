"""Whom a notice is for, within the branches its writer looks after; and who of them can be written to.

An audience is a key of conditions that all hold, with ids and days rather than names: "all",
"branch:2&org:1,3&born:1946-11-23..1956-11-22&silent:12&channel:phone". It means the same on the day it goes out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from bot.domain.base import Refused
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices.tables import Notice, NoticeReceipt
from bot.domain.people import (
    Grant,
    Person,
    Role,
    Sender,
    Status,
    in_organisations,
    looked_after,
)


@dataclass(frozen=True, slots=True)
class Audience:
    """`key`: see above; `scope` the writer's branches, empty: all."""

    key: str
    title: str
    scope: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it is everybody, or whole branches: what may stand in public."""
        return "&" not in self.key and self.key.startswith(("all", "branch:"))


@dataclass(frozen=True, slots=True)
class Reach:
    """What it takes to be reached now. The same rule as `bot.outbox.Post.reach`, for many at once."""

    always: frozenset[str]
    """Channels on which a bound address is enough."""
    seen: frozenset[str]
    """Channels on which the address must have been seen since `since`."""
    since: datetime | BindParameter[datetime]
    fetching: frozenset[str]
    """Channels whose other side fetches: a message waits there."""


def audience_of(notice: Notice) -> Audience:
    """Whom a notice is for, as it stands."""
    return Audience(notice.audience, notice.audience_title, tuple(notice.scope))


def scope_of(person: Person) -> tuple[int, ...]:
    """The branches a coordinator looks after; empty: all. Refused for everybody else."""
    branches = looked_after(person)
    if branches is not None and not branches:
        raise Refused("发通知由社区联络员来办。您可以说“找人帮忙”。")
    return () if branches is None else tuple(sorted(branches))


def _holds(role: Role) -> ColumnElement[bool]:
    return exists(select(Grant.id).where(Grant.person_id == Person.id, Grant.role == role))


def _ids(value: str) -> list[int]:
    return [int(id_) for id_ in value.split(",")]


def _born(value: str) -> ColumnElement[bool]:
    first, _, last = value.partition("..")
    asked: list[ColumnElement[bool]] = [Person.born_on.is_not(None)]
    if first:
        asked.append(Person.born_on >= date.fromisoformat(first))
    if last:
        asked.append(Person.born_on <= date.fromisoformat(last))
    return and_(*asked)


# By lists of ids, each made once: asked person by person, SQLite walks all rows of the notice for each.
def _receipt(notice_id: int) -> ColumnElement[bool]:
    return Person.id.in_(
        select(NoticeReceipt.person_id).where(NoticeReceipt.notice_id == notice_id)
    )


def _mailed(notice_id: int, *states: Sending) -> ColumnElement[bool]:
    rows = select(Outbox.person_id).where(
        Outbox.notice_id == notice_id, Outbox.kind == Mail.NOTICE, Outbox.person_id.is_not(None)
    )
    return Person.id.in_(rows.where(Outbox.state.in_(states)) if states else rows)


def _silent(value: str) -> ColumnElement[bool]:
    return and_(_mailed(int(value)), not_(_receipt(int(value))))


def _got(value: str) -> ColumnElement[bool]:
    """Whoever has it, or may have it, or was told of it: a correction is for exactly these."""
    return or_(_mailed(int(value), *HAVE_IT), _receipt(int(value)))


def _without(value: str) -> ColumnElement[bool]:
    return not_(_got(value))


def _on_channels(value: str) -> ColumnElement[bool]:
    wanted = value.split(",")
    alive = select(Sender.id).where(
        Sender.person_id == Person.id, Sender.ended_at.is_(None), Sender.unreachable_at.is_(None)
    )
    found = exists(alive.where(Sender.channel.in_(wanted)))
    return or_(found, not_(exists(alive))) if PHONE in wanted else found


PHONE: Final = "phone"
HAVE_IT: Final = (Sending.SENT, Sending.DOUBTFUL, Sending.SENDING)
_KINDS: Final[dict[str, Callable[[str], ColumnElement[bool]]]] = {
    "all": lambda _: true(),
    "branch": lambda ids: Person.branch_id.in_(_ids(ids)),
    "org": lambda ids: in_organisations(_ids(ids)),
    "role": lambda roles: or_(*(_holds(Role(role)) for role in roles.split(","))),
    "member": lambda id_: Person.id == int(id_),
    "born": _born,
    "answered": lambda id_: _receipt(int(id_)),
    "silent": _silent,
    "got": _got,
    "without": _without,
    "channel": _on_channels,
}
_NOT_MEMBERS_ALONE: Final = frozenset({"role", "member", "answered", "silent", "got"})
"""Conditions that name people themselves; without one of these an audience is of members (全体在册)."""


def conditions(key: str) -> list[tuple[str, str]]:
    """What an audience asks for, as (kind, value)."""
    return [(kind, value) for kind, _, value in (one.partition(":") for one in key.split("&"))]


def belongs(key: str, scope: list[Any] | tuple[int, ...]) -> ColumnElement[bool]:
    """The condition on `Person` of being in this audience now: each once, whatever hats they wear."""
    asked = conditions(key)
    chosen = [Person.status == Status.ACTIVE, *(_KINDS[kind](value) for kind, value in asked)]
    if not _NOT_MEMBERS_ALONE & {kind for kind, _ in asked}:
        chosen.append(_holds(Role.MEMBER))
    if scope:
        chosen.append(Person.branch_id.in_(scope))
    return and_(*chosen)


def best_sender(reach: Reach) -> ScalarSelect[int]:
    """Id of the best address of the `Person` of the query around it: own first, last seen first."""
    sender = aliased(Sender)
    return (
        select(sender.id)
        .where(sender.person_id == Person.id, _works(sender, reach))
        .order_by(sender.relation != "self", sender.seen_at.desc().nulls_last(), sender.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def can_be_reached(reach: Reach) -> ColumnElement[bool]:
    """Whether the `Person` of the query around it has any address that works."""
    return exists(select(Sender.id).where(Sender.person_id == Person.id, _works(Sender, reach)))


def _works(sender: type[Sender], reach: Reach) -> ColumnElement[bool]:
    seen = func.coalesce(sender.seen_at, sender.bound_at) >= reach.since
    return and_(
        sender.ended_at.is_(None),
        sender.unreachable_at.is_(None),
        or_(sender.channel.in_(reach.always), and_(sender.channel.in_(reach.seen), seen)),
    )


def size(audience: Audience) -> Select[int]:
    """How many people an audience has."""
    return select(func.count()).select_from(Person).where(belongs(audience.key, audience.scope))


def undated(audience: Audience) -> Select[int]:
    """How many would be in it but for their unknown birth date, where it asks for an age."""
    key = "&".join(f"{k}:{v}" for k, v in conditions(audience.key) if k != "born") or "all"
    people = select(func.count()).select_from(Person)
    return people.where(belongs(key, audience.scope), Person.born_on.is_(None))


def people_in(audience: Audience) -> Select[Person]:
    """Who is in it, by 编号."""
    return select(Person).where(belongs(audience.key, audience.scope)).order_by(Person.number)


def reachable(audience: Audience, reach: Reach) -> Select[int]:
    """How many of them can be written to."""
    return size(audience).where(can_be_reached(reach))
