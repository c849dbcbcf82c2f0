"""Whom a notice is for, within the branches its writer looks after; and who of them can be written to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from bot.domain.base import Refused
from bot.domain.people import Grant, Person, Role, Sender, Status, looked_after


@dataclass(frozen=True, slots=True)
class Audience:
    """`key` is "all", "branch:ID", "role:ROLE" or "member:ID"; `scope` the writer's branches, empty: all."""

    key: str
    title: str
    scope: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What it takes to be reached now. The same rule as `bot.outbox.Post.reach`, for many at once."""

    always: frozenset[str]
    """Channels on which a bound address is enough."""
    seen: frozenset[str]
    """Channels on which the address must have been seen since `since`."""
    since: datetime
    fetching: frozenset[str]
    """Channels whose other side fetches: a message waits there."""


def scope_of(person: Person) -> tuple[int, ...]:
    """The branches a coordinator looks after; empty: all. Refused for everybody else."""
    branches = looked_after(person)
    if branches is not None and not branches:
        raise Refused("发通知由社区联络员来办。您可以说“找人帮忙”。")
    return () if branches is None else tuple(sorted(branches))


def _holds(role: Role) -> ColumnElement[bool]:
    return exists(select(Grant.id).where(Grant.person_id == Person.id, Grant.role == role))


_KINDS: dict[str, Callable[[str], ColumnElement[bool]]] = {
    "all": lambda _: _holds(Role.MEMBER),
    "branch": lambda id_: and_(Person.branch_id == int(id_), _holds(Role.MEMBER)),
    "role": lambda role: _holds(Role(role)),
    "member": lambda id_: Person.id == int(id_),
}


def belongs(key: str, scope: list[Any] | tuple[int, ...]) -> ColumnElement[bool]:
    """The condition on `Person` of being in this audience now: each once, whatever hats they wear."""
    kind, _, value = key.partition(":")
    chosen = and_(Person.status == Status.ACTIVE, _KINDS[kind](value))
    return and_(chosen, Person.branch_id.in_(scope)) if scope else chosen


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


def reachable(audience: Audience, reach: Reach) -> Select[int]:
    """How many of them can be written to."""
    return size(audience).where(can_be_reached(reach))
