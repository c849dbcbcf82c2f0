"""Who takes part in a day of the calendar: leave and making up, signing up, signing in."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, func, select

from bot.domain.schedule.branches import Reads
from bot.domain.schedule.change import By
from bot.domain.schedule.day import Day
from bot.domain.schedule.tables import Attendance, Leave, MakeUpTask, SignUp, TaskState

Part = TypeVar("Part", Leave, SignUp, Attendance)


class Keeps(Reads, Protocol):
    """Rows that can be added to as well."""

    def add(self, row: object) -> None:
        """Keep a new row; its `id` is known afterwards."""


def enter(rows: Keeps, table: type[Part], person_id: int, day: Day, by: By) -> Part:
    """The one row of a person and a day in `table`, made or taken up again."""
    found = rows.all(part_of(table, person_id, day))
    if found:
        row = found[0]
        row.day, row.at, row.by_id, row.ended_at = day.day, by.at, by.person_id, None
        return row
    row = table(
        person_id=person_id, branch_id=day.branch_id, kind=day.kind, source=day.source,
        named=day.named, day=day.day, at=by.at, by_id=by.person_id,
    )  # fmt: skip
    rows.add(row)
    return row


def part_of(table: type[Part], person_id: int, day: Day) -> Select[Part]:
    """The row of a person and a day, whether or not it still counts."""
    return select(table).where(
        table.person_id == person_id, table.source == day.source, table.named == day.named
    )


def takes_part(rows: Reads, table: type[Part], person_id: int, day: Day) -> bool:
    """Whether such a row counts for the day as it is held now; leave is for one date, not for another."""
    found = rows.all(part_of(table, person_id, day).where(table.ended_at.is_(None)))
    return bool(found) and (table is not Leave or found[0].day == day.day)


def make_up(rows: Keeps, leave: Leave, topic: str, days: int) -> MakeUpTask:
    """The task to make up for a missed study day, due so many days after it."""
    due = leave.day + timedelta(days=days)
    found = rows.all(select(MakeUpTask).where(MakeUpTask.leave_id == leave.id))
    if found:
        found[0].state, found[0].due_on, found[0].done_at = TaskState.OPEN, due, None
        return found[0]
    task = MakeUpTask(leave_id=leave.id, leave=leave, due_on=due, topic=topic, state=TaskState.OPEN)
    rows.add(task)
    return task


def finish(task: MakeUpTask, by: By) -> None:
    """Made up for."""
    task.state, task.done_at = TaskState.DONE, by.at


def unfinish(task: MakeUpTask) -> None:
    """Said too soon: still to do."""
    task.state, task.done_at = TaskState.OPEN, None


def withdraw(row: Leave | SignUp | Attendance, tasks: Iterable[MakeUpTask], by: By) -> None:
    """Taken back; what hung on it is dropped."""
    row.ended_at = by.at
    for task in tasks:
        if task.state is TaskState.OPEN:
            task.state = TaskState.DROPPED


def follow(tasks: Iterable[MakeUpTask], day: Day | None) -> None:
    """After a decision about the day: nobody makes up for what is not held on the day of the leave."""
    for task in tasks:
        if task.state is TaskState.DONE:
            continue
        holds = day is not None and not day.cancelled and task.leave.day == day.day
        counts = holds and task.leave.ended_at is None
        task.state = TaskState.OPEN if counts else TaskState.DROPPED


def tasks_about(source: str, named: date) -> Select[MakeUpTask]:
    """Every task that hangs on one day."""
    return select(MakeUpTask).join(Leave).where(Leave.source == source, Leave.named == named)


def tasks_of(person_id: int) -> Select[MakeUpTask]:
    """What a member has still to make up for, the most urgent first."""
    return (
        select(MakeUpTask)
        .join(Leave)
        .where(Leave.person_id == person_id, MakeUpTask.state == TaskState.OPEN)
        .order_by(MakeUpTask.due_on, MakeUpTask.id)
    )


def tasks_in(
    branches: Collection[int], state: TaskState, due: date | None = None, id_: int = 0
) -> Select[MakeUpTask]:
    """The tasks of these branches that stand so: open ones the most urgent first, others the latest first.

    `due` and `id_`: only those that come after the one of this day and id.
    """
    found = (
        select(MakeUpTask)
        .join(Leave)
        .where(Leave.branch_id.in_(branches), MakeUpTask.state == state)
    )
    day, number = MakeUpTask.due_on, MakeUpTask.id
    # The first condition is what an index can begin with; the second is exact.
    if state is TaskState.OPEN:
        if due is not None:
            found = found.where(day >= due, (day > due) | ((day == due) & (number > id_)))
        return found.order_by(day, number)
    if due is not None:
        found = found.where(day <= due, (day < due) | ((day == due) & (number < id_)))
    return found.order_by(day.desc(), number.desc())


def counts(table: type[Part], days: Collection[Day]) -> Any:
    """How many rows of `table` count for each of these days: (source, named, how many), for `Rows.table`."""
    held = sorted(day.day for day in days) or [date.max]
    return (
        select(table.source, table.named, func.count())
        .where(
            table.branch_id.in_({day.branch_id for day in days}),
            table.day.between(held[0], held[-1]),
            table.ended_at.is_(None),
        )
        .group_by(table.source, table.named)
    )


def overdue(today: date, branches: Collection[int]) -> Select[MakeUpTask]:
    """Tasks of these branches that are past their day."""
    return (
        select(MakeUpTask)
        .join(Leave)
        .where(
            MakeUpTask.state == TaskState.OPEN,
            MakeUpTask.due_on < today,
            Leave.branch_id.in_(branches),
        )
        .order_by(MakeUpTask.due_on, MakeUpTask.id)
    )


def on_leave(day: Day) -> Select[Leave]:
    """Who will not come on the day as it is held now."""
    return select(Leave).where(
        Leave.source == day.source,
        Leave.named == day.named,
        Leave.day == day.day,
        Leave.ended_at.is_(None),
    )


def signed_up(day: Day) -> Select[SignUp]:
    """Who said they would come."""
    return select(SignUp).where(
        SignUp.source == day.source, SignUp.named == day.named, SignUp.ended_at.is_(None)
    )


def signed_in(day: Day) -> Select[Attendance]:
    """Who was there."""
    return select(Attendance).where(
        Attendance.source == day.source,
        Attendance.named == day.named,
        Attendance.ended_at.is_(None),
    )
