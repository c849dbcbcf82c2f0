"""Who took part in a month's study: there, at home, or by what was brought to the door (送学上门); and who not yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, exists, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.people import Branch, Grant, Person, Role, Status
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
class Month:
    """A month of the calendar."""

    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))


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
    """Everybody expected in a month, by number, each in exactly one group: the first that fits."""

    attended: tuple[Member, ...]
    home: tuple[Member, ...]
    """Missed it and made up for it."""
    delivered: tuple[Member, ...]
    outstanding: tuple[Member, ...]

    @property
    def groups(self) -> tuple[tuple[Member, ...], ...]:
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


def coverage(rows: Tables, branches: Collection[int], month: Month) -> Covered:
    """The board of a month: the active members of these branches."""
    left = [Member(*row) for row in rows.table(_members(branches))]
    groups = []
    for there in (_attended(month), _studied_at_home(month), _brought(month)):
        ids = set(rows.all(select(Person.id).where(Person.branch_id.in_(branches), there)))
        groups.append(tuple(one for one in left if one.id in ids))
        left = [one for one in left if one.id not in ids]
    attended, home, delivered = groups
    return Covered(attended, home, delivered, tuple(left))


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


def deliveries(branches: Collection[int], month: Month) -> Select[Delivery]:
    """What was brought in a month, the latest first."""
    return (
        select(Delivery)
        .where(
            Delivery.branch_id.in_(branches),
            Delivery.day.between(month.first, month.last),
            Delivery.ended_at.is_(None),
        )
        .order_by(Delivery.day.desc(), Delivery.id.desc())
    )


def open_tasks(branches: Collection[int], month: Month) -> Select[MakeUpTask]:
    """What is still to be made up for of a month's study days."""
    return (
        select(MakeUpTask)
        .join(Leave)
        .where(
            Leave.branch_id.in_(branches),
            Leave.day.between(month.first, month.last),
            MakeUpTask.state == TaskState.OPEN,
        )
        .order_by(MakeUpTask.due_on, MakeUpTask.id)
    )


def _members(branches: Collection[int]) -> Any:
    member = exists().where(Grant.person_id == Person.id, Grant.role == Role.MEMBER)
    return (
        select(Person.id, Person.number, Person.name, Person.branch_id, Branch.name)
        .join(Branch, Branch.id == Person.branch_id)
        .where(Person.branch_id.in_(branches), Person.status == Status.ACTIVE, member)
        .order_by(Person.number)
    )


# Each asks about one person at a time, by an index that begins with the person: a branch costs what it has
# members, however much the others did in that month.


def _attended(month: Month) -> ColumnElement[bool]:
    return exists().where(
        Attendance.person_id == Person.id,
        Attendance.day.between(month.first, month.last),
        Attendance.kind == DayKind.STUDY,
        Attendance.ended_at.is_(None),
    )


def _studied_at_home(month: Month) -> ColumnElement[bool]:
    return exists().where(
        Leave.person_id == Person.id,
        Leave.day.between(month.first, month.last),
        Leave.ended_at.is_(None),
        MakeUpTask.leave_id == Leave.id,
        MakeUpTask.state == TaskState.DONE,
    )


def _brought(month: Month) -> ColumnElement[bool]:
    """As somebody wrote down, or by a visit that was asked for to bring study."""
    written = exists().where(
        Delivery.person_id == Person.id,
        Delivery.day.between(month.first, month.last),
        Delivery.ended_at.is_(None),
    )
    visited = exists().where(
        Visit.person_id == Person.id,
        Visit.state == State.DONE,
        Visit.day.between(month.first, month.last),
        Visit.reason == Reason.STUDY,
    )
    return or_(written, visited)
