"""Rules that count in months."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Self

from bot.domain.base import Refused
from bot.domain.holidays import Holidays
from bot.domain.recurrence.kind import WEEKDAYS, WEEKDAYS_ZH, Kind, clamped, months, within

_SATURDAY = 5
_LAST = -1
_ORDINALS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": _LAST}
_ORDINALS_ZH = {1: "第一个", 2: "第二个", 3: "第三个", 4: "第四个", 5: "第五个", _LAST: "最后一个"}
_ORDINAL = "|".join(_ORDINALS)


@dataclass(frozen=True, slots=True)
class Monthly(Kind):
    """Some days of every month; a day the month lacks is its last one (31 → 30, 29 or 28)."""

    PATTERN: ClassVar[str] = r"(?:monthly )?(\d{1,2}(?:,\d{1,2})*)"
    month_days: tuple[int, ...]
    """1 to 31; ascending, each once."""

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """15, or 1,15."""
        month_days = sorted({int(part) for part in found[1].split(",")})
        if not 1 <= month_days[0] <= month_days[-1] <= 31:
            raise Refused("每月的日子请写1到31，例如：每月15日 09:00")
        return cls(tuple(month_days))

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """In order; two that fall on the last day of a short month are one."""
        every = dict.fromkeys(
            clamped(year, month, day)
            for year, month in months(first, last)
            for day in self.month_days
        )
        return within(every, first, last)

    def __str__(self) -> str:
        return ",".join(str(day) for day in self.month_days)

    def words(self) -> str:
        """每月1日、15日."""
        short = "（没有这一天的月份用最后一天）" if self.month_days[-1] > 28 else ""
        return "每月" + "、".join(f"{day}日" for day in self.month_days) + short


@dataclass(frozen=True, slots=True)
class LastDay(Kind):
    """The last day of every month, or the last one on which people work."""

    PATTERN: ClassVar[str] = "last (day|workday)"
    working: bool

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """Last day, or last workday."""
        return cls(found[1] == "workday")

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """One a month."""
        ends = (self._end(year, month, holidays) for year, month in months(first, last))
        return within(ends, first, last)

    def _end(self, year: int, month: int, holidays: Holidays) -> date:
        end = clamped(year, month, 31)
        if not self.working:
            return end
        backwards = (end - timedelta(days=n) for n in range(end.day))
        return next((day for day in backwards if _is_worked(day, holidays)), end)

    def __str__(self) -> str:
        return "last workday" if self.working else "last day"

    def words(self) -> str:
        """每月最后一天."""
        return "每月最后一个工作日" if self.working else "每月最后一天"


def _is_worked(day: date, holidays: Holidays) -> bool:
    # A year without a confirmed file moves nothing: there, Monday to Friday it is.
    known = holidays.is_workday(day)
    return day.weekday() < _SATURDAY if known is None else known


@dataclass(frozen=True, slots=True)
class NthWeekday(Kind):
    """The nth such weekday of every month: the second Thursday is day 8 to 14.

    That is not "Thursday of the second calendar week". A month without a fifth one has none.
    """

    PATTERN: ClassVar[str] = rf"((?:{_ORDINAL})(?:,(?:{_ORDINAL}))*) ({'|'.join(WEEKDAYS)})"
    ordinals: tuple[int, ...]
    """1 to 5, or -1 for the last; each once, the last at the end."""
    weekday: int
    """0 is Monday."""

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """2nd thu, or 1st,3rd thu."""
        ordinals = {_ORDINALS[part] for part in found[1].split(",")}
        return cls(tuple(sorted(ordinals, key=lambda n: n % 7)), WEEKDAYS.index(found[2]))

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """In order; where the fourth or fifth is the last too, it is one."""
        every = (day for year, month in months(first, last) for day in self._in_month(year, month))
        return within(dict.fromkeys(every), first, last)

    def _in_month(self, year: int, month: int) -> Iterator[date]:
        before, length = monthrange(year, month)
        first = 1 + (self.weekday - before) % 7
        every = range(first, length + 1, 7)
        for ordinal in self.ordinals:
            if ordinal == _LAST or ordinal <= len(every):
                yield date(year, month, every[ordinal if ordinal == _LAST else ordinal - 1])

    @property
    def names_weekend(self) -> bool:
        """Whether it is a Saturday or Sunday."""
        return self.weekday >= _SATURDAY

    def __str__(self) -> str:
        text = {number: ordinal for ordinal, number in _ORDINALS.items()}
        return f"{','.join(text[n] for n in self.ordinals)} {WEEKDAYS[self.weekday]}"

    def words(self) -> str:
        """每月第二个星期四."""
        ordinals = "、".join(_ORDINALS_ZH[n] for n in self.ordinals)
        return f"每月{ordinals}星期{WEEKDAYS_ZH[self.weekday]}"
