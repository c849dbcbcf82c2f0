"""Lunar months, solar terms and festivals as days, and plain calendar steps.

Years 1900 to 2100, from `lunar_table`.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from bot.understand.when.lunar_table import ROWS
from bot.understand.when.words import FLOATING, LUNAR_FESTIVALS, SOLAR_FESTIVALS, TERMS

KNOWN_YEARS: Final = range(1900, 2101)
_ROWS: Final = ROWS.strip().splitlines()


class Impossible(Exception):
    """The text names a day or hour that does not exist (二月三十号): nothing may be guessed."""


@dataclass(frozen=True, slots=True)
class LunarMonth:
    """The first day and the length of a lunar month."""

    first: date
    days: int


@lru_cache(maxsize=64)
def lunar_months(year: int) -> dict[int, LunarMonth]:
    """The months of the lunar `year` by number; a leap month has its number negative."""
    first_day, leap_month, lengths, _ = _row(year)
    first, leap = date.fromisoformat(first_day), int(leap_month, 32)
    numbers = list(range(1, 13))
    if leap:
        numbers.insert(leap, -leap)
    months = {}
    for number, length in zip(numbers, lengths, strict=True):
        months[number] = LunarMonth(first, 29 + int(length))
        first += timedelta(29 + int(length))
    return months


@lru_cache(maxsize=64)
def _terms(year: int) -> dict[str, date]:
    *_, days = _row(year)
    return {
        name: date(year, index // 2 + 1, int(day, 32))
        for index, (name, day) in enumerate(zip(TERMS, days, strict=True))
    }


def _row(year: int) -> list[str]:
    """Raises Impossible for a year outside the table."""
    if year not in KNOWN_YEARS:
        raise Impossible
    return _ROWS[year - KNOWN_YEARS.start].split()


def lunar_day(year: int, month: int, day: int) -> date | None:
    """A lunar date as a day; None where that month has no such day or the year no such leap."""
    found = lunar_months(year).get(month)
    if found is None or not 1 <= day <= found.days:
        return None
    return found.first + timedelta(days=day - 1)


def solar_day(year: int, month: int, day: int) -> date | None:
    """A day of the common calendar, or None where there is none."""
    if not (year in KNOWN_YEARS and 1 <= month <= 12):
        return None
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def festival(name: str, year: int) -> date | None:
    """The day of a festival or solar term in `year` (of lunar ones: of the lunar year)."""
    if name in TERMS:
        return _terms(year)[name]
    if name in SOLAR_FESTIVALS:
        return solar_day(year, *SOLAR_FESTIVALS[name])
    if name in FLOATING:
        month, weekday, nth = FLOATING[name]
        return nth_weekday(year, month, weekday, nth)
    month, day = LUNAR_FESTIVALS[name]
    # 除夕 is the last day of the year, also where the twelfth month has 29 days.
    if (month, day) == (12, 30):
        day = lunar_months(year)[12].days
    return lunar_day(year, month, day)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The `nth` (-1: the last) `weekday` (Monday 0) of a month, or None."""
    length = monthrange(year, month)[1]
    first = 1 + (weekday - date(year, month, 1).weekday()) % 7
    day = first + 7 * (nth - 1) if nth > 0 else first + 7 * ((length - first) // 7)
    return date(year, month, day) if day <= length else None


def month_after(year: int, month: int, steps: int) -> tuple[int, int]:
    """(year, month) `steps` months later."""
    index = year * 12 + month - 1 + steps
    return index // 12, index % 12 + 1


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def months_later(day: date, steps: int) -> date:
    """The same day of the month `steps` months later, or that month's last day."""
    year, month = month_after(day.year, day.month, steps)
    return min(month_end(year, month), date(year, month, 1) + timedelta(days=day.day - 1))


def upcoming(
    of_year: Callable[[int], date | None], today: date, *, future: bool = True
) -> date | None:
    """The nearest day that `of_year` gives, today or later (`future`) or today or earlier."""
    years = range(today.year - 1, today.year + 2)
    found = [day for year in years if (day := of_year(year)) is not None]
    if future:
        return min((day for day in found if day >= today), default=None)
    return max((day for day in found if day <= today), default=None)
