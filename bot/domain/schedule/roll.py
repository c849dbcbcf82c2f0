"""Calling the roll of one day (点名): by the member's own word or by a coordinator, under the same rules."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select

from bot import keyring
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.schedule.branches import Reads
from bot.domain.schedule.change import By
from bot.domain.schedule.day import Day
from bot.domain.schedule.expecting import expected
from bot.domain.schedule.part import (
    Keeps,
    enter,
    make_up,
    on_leave,
    part_of,
    signed_in,
    takes_part,
    tasks_of,
    withdraw,
)
from bot.domain.schedule.tables import (
    Attendance,
    DayKind,
    Leave,
    MakeUpTask,
    SignUp,
    TaskState,
)
from bot.domain.wording import day_words
from bot.now import local_day

_CODES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One person on the roll of a day."""

    person: Person
    here: Attendance | None = None
    leave: Leave | None = None


def roll(rows: Reads, day: Day) -> list[Line]:
    """Who is expected, who came all the same, who is on leave; by number."""
    here = {row.person_id: row for row in rows.all(signed_in(day))}
    away = {row.person_id: row for row in rows.all(on_leave(day))}
    people = {person.id: person for person in rows.all(expected(day))}
    people |= {row.person_id: row.person for row in away.values()}
    others = here.keys() - people.keys()
    if others:
        people |= {p.id: p for p in rows.all(select(Person).where(Person.id.in_(others)))}
    in_order = sorted(people.values(), key=lambda person: person.number)
    return [Line(one, here.get(one.id), away.get(one.id)) for one in in_order]


def sign_in(rows: Keeps, person_id: int, day: Day, by: By) -> Attendance:
    """Somebody was there; who came in spite of a leave has nothing to make up for."""
    if day.day > local_day(by.at):
        raise Refused(f"{day_words(day.day)}还没到，到了那天再签到。")
    row = enter(rows, Attendance, person_id, day, by)
    for leave in rows.all(part_of(Leave, person_id, day).where(Leave.ended_at.is_(None))):
        tasks = rows.all(tasks_of(person_id))
        withdraw(leave, [task for task in tasks if task.leave_id == leave.id], by)
    return row


def sign_out(rows: Keeps, row: Attendance, by: By) -> None:
    """Signed in by mistake: a leave that ended by it stands again, and so does its task."""
    ended = select(Leave).where(
        Leave.person_id == row.person_id,
        Leave.source == row.source,
        Leave.named == row.named,
        Leave.ended_at == row.at,
    )
    for leave in rows.all(ended):
        leave.ended_at = None
        for task in rows.all(_task_of(leave)):
            if task.state is TaskState.DROPPED:
                task.state = TaskState.OPEN
    withdraw(row, (), by)


def take_leave(
    rows: Keeps, person: Person, day: Day, by: By, make_up_days: int
) -> tuple[Leave, MakeUpTask | None]:
    """Somebody will not come, or did not, for `by.reason`; a study day is made up for within `make_up_days`."""
    if takes_part(rows, Leave, person.id, day):
        raise Refused(f"{day_words(day.day)}的{day.title}已经请过假了，不用再请。")
    if takes_part(rows, Attendance, person.id, day):
        raise Refused(f"{person.name}这一次已经签到了，不用请假。")
    row = enter(rows, Leave, person.id, day, by)
    row.reason = by.reason
    for sign_up in rows.all(part_of(SignUp, person.id, day)):
        withdraw(sign_up, (), by)
    if day.kind is not DayKind.STUDY:
        return row, None
    return row, make_up(rows, row, day.topic, make_up_days)


def code_of(day: Day) -> str:
    """Four digits that stand for a day as it is held now (扫码签到); nobody works them out without our key."""
    words = f"{day.branch_id}/{day.source}/{day.named}/{day.day}"
    return f"{int(keyring.in_use().looked_up('day.code', words), 16) % _CODES:04d}"


def _task_of(leave: Leave) -> Select[MakeUpTask]:
    return select(MakeUpTask).where(MakeUpTask.leave_id == leave.id)
