"""What the desk lists of visits: the board, who goes where on a day, who was not seen for longest, how many a month."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, exists, func, literal, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from bot.domain.people import Grant, Person, Role, Status
from bot.domain.visits.tables import OPEN, State, Visit, VisitInvitation


def closed_since(since: datetime) -> Select[Visit]:
    """Visits that somebody made since then, met or not at home; the latest first."""
    made = Visit.state.in_((State.DONE, State.NOT_HOME))
    found = select(Visit).where(made, Visit.closed_at >= since)
    return found.order_by(Visit.closed_at.desc(), Visit.id.desc())


def so_far(state: State, after: tuple[date, int] | tuple[()] = ()) -> Select[Visit]:
    """Open visits that stand so, the most urgent first; `after`: only those behind the one due then, by its id."""
    found = select(Visit).where(Visit.state == state).order_by(Visit.due_on, Visit.id)
    if not after:
        return found
    day, number = after
    later = (Visit.due_on > day) | ((Visit.due_on == day) & (Visit.id > number))
    return found.where(Visit.due_on >= day, later)


def made(state: State) -> Select[Visit]:
    """Visits that ended so."""
    return select(Visit).where(Visit.state == state, Visit.closed_at.is_not(None))


def open_on(day: date) -> Select[Visit]:
    """Open visits that take place on a day, the morning first."""
    found = select(Visit).where(Visit.state.in_(OPEN), Visit.day == day)
    return found.order_by(Visit.half.desc(), Visit.id)


def listed(visits: Select[Visit]) -> Select[Visit]:
    """The same visits for a list of many: of their people the names are shown, so no roles are read."""
    return visits.options(
        *(joinedload(one).lazyload(Person.grants) for one in (Visit.person, Visit.volunteer))
    )


def with_invitations(visits: Select[Visit]) -> Select[Visit]:
    """The same list, the visits' invitations read for all of them at once."""
    asked = selectinload(Visit.invitations)
    return listed(visits).options(
        asked, asked.joinedload(VisitInvitation.volunteer).lazyload(Person.grants)
    )


def longest_unseen(after: tuple[date, str] | None = None) -> Any:
    """Active members, who was never seen or not for longest first: (id, name, 编号, last seen, open visit).

    `after`: only who comes after the one of this day (`date.min`: never seen) and 编号. For `Rows.table`. Each member
    costs one look into the index of visits, however many were made.
    """
    last = (
        select(func.max(Visit.day))
        .where(Visit.person_id == Person.id, Visit.state == State.DONE)
        .scalar_subquery()
    )
    arranged = (
        select(func.max(Visit.id))
        .where(Visit.person_id == Person.id, Visit.state.in_(OPEN))
        .scalar_subquery()
    )
    member = exists().where(Grant.person_id == Person.id, Grant.role == Role.MEMBER)
    order = func.coalesce(last, literal(date.min, Date)), Person.number
    query = select(Person.id, Person.name, Person.number, last.label("last"), arranged).where(
        Person.status == Status.ACTIVE, member
    )
    behind = query if after is None else query.where(tuple_(*order) > after)
    return behind.order_by(*order)


def made_in(branches: Collection[int], first: date, last: date) -> Any:
    """How many visits of each branch met somebody on these days: (branch, how many), for `Rows.table`."""
    return (
        select(Visit.branch_id, func.count())
        .where(
            Visit.branch_id.in_(branches),
            Visit.day.between(first, last),
            Visit.state == State.DONE,
        )
        .group_by(Visit.branch_id)
    )
