"""Occurrences: one row for each thing that falls due, unique by rule, local date and subject."""

from collections.abc import Collection
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from sqlalchemy import Index, Select, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base

Lead = Annotated[int, Field(ge=1, le=40)]
"""How many days before: not beyond what the clock plans ahead."""


class OccurrenceState(StrEnum):
    """States of an occurrence."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class Occurrence(Base):
    """One study day, service day, birthday … A moved one keeps its key and gets a new revision."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("rule", "day", "subject"),
        Index("ix_occurrence_next_at", "next_at"),
        Index("ix_occurrence_day", "day"),
        Index("ix_occurrence_moved_to", "moved_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str]
    day: Mapped[date]
    subject: Mapped[str]
    revision: Mapped[int] = mapped_column(default=0)
    moved_to: Mapped[date | None]
    at: Mapped[time]
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[OccurrenceState] = mapped_column(default=OccurrenceState.PLANNED)
    next_at: Mapped[datetime | None]
    """When the next reminder of it falls due; None: nothing more to do. A tick looks only at these."""
    created_at: Mapped[datetime]

    @property
    def on(self) -> date:
        """The day on which it really is."""
        return self.moved_to or self.day


class ClockMark(Base):
    """When the clock of this deployment ticked first and last: what fell due before the first was never missed."""

    __tablename__ = "clock_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    settings_seen: Mapped[int] = mapped_column(default=0)
    """The number of the last change of a setting by which the clock has decided."""


def of_rule(rule: str, first: date, last: date) -> Select[Occurrence]:
    """The occurrences of a reminder, `rule` itself and "rule.…", whose own day lies in these days."""
    return select(Occurrence).where(
        or_(Occurrence.rule == rule, Occurrence.rule.like(f"{rule}.%")),
        Occurrence.day.between(first, last),
    )


def named_on(rule: str, days: Collection[date]) -> Select[Occurrence]:
    """The same of single days."""
    return select(Occurrence).where(
        or_(Occurrence.rule == rule, Occurrence.rule.like(f"{rule}.%")), Occurrence.day.in_(days)
    )


def held_between(first: date, last: date) -> Select[Occurrence]:
    """Occurrences that really are on these days, whatever was decided about them."""
    return (
        select(Occurrence)
        .where(
            # Not coalesce(moved_to, day): that reads every occurrence there ever was.
            or_(
                Occurrence.moved_to.between(first, last),
                and_(Occurrence.moved_to.is_(None), Occurrence.day.between(first, last)),
            ),
            Occurrence.state == OccurrenceState.PLANNED,
        )
        .order_by(Occurrence.day, Occurrence.id)
    )


def not_due(now: datetime, today: date) -> Select[Occurrence]:
    """Occurrences still to come of which nothing falls due now."""
    return (
        select(Occurrence)
        .where(
            or_(
                Occurrence.moved_to >= today,
                and_(Occurrence.moved_to.is_(None), Occurrence.day >= today),
            ),
            or_(Occurrence.next_at > now, Occurrence.next_at.is_(None)),
            Occurrence.state == OccurrenceState.PLANNED,
        )
        .order_by(Occurrence.id)
    )


def falling_due(upto: datetime) -> Select[Occurrence]:
    """Occurrences of which a reminder falls due up to `upto`, the earliest first."""
    return (
        select(Occurrence)
        .where(Occurrence.next_at <= upto, Occurrence.state == OccurrenceState.PLANNED)
        .order_by(Occurrence.next_at, Occurrence.id)
    )
