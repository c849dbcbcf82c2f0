"""Finding people and their addresses; which branches somebody looks after."""

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    exists,
    func,
    select,
    tuple_,
)

from bot.domain.organisations import Membership
from bot.domain.people.tables import Grant, Person, Sender
from bot.domain.people.titles import STAFF_ROLES, Role, Status
from bot.text import normal


def looked_after(staff: Person) -> frozenset[int] | None:
    """The branches that somebody on the roster coordinates or administers; None: all. Everybody else: none."""
    if staff.status is not Status.ACTIVE:
        return frozenset()
    branches = {grant.branch_id for grant in staff.grants if grant.role in STAFF_ROLES}
    return None if None in branches else frozenset(b for b in branches if b is not None)


def in_organisations(ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition on `Person` of being in one of these organisations."""
    here = Membership.organisation_id.in_(list(ids))
    return exists(select(Membership.id).where(Membership.person_id == Person.id, here))


def bound_to(
    channel: str | BindParameter[str], address: str | BindParameter[str]
) -> Select[Sender]:
    """The live bindings of one address, oldest first."""
    return (
        select(Sender)
        .where(Sender.channel == channel, Sender.address == address, Sender.ended_at.is_(None))
        .order_by(Sender.bound_at, Sender.id)
    )


def living_at(places: Iterable[tuple[str, str]]) -> Select[str, str, int]:
    """(channel, address, person id) of every live binding of these addresses."""
    return select(Sender.channel, Sender.address, Sender.person_id).where(
        tuple_(Sender.channel, Sender.address).in_(list(places)), Sender.ended_at.is_(None)
    )


def senders_of(*ids: int) -> Select[Sender]:
    """Where people can be written to: own addresses before a proxy's, the last seen first."""
    return (
        select(Sender)
        .where(Sender.person_id.in_(ids), Sender.ended_at.is_(None))
        .order_by(Sender.relation != "self", Sender.seen_at.desc().nulls_last(), Sender.id)
    )


def holding(role: Role, branch_id: int | None = None) -> Select[Person]:
    """Active persons with `role`; for a branch, those whose reach covers it (a grant without a branch covers all)."""
    # By the index of roles: asked of each person instead, it reads the whole roster for three coordinators.
    held = select(Grant.person_id).where(Grant.role == role)
    if branch_id is not None:
        held = held.where((Grant.branch_id == branch_id) | Grant.branch_id.is_(None))
    return (
        select(Person)
        .where(Person.id.in_(held), Person.status == Status.ACTIVE)
        .order_by(Person.id)
    )


def with_number(number: str) -> Select[Person]:
    """The person with this 编号."""
    return select(Person).where(Person.number == number)


def called(name: str) -> Select[Person]:
    """Everybody of this name, as it is written or as it is kept (spaces and width aside)."""
    return select(Person).where(Person.name.in_({name.strip(), normal(name)})).order_by(Person.id)


def with_surname(surnames: Sequence[str]) -> Select[str]:
    """The names, each once, that begin with one of these characters; read along the index of names."""
    return select(Person.name).where(func.substr(Person.name, 1, 1).in_(surnames)).distinct()


def highest_number() -> Select[str]:
    """The highest 编号 in use; numbers have four digits or more, so the longest and then the largest."""
    return (
        select(Person.number)
        .order_by(func.length(Person.number).desc(), Person.number.desc())
        .limit(1)
    )
