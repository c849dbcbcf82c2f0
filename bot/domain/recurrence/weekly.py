"""Once, every day, and rules that count in weeks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Self

from bot.domain.base import Refused
from bot.domain.holidays import Holidays
from bot.domain.recurrence.kind import (
    WEEKDAYS,
    WEEKDAYS_ZH,
    Kind,
    full_words,
    read_day,
    within,
)

_NAME = "|".join(WEEKDAYS)
_SATURDAY = 5


def _every(first: date, last: date, step: int = 1) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range(0, (last - first).days + 1, step))


@dataclass(frozen=True, slots=True)
class Once(Kind):
    """One day only."""

    PATTERN: ClassVar[str] = r"(\d{4}-\d\d-\d\d)"
    day: date

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """2026-11-22."""
        return cls(read_day(found[1]))

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """The day, where it lies inside."""
        return within((self.day,), first, last)

    @property
    def names_weekend(self) -> bool:
        """A date is meant as it stands."""
        return True

    def __str__(self) -> str:
        return self.day.isoformat()

    def words(self) -> str:
        """2026年11月22日."""
        return full_words(self.day)


@dataclass(frozen=True, slots=True)
class Daily(Kind):
    """Every day."""

    PATTERN: ClassVar[str] = "daily|every day"

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """No values."""
        return cls()

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """All."""
        return _every(first, last)

    def __str__(self) -> str:
        return "daily"

    def words(self) -> str:
        """每天."""
        return "每天"


@dataclass(frozen=True, slots=True)
class Weekly(Kind):
    """Some weekdays of every week."""

    PATTERN: ClassVar[str] = rf"(?:every )?((?:{_NAME})(?:(?:,|-| and )(?:{_NAME}))*)"
    weekdays: tuple[int, ...]
    """0 is Monday; ascending, each once."""

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """mon,wed or mon-fri."""
        chosen: set[int] = set()
        for part in found[1].replace(" and ", ",").split(","):
            ends = [WEEKDAYS.index(name) for name in part.split("-")]
            if len(ends) > 2 or ends[0] > ends[-1]:
                raise Refused("星期几的先后不对，请写成：每周一至周五 09:00")
            chosen.update(range(ends[0], ends[-1] + 1))
        return cls(tuple(sorted(chosen)))

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """Those of the chosen weekdays."""
        return (day for day in _every(first, last) if day.weekday() in self.weekdays)

    @property
    def names_weekend(self) -> bool:
        """Whether Saturday or Sunday is among them."""
        return self.weekdays[-1] >= _SATURDAY

    def __str__(self) -> str:
        return ",".join(WEEKDAYS[weekday] for weekday in self.weekdays)

    def words(self) -> str:
        """每周一、三."""
        return "每周" + "、".join(WEEKDAYS_ZH[weekday] for weekday in self.weekdays)


@dataclass(frozen=True, slots=True)
class EveryWeeks(Kind):
    """Every so many weeks, counted from an anchor day; nothing before it."""

    PATTERN: ClassVar[str] = r"every (\d{1,2}) weeks? from (\d{4}-\d\d-\d\d)"
    weeks: int
    anchor: date

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """Every 2 weeks from 2026-09-07."""
        weeks = int(found[1])
        if not 1 <= weeks <= 52:
            raise Refused("间隔请写1到52周，例如：从2026年9月7日起每2周 09:00")
        return cls(weeks, read_day(found[2]))

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """From the anchor on."""
        step = 7 * self.weeks
        behind = max((first - self.anchor).days, 0)
        return _every(self.anchor + timedelta(days=-(-behind // step) * step), last, step)

    @property
    def names_weekend(self) -> bool:
        """Whether the anchor is a Saturday or Sunday."""
        return self.anchor.weekday() >= _SATURDAY

    def __str__(self) -> str:
        return f"every {self.weeks} week{'s' * (self.weeks > 1)} from {self.anchor}"

    def words(self) -> str:
        """从2026年9月7日（周一）起每2周."""
        weekday = WEEKDAYS_ZH[self.anchor.weekday()]
        return f"从{full_words(self.anchor)}（周{weekday}）起每{self.weeks}周"
