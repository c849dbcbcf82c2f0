"""Who took part in a month's study: there, at home, or by what was brought to the door (送学上门); and who not yet."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, exists, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.people import Branch, Grant, Person, Role, Status
from bot.domain.period import Period
from bot.domain.schedule import Attendance, By, DayKind, Leave, MakeUpTask, Reads, TaskState
from bot.domain.visits import Reason, State, Visit


class Delivery(Base):
    """Study that was brought to somebody's home on a day: who brought what."""

    __tablename__ = "study_delivery"
    __table_args__ = (
        Index("ix_study_delivery_branch_day", "branch_id", "day"),
        Index("ix_study_delivery_day", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    day: Mapped[date]
    brought_by: Mapped[str]
    what: Mapped[str]
    """The book, the paper, what was read aloud."""
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who wrote it down."""
    ended_at: Mapped[datetime | None]
    """Since when it no longer counts (written down by mistake)."""

    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody expected, as far as a board needs it."""

    id: int
    number: str
    name: str
    branch_id: int
    branch: str


@dataclass(frozen=True, slots=True)
class Covered:
    """The ids of everybody expected in a month, by number, each in exactly one group: the first that fits."""

    attended: tuple[int, ...]
    home: tuple[int, ...]
    """Missed it and made up for it."""
    delivered: tuple[int, ...]
    outstanding: tuple[int, ...]
    numbers: tuple[str, ...] = ()
    """The 编号 of the outstanding."""

    def outstanding_after(self, number: str, most: int) -> tuple[int, ...]:
        """So many of the outstanding, at the most, whose 编号 comes after this one."""
        start = bisect_right(self.numbers, number)
        return self.outstanding[start : start + most]

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The four of them, the outstanding last."""
        return (self.attended, self.home, self.delivered, self.outstanding)

    @property
    def total(self) -> int:
        """How many were expected."""
        return sum(map(len, self.groups))


class Tables(Reads, Protocol):
    """Rows that answer queries of several columns as well."""

    def table(self, query: Select[Any]) -> Sequence[tuple[Any, ...]]:
        """Every row as a plain tuple."""


def coverage(rows: Tables, branches: Collection[int], month: Period) -> Covered:
    """The board of a month: the active members of these branches.

    Ids and numbers alone are read: a district has thousands of members, and a page shows a few of them.
    """
    everybody: Any = select(Person.id, Person.number).where(*_expected(branches))
    people = rows.table(everybody.order_by(Person.number))
    numbers = {row[0]: row[1] for row in people}
    left, groups = [*numbers], []
    for there in (_attended(month), _studied_at_home(month), *_brought(month)):
        ids = {id_ for (id_,) in rows.table(there)}
        groups.append(tuple(id_ for id_ in left if id_ in ids))
        left = [id_ for id_ in left if id_ not in ids]
    attended, home, written, visited = groups
    outstanding = tuple(numbers[id_] for id_ in left)
    return Covered(attended, home, (*written, *visited), tuple(left), outstanding)


def members(rows: Tables, branches: Collection[int]) -> Iterator[Member]:
    """Everybody expected of these branches, by number."""
    return (Member(*row) for row in rows.table(_members().where(*_expected(branches))))


def members_of(rows: Tables, ids: Collection[int]) -> list[Member]:
    """A few of them, by number."""
    return [Member(*row) for row in rows.table(_members().where(Person.id.in_(ids)))]


def bring(person: Person, day: date, brought: tuple[str, str], by: By) -> Delivery:
    """The record that somebody brought something: (who, what)."""
    return Delivery(
        person_id=person.id,
        person=person,
        branch_id=person.branch_id,
        day=day,
        brought_by=brought[0],
        what=brought[1],
        at=by.at,
        by_id=by.person_id,
    )


def same(person: Person, day: date, what: str) -> Select[Delivery]:
    """The same, written down already."""
    return select(Delivery).where(
        Delivery.person_id == person.id, Delivery.day == day, Delivery.what == what,
        Delivery.ended_at.is_(None),
    )  # fmt: skip


def deliveries(
    branches: Collection[int], month: Period, day: date = date.max, id_: int = 0
) -> Select[Delivery]:
    """What was brought in a month, the latest first; `day` and `id_`: only what comes after that one."""
    earlier = (Delivery.day < day) | ((Delivery.day == day) & (Delivery.id < id_))
    return (
        select(Delivery)
        .where(
            Delivery.branch_id.in_(branches),
            Delivery.day.between(month.first, min(day, month.last)),
            earlier,
            Delivery.ended_at.is_(None),
        )
        .order_by(Delivery.day.desc(), Delivery.id.desc())
    )


def open_tasks(people: Collection[int], month: Period) -> Select[MakeUpTask]:
    """What these people still have to make up for of a month's study days."""
    return (
        select(MakeUpTask)
        .join(Leave)
        .where(
            Leave.person_id.in_(people),
            Leave.day.between(month.first, month.last),
            MakeUpTask.state == TaskState.OPEN,
        )
        .order_by(MakeUpTask.due_on, MakeUpTask.id)
    )


def _members() -> Any:
    return (
        select(Person.id, Person.number, Person.name, Person.branch_id, Branch.name)
        .join(Branch, Branch.id == Person.branch_id)
        .order_by(Person.number)
    )


def _expected(branches: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    member = exists().where(Grant.person_id == Person.id, Grant.role == Role.MEMBER)
    return Person.branch_id.in_(branches), Person.status == Status.ACTIVE, member


# Each reads what happened in the month, by the index of its day: some ten thousand rows in a district of ten
# thousand. Asked for one person at a time, all that a member ever attended was read: twenty times as many.


def _attended(month: Period) -> Select[int]:
    return select(Attendance.person_id).where(
        Attendance.day.between(month.first, month.last),
        Attendance.kind == DayKind.STUDY,
        Attendance.ended_at.is_(None),
    )


def _studied_at_home(month: Period) -> Select[int]:
    return (
        select(Leave.person_id)
        .join(MakeUpTask, MakeUpTask.leave_id == Leave.id)
        .where(
            Leave.day.between(month.first, month.last),
            Leave.ended_at.is_(None),
            MakeUpTask.state == TaskState.DONE,
        )
    )


def _brought(month: Period) -> tuple[Select[int], Select[int | None]]:
    """As somebody wrote down, or by a visit that was asked for to bring study."""
    written = select(Delivery.person_id).where(
        Delivery.day.between(month.first, month.last), Delivery.ended_at.is_(None)
    )
    visited = select(Visit.person_id).where(
        Visit.day.between(month.first, month.last),
        Visit.state == State.DONE,
        Visit.reason == Reason.STUDY,
    )
    return written, visited
