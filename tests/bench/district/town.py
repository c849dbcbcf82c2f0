"""What every part of a district needs: its size, its people by id, the same chances in every run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any, Final

from sqlalchemy import insert

from bot.db import Database

AT: Final = "2026-11-22T10:00"
NOW: Final = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY: Final = date(2026, 11, 22)
MONTHS: Final = 24
_BATCH: Final = 5000

Values = dict[str, Any]
"""The columns of one row."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a district is."""

    members: int = 10_000
    branches: int = 100
    messages: int = 1_000_000

    def __str__(self) -> str:
        return f"{self.members} members, {self.branches} branches, {self.messages} messages"


class Town:
    """A district that is being made in an empty database."""

    def __init__(self, db: Database, size: Size) -> None:
        """Ids: the members, who administers all, a coordinator a branch, the volunteers."""
        self.db, self.size = db, size
        self.random = Random(20261122)
        self.members = range(1, size.members + 1)
        self.administrator = size.members + 1
        first = size.members + 2 + size.branches
        self.volunteers = range(first, first + max(4, size.members // 30))

    def write(self, table: type[Any], rows: Iterable[Values]) -> None:
        """Insert them, some thousand a transaction."""
        left = iter(rows)
        while some := list(islice(left, _BATCH)):
            self.db.write_now(lambda session, some=some: session.execute(insert(table), some))  # type: ignore[misc]

    def anybody(self) -> int:
        """A member."""
        return self.random.choice(self.members)

    def branch(self, member: int) -> int:
        """Whose member it is."""
        return member % self.size.branches + 1

    def moment(self) -> datetime:
        """Some time within the two years."""
        return NOW - timedelta(minutes=self.random.randint(60, MONTHS * 30 * 1440))


def evenly(number: int, count: int) -> datetime:
    """When the one of this number was, if `count` are spread over the two years."""
    return NOW - timedelta(days=MONTHS * 30) * ((count - number) / count)


def at(day: date) -> datetime:
    """Nine in the morning of a day."""
    return datetime.combine(day, time(1), UTC)
