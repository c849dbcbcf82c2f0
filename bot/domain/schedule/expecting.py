"""Who is reminded of a day: asked for one day, or for many together."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Select, exists, select, union

from bot.domain.people import Grant, Person, Role, Status
from bot.domain.schedule.day import Day
from bot.domain.schedule.tables import DayKind, Leave, SignUp

# What is the same for every day, made once: a rehearsal asks for a hundred days at a time.
_AWAY = select(Leave.person_id).where(Leave.ended_at.is_(None))
_COMING = select(SignUp.person_id).where(SignUp.ended_at.is_(None))
_IS_MEMBER = exists(select(Grant.id).where(Grant.person_id == Person.id, Grant.role == Role.MEMBER))
_MEMBERS = select(Person.id).where(_IS_MEMBER)
_EXPECTED_ACTIVE = select(Person).where(Person.status.in_([Status.ACTIVE])).order_by(Person.id)
_OR_PAUSED = Person.status.in_([Status.ACTIVE, Status.PAUSED])
_EXPECTED = select(Person).where(_OR_PAUSED).order_by(Person.id)
_Key = tuple[str, date]


class Tables(Protocol):
    """What is needed of the database to read for many days: `bot.talk.Rows`, seen from below."""

    def table(self, query: Select[*tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """Every row of a query with several columns, as plain tuples."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Who is reminded of a day, who pauses too: so the clock can say why they get nothing."""

    day: Day

    def query(self) -> Select[Person]:
        """For this day alone."""
        return expected(self.day, paused=True)


def expected(day: Day, *, paused: bool = False) -> Select[Person]:
    """Who is reminded of a day: the branch's active members and who signed up, but not who is on leave.

    Of an event only who signed up. `paused`: those too.
    """
    away = _AWAY.where(Leave.source == day.source, Leave.named == day.named, Leave.day == day.day)
    coming = _COMING.where(SignUp.source == day.source, SignUp.named == day.named)
    who: Any = coming
    if day.kind is not DayKind.EVENT:
        # Each half by its index: of "either or" SQLite makes a look at the whole roster.
        who = union(coming, _MEMBERS.where(Person.branch_id == day.branch_id))
    everybody = _EXPECTED if paused else _EXPECTED_ACTIVE
    return everybody.where(Person.id.in_(who), Person.id.not_in(away))


def expected_of(
    rows: Tables, every: Sequence[Expected], among: Select[int] | None = None
) -> list[list[int]]:
    """The ids, ascending, of each of `every`, as `Expected.query` has them: three statements for all days together.

    `among`: only people of these ids.
    """
    days = [one.day for one in every]
    members = _members(rows, {day.branch_id for day in days if _for_members(day)}, among)
    coming, away = _signed_up(rows, days, among), _away(rows, days)
    found = []
    for day in days:
        key = (day.source, day.named)
        gone: Collection[int] = away.get((*key, day.day), ())
        theirs = members.get(day.branch_id, []) if _for_members(day) else []
        if key in coming:
            theirs = sorted({*theirs, *coming[key]})
        found.append([id_ for id_ in theirs if id_ not in gone] if gone else theirs)
    return found


def _for_members(day: Day) -> bool:
    return day.kind is not DayKind.EVENT


def _members(
    rows: Tables, branches: Collection[int], among: Select[int] | None
) -> dict[int, list[int]]:
    """By branch, ascending."""
    query = select(Person.branch_id, Person.id).where(_OR_PAUSED, _IS_MEMBER)
    found = defaultdict[int, list[int]](list)
    here = query.where(Person.branch_id.in_(branches)).order_by(Person.id)
    for branch_id, id_ in rows.table(_only(here, Person.id, among)) if branches else ():
        found[branch_id].append(id_)
    return found


def _signed_up(
    rows: Tables, days: Sequence[Day], among: Select[int] | None
) -> dict[_Key, list[int]]:
    query = (
        select(SignUp.source, SignUp.named, SignUp.person_id)
        .join(Person, Person.id == SignUp.person_id)
        .where(_OR_PAUSED, SignUp.ended_at.is_(None), *_about(SignUp, days))
    )
    found = defaultdict[_Key, list[int]](list)
    for source, named, id_ in rows.table(_only(query, SignUp.person_id, among)):
        found[source, named].append(id_)
    return found


def _away(rows: Tables, days: Sequence[Day]) -> dict[tuple[str, date, date], set[int]]:
    """By source, day named and day held."""
    query = select(Leave.source, Leave.named, Leave.day, Leave.person_id).where(
        Leave.ended_at.is_(None), Leave.day.in_({day.day for day in days}), *_about(Leave, days)
    )
    found = defaultdict[tuple[str, date, date], set[int]](set)
    for source, named, day, id_ in rows.table(query):
        found[source, named, day].add(id_)
    return found


def _about(table: type[SignUp | Leave], days: Sequence[Day]) -> tuple[Any, Any]:
    """Somewhat more than these days, by what an index begins with."""
    sources, named = {day.source for day in days}, {day.named for day in days}
    return table.source.in_(sources), table.named.in_(named)


def _only(query: Any, column: Any, among: Select[int] | None) -> Any:
    return query if among is None else query.where(column.in_(among))
