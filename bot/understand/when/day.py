"""A day, or a stretch of days, that a text names."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.understand.when.value import NamedDay

WEAK: Final = 1
"""Strength of a whole month, year or season: taken only where nothing better was said."""
STRONG: Final = 2


@dataclass(frozen=True, slots=True)
class Day:
    """`first` to `last`, both meant."""

    first: date
    last: date
    vague: bool = False
    strength: int = STRONG
    then: date | None = None
    """The next day so named, to be taken if the hour on the first has passed."""
    others: tuple[date, ...] = ()
    """Further readings of the same words."""
    lunar: bool = False
    at: datetime | None = None
    """The moment itself, of "in two hours"."""


@dataclass(frozen=True, slots=True)
class Found:
    """A day and the tokens it was read from, `begin` to `end` (exclusive)."""

    day: Day
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Today:
    """What the reading of a day depends on."""

    now: datetime
    day: date
    future: bool
    named: NamedDay | None


def one(
    day: date,
    *,
    then: date | None = None,
    others: tuple[date, ...] = (),
    lunar: bool = False,
    strength: int = STRONG,
    at: datetime | None = None,
) -> Day:
    """A single day."""
    return Day(day, day, strength=strength, then=then, others=others, lunar=lunar, at=at)
