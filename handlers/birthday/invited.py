"""Who is invited to a collective political birthday, by decade of admission, and who was not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import Select, select

from bot.domain import schedule, visits
from bot.domain.people import Person, Status
from bot.domain.schedule import Attendance, Day, DayKind, Leave
from bot.domain.visits import Reason, State, Visit
from bot.talk import Rows

BACK, AHEAD = timedelta(days=60), timedelta(days=366)
"""How long after the day its list is still at hand, and how far ahead the next one is looked for."""
CARD = "送集体政治生日贺卡"
"""How a visit's words begin that brings a card; the years follow."""
UNKNOWN = "入党日期没登记"


@dataclass(frozen=True, slots=True)
class Guests:
    """The people of one collective birthday. `absent`: who took leave; after the day, who did not sign in."""

    day: Day
    invited: Sequence[Person]
    absent: Sequence[Person]

    def by_decade(self) -> list[tuple[str, list[Person]]]:
        """ "1970年代" and who was admitted in it, the earliest first."""
        known = sorted((p for p in self.invited if p.joined_on), key=lambda p: (p.joined_on, p.id))
        groups = [(d, list(people)) for d, people in groupby(known, _decade)]
        unknown = [p for p in self.invited if p.joined_on is None]
        return [*groups, (UNKNOWN, unknown)] if unknown else groups


def _decade(person: Person) -> str:
    return f"{person.joined_on.year // 10 * 10}年代" if person.joined_on else UNKNOWN


def days_for(rows: Rows, viewer: Person, today: date) -> list[Day]:
    """Of each branch in reach the day of the last weeks, and the next one."""
    found: dict[tuple[int, bool], Day] = {}
    kind = DayKind.COLLECTIVE
    for day in schedule.held(rows, viewer, today - BACK, today + AHEAD, kind=kind):
        past = day.day < today
        if past or (day.branch_id, past) not in found:
            found[day.branch_id, past] = day
    return list(found.values())


def guests(rows: Rows, day: Day, today: date) -> Guests:
    """Everybody invited; where nobody signed in, only who took leave counts as absent."""
    away = set(rows.all(schedule.on_leave(day).with_only_columns(Leave.person_id)))
    there = set(rows.all(schedule.signed_in(day).with_only_columns(Attendance.person_id)))
    coming = rows.all(schedule.expected(day))
    invited = [*coming, *(p for p in rows.all(_active(away)) if p not in coming)]
    over = day.day < today and bool(there)
    absent = [p for p in invited if p.id not in there and (over or p.id in away)]
    return Guests(day, invited, absent)


def with_card(rows: Rows, day: Day, people: Sequence[Person]) -> set[int]:
    """Ids of those to whom somebody brings the card of this day, or has brought it."""
    query = select(Visit).where(
        Visit.person_id.in_([p.id for p in people]),
        Visit.reason == Reason.FESTIVAL,
        Visit.state != State.CANCELLED,
        Visit.day >= day.day - BACK,
    )
    # The words are sealed in the table, so they are compared here.
    found = [visit for visit in rows.all(query) if visit.words.startswith(CARD)]
    return {visit.person_id for visit in found if visit.person_id is not None}


def open_visit(rows: Rows, person: Person) -> Visit | None:
    """The visit that somebody has open already."""
    found = rows.all(visits.open_about(person.id))
    return found[0] if found else None


def _active(ids: set[int]) -> Select[Person]:
    return (
        select(Person).where(Person.id.in_(ids), Person.status == Status.ACTIVE).order_by(Person.id)
    )
