"""What every kind of recurrence can do, and the small arithmetic of days they share."""

import re
from abc import ABC, abstractmethod
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar, Self

from bot.domain.base import Refused
from bot.domain.holidays import Holidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS_ZH = "一二三四五六日"
YEARS = range(1900, 2200)
"""Years that may stand in a rule; anything else is a slip of the finger."""


class Kind(ABC):
    """One of the ways in which days recur. `str` is its canonical text, which `PATTERN` reads."""

    __slots__ = ()
    PATTERN: ClassVar[str]

    @classmethod
    @abstractmethod
    def read(cls, found: re.Match[str]) -> Self:
        """The kind that a full match of `PATTERN` means. Raises Refused for impossible values."""

    @abstractmethod
    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """Every day from `first` to `last`, both included, each once, in order."""

    @abstractmethod
    def words(self) -> str:
        """In Chinese, as a coordinator would say it; `in_english` reads it back."""

    @property
    def names_weekend(self) -> bool:
        """Whether it asks for a Saturday or Sunday by name, so that a weekend is meant."""
        return False


def read_day(text: str) -> date:
    """The day in YYYY-MM-DD. Raises Refused where there is none."""
    year, month, day = (int(part) for part in text.split("-"))
    if year not in YEARS:
        raise Refused(f"“{text}”的年份不对，请核对")
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        raise Refused(f"没有“{text}”这一天，请核对日期")
    return date(year, month, day)


def clamped(year: int, month: int, day: int) -> date:
    """The day, or the last one of the month where it is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def months(first: date, last: date) -> Iterator[tuple[int, int]]:
    """Each (year, month) from that of `first` to that of `last`."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield number // 12, number % 12 + 1


def within(days: Iterable[date], first: date, last: date) -> Iterator[date]:
    """Those of `days` from `first` to `last`, both included."""
    return (day for day in days if first <= day <= last)


def full_words(day: date) -> str:
    """The day with its year, so that it can be read back: 2026年11月22日."""
    return f"{day.year}年{day.month}月{day.day}日"
