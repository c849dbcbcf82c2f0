"""Who took part in a month's study: there, at home, or by what was brought to the door (送学上门); and who not yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, exists, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.people import Grant, Person, Role, Status
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
class Covered:
    """Everybody expected in a month, by number, each in exactly one group: the first that fits."""

    attended: tuple[Person, ...]
    home: tuple[Person, ...]
    """Missed it and made up for it."""
    delivered: tuple[Person, ...]
    outstanding: tuple[Person, ...]

    @property
    def groups(self) -> tuple[tuple[Person, ...], ...]:
        """The four of them, the outstanding last."""
        return (self.attended, self.home, self.delivered, self.outstanding)

    @property
    def total(self) -> int:
        """How many were expected."""
        return sum(map(len, self.groups))


def coverage(rows: Reads, branches: Collection[int], month: Month) -> Covered:
    """The board of a month: the active members of these branches."""
    left, here = list(rows.all(_members(branches))), Person.branch_id.in_(branches)
    attended = _taken(left, set(rows.all(_attended(month).where(here))))
    home = _taken(left, set(rows.all(_studied_at_home(month).where(here))))
    brought = {id_ for query in _brought(month) for id_ in rows.all(query.where(here))}
    return Covered(attended, home, _taken(left, brought), tuple(left))


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


def _taken(left: list[Person], ids: set[int]) -> tuple[Person, ...]:
    """Those of `left` whose id is among `ids`; they are left no longer."""
    taken = tuple(person for person in left if person.id in ids)
    left[:] = [person for person in left if person.id not in ids]
    return taken


def _members(branches: Collection[int]) -> Select[Person]:
    member = exists().where(Grant.person_id == Person.id, Grant.role == Role.MEMBER)
    return (
        select(Person)
        .where(Person.branch_id.in_(branches), Person.status == Status.ACTIVE, member)
        .order_by(Person.number)
    )


def _attended(month: Month) -> Select[Any]:
    return (
        select(Attendance.person_id)
        .join(Person, Person.id == Attendance.person_id)
        .where(
            Attendance.day.between(month.first, month.last),
            Attendance.kind == DayKind.STUDY,
            Attendance.ended_at.is_(None),
        )
    )


def _studied_at_home(month: Month) -> Select[Any]:
    return (
        select(Leave.person_id)
        .join(MakeUpTask)
        .join(Person, Person.id == Leave.person_id)
        .where(
            Leave.day.between(month.first, month.last),
            Leave.ended_at.is_(None),
            MakeUpTask.state == TaskState.DONE,
        )
    )


def _brought(month: Month) -> tuple[Select[Any], ...]:
    """As somebody wrote down, and by visits that were asked for to bring study."""
    written = (
        select(Delivery.person_id)
        .join(Person, Person.id == Delivery.person_id)
        .where(Delivery.day.between(month.first, month.last), Delivery.ended_at.is_(None))
    )
    visited = (
        select(Visit.person_id)
        .join(Person, Person.id == Visit.person_id)
        .where(
            Visit.day.between(month.first, month.last),
            Visit.state == State.DONE,
            Visit.reason == Reason.STUDY,
        )
    )
    return written, visited
