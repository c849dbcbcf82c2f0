"""The ways in which rows go, a small batch at a time. Rows are changed as objects, never by SQL on a column:
how a word is stored (encrypted or not) is the table's own affair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from bot.domain.base import Base

BATCH = 100
"""Rows of one transaction: some 10 ms on an idle machine, so that whoever writes meanwhile hardly waits."""
Overdue = Callable[[datetime], ColumnElement[bool]]
"""Which rows are older than a moment; by an index."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a batch goes by: what is older than `before` goes; `real`: the machine's clock."""

    before: datetime
    real: datetime


class Part(Protocol):
    """One way in which rows of one table go."""

    @property
    def table(self) -> type[Base]:
        """Of which table."""

    def count(self, session: Session, at: Moment, reached: int, most: int | None = None) -> int:
        """How many are due; counting stops at `most`."""

    def purge(self, session: Session, at: Moment, reached: int) -> tuple[int, int]:
        """One batch: how many went, and the id reached. 0: there is nothing more."""


@dataclass(frozen=True, slots=True)
class Remove:
    """Whole rows go."""

    table: type[Base]
    overdue: Overdue

    def count(self, session: Session, at: Moment, reached: int, most: int | None = None) -> int:
        """How many are due; counting stops at `most`."""
        return _count(session, select(self.table).where(self.overdue(at.before)), most)

    def purge(self, session: Session, at: Moment, reached: int) -> tuple[int, int]:
        """One batch."""
        rows = session.scalars(select(self.table).where(self.overdue(at.before)).limit(BATCH))
        gone = rows.unique().all()
        for row in gone:
            session.delete(row)
        session.flush()
        return len(gone), reached


@dataclass(frozen=True, slots=True)
class Forget:
    """The words of rows go; that it happened stays. The table is one that `Forgets`."""

    table: Any
    overdue: Overdue
    blank: Callable[[Any], None]

    def count(self, session: Session, at: Moment, reached: int, most: int | None = None) -> int:
        """How many are due; counting stops at `most`."""
        return _count(session, self._due(at), most)

    def purge(self, session: Session, at: Moment, reached: int) -> tuple[int, int]:
        """One batch."""
        rows = session.scalars(self._due(at).limit(BATCH)).unique().all()
        for row in rows:
            self.blank(row)
            row.forgotten_at = at.real
        session.flush()
        return len(rows), reached

    def _due(self, at: Moment) -> Select[Any]:
        return select(self.table).where(self.table.forgotten_at.is_(None), self.overdue(at.before))


@dataclass(frozen=True, slots=True)
class Walk:
    """For tables in which every message is a row: their ids grow with time, so the purge goes on along them
    from the id it has reached, and messages carry no index for it.
    """

    table: Any
    moment: Any
    blank: Callable[[Any, datetime], None] | None
    """Empties a row (row, before); None: rows go whole, from the oldest on."""

    def count(self, session: Session, at: Moment, reached: int, most: int | None = None) -> int:
        """How many are due; counting stops at `most`."""
        return _count(session, self._due(session, at, reached), most)

    def purge(self, session: Session, at: Moment, reached: int) -> tuple[int, int]:
        """One batch."""
        rows = session.scalars(
            self._due(session, at, reached).order_by(self.table.id).limit(BATCH)
        ).all()
        for row in rows:
            if self.blank is None:
                session.delete(row)
            else:
                self.blank(row, at.before)
        session.flush()
        return len(rows), rows[-1].id if rows else reached

    def _due(self, session: Session, at: Moment, reached: int) -> Select[Any]:
        id_, newest = self.table.id, select(func.max(self.table.id)).scalar_subquery()
        due = select(self.table).where(id_ <= self._last_before(session, at.before))
        # SQLite gives the highest id anew when its row is gone, and other rows' keys are made of ids.
        return due.where(id_ < newest) if self.blank is None else due.where(id_ > reached)

    def _last_before(self, session: Session, before: datetime) -> int:
        """The highest id whose row is older than `before`: found by halving, some twenty looks at the key."""
        id_ = self.table.id
        low, high = 0, session.scalar(select(func.max(id_))) or 0
        while low < high:
            middle = (low + high + 1) // 2
            look = select(self.moment).where(id_ <= middle).order_by(id_.desc()).limit(1)
            moment = session.scalar(look)
            low, high = (middle, high) if moment is None or moment < before else (low, middle - 1)
        return low


def _count(session: Session, due: Select[Any], most: int | None) -> int:
    each = due.with_only_columns(literal(1)).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(each)) or 0
