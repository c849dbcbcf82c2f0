"""Tables of the calendar: rules of a branch and what bends them, the year's plan, and who takes part."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.keeping import Forgets, not_forgotten
from bot.domain.people import Branch, Person
from bot.domain.sealed import Cipher, RowKey, Sealed


class DayKind(StrEnum):
    """What a day of the calendar is for."""

    STUDY = "study"
    SERVICE = "service"
    COLLECTIVE = "collective"
    EVENT = "event"


KIND_TITLE = {
    DayKind.STUDY: "学习日",
    DayKind.SERVICE: "志愿服务日",
    DayKind.COLLECTIVE: "集体政治生日",
    DayKind.EVENT: "活动",
}


class What(StrEnum):
    """What a coordinator decided about one day."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    EXTRA = "extra"
    """A day that no rule names."""
    KEPT = "kept"
    """It is held on the day that the calendar proposed, whatever the holidays say."""


class TaskState(StrEnum):
    """States of a make-up task."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    """The leave was taken back, the member came after all, or the day is not held as planned."""


class CalendarRule(Base):
    """When a branch meets, as docs/calendar-rules.md writes it; its time is of Asia/Shanghai."""

    __tablename__ = "calendar_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"), index=True)
    kind: Mapped[DayKind]
    rule: Mapped[str]
    """In the canonical form. A rule that ended has its last day in it."""
    place: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    branch: Mapped[Branch] = relationship(lazy="joined")


class CalendarException(Base):
    """One decision about one day; of several about the same day the last not taken back holds."""

    __tablename__ = "calendar_exception"
    __table_args__ = (Index("ix_calendar_exception_branch_day", "branch_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    kind: Mapped[DayKind]
    source: Mapped[str]
    """ "rule:3" or "extra:7", the one decided about; empty for an extra day itself."""
    day: Mapped[date]
    """The day that the rule, or the extra, names."""
    what: Mapped[What]
    to_day: Mapped[date | None]
    at: Mapped[time | None]
    """Another time than the rule's."""
    place: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: decided on the command line."""
    created_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]

    branch: Mapped[Branch] = relationship(lazy="joined")


class StudyPlan(Base):
    """What the year's plan holds for one day of a branch; found by the day that the rule names."""

    __tablename__ = "study_plan"
    __table_args__ = (UniqueConstraint("branch_id", "kind", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    kind: Mapped[DayKind] = mapped_column(default=DayKind.STUDY)
    day: Mapped[date]
    topic: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    material: Mapped[str] = mapped_column(default="")


class HolidayYear(Base):
    """The office's own file of a year's holidays, as it was imported; it wins over the shipped one."""

    __tablename__ = "holiday_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    confirmed: Mapped[bool]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class _TakesPart:
    """What every row about a person and a day of the calendar holds."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    kind: Mapped[DayKind]
    source: Mapped[str]
    named: Mapped[date]
    """The day that the rule names: with `source` it stands for the day however it is moved."""
    day: Mapped[date]
    """The day on which it was to be held then."""
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who really did it: the person, or who acted for the person."""
    ended_at: Mapped[datetime | None]
    """Since when it no longer counts (taken back)."""


class Leave(Forgets, RowKey, _TakesPart, Base):
    """A member will not come. `reason` may tell of health: for the branch's coordinators only."""

    __tablename__ = "leave"
    __table_args__ = (
        UniqueConstraint("person_id", "source", "named"),
        Index("ix_leave_branch_day", "branch_id", "day"),
        Index("ix_leave_day", "day"),
        not_forgotten("leave", "day"),
    )

    reason_sealed: Mapped[Cipher]

    reason = Sealed(str)

    person: Mapped[Person] = relationship(lazy="joined", foreign_keys="Leave.person_id")


class SignUp(_TakesPart, Base):
    """Somebody said 我参加 to a day of the calendar."""

    __tablename__ = "sign_up"
    __table_args__ = (
        UniqueConstraint("person_id", "source", "named"),
        Index("ix_sign_up_source", "source", "named"),
        Index("ix_sign_up_day", "day"),
    )


class Attendance(_TakesPart, Base):
    """Somebody was there (签到)."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("person_id", "source", "named"),
        Index("ix_attendance_source", "source", "named"),
        Index("ix_attendance_branch_day", "branch_id", "day"),
        # What a report counts is read from the index alone.
        Index("ix_attendance_day", "day", "kind", "branch_id", "ended_at"),
    )


class MakeUpTask(Base):
    """A study day that a member missed and makes up for at home (补课)."""

    __tablename__ = "make_up_task"
    __table_args__ = (Index("ix_make_up_task_state_due_on", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leave_id: Mapped[int] = mapped_column(ForeignKey("leave.id"), unique=True)
    due_on: Mapped[date]
    topic: Mapped[str] = mapped_column(default="")
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    done_at: Mapped[datetime | None]

    leave: Mapped[Leave] = relationship(lazy="joined")
