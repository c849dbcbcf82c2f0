"""Which days are likely off in a year whose notice is not out, or not in our files.

What the package `holidays` knows, and around it the spans by which the State Council has arranged
holidays since 2024: 春节 eight days from 除夕, 国庆节 seven (eight with 中秋节), 劳动节 five, the
others three days with a weekend, or one on a Wednesday. A guess only ever raises a question.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from bot.domain.lunar import clear_bright, lunar_day

_BESIDE = {0: (-2, 0), 1: (-3, 0), 2: (0, 0), 3: (0, 3), 4: (0, 2), 5: (0, 2), 6: (-1, 1)}
"""Weekday of a festival of one day → its span in days before and after, joined to the weekend."""


@lru_cache(maxsize=64)
def guessed_off(year: int) -> dict[date, str]:
    """The days of `year` that may be off, by name."""
    spans = {day: name for day, name in _spans(year) if day.year == year}
    return {**dict.fromkeys(_known_to_package(year), "法定节假日"), **spans}


def _known_to_package(year: int) -> list[date]:
    import holidays  # 70 ms, and needed only for years without a file

    table = holidays.country_holidays("CN", years=year)
    return [day for day in table if day.year == year]


def _spans(year: int) -> Iterator[tuple[date, str]]:
    for festival, name in (
        (date(year + 1, 1, 1), "元旦"),
        (date(year, 1, 1), "元旦"),
        (clear_bright(year), "清明节"),
        (lunar_day(year, 5, 5), "端午节"),
        (lunar_day(year, 8, 15), "中秋节"),
    ):
        before, after = _BESIDE[festival.weekday()]
        yield from _span(festival, before, after, name)
    yield from _span(date(year, 5, 1), 0, 4, "劳动节")
    yield from _span(date(year, 10, 1), 0, 7, "国庆节")
    yield from _span(lunar_day(year, 1, 1), -1, 6, "春节")


def _span(festival: date, before: int, after: int, name: str) -> Iterator[tuple[date, str]]:
    for offset in range(before, after + 1):
        yield festival + timedelta(days=offset), name
