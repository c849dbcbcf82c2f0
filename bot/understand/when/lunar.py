"""Rules for dates by the moon: 农历十一月初一, 腊月廿三, 初三."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.understand.numerals import number
from bot.understand.when.almanac import (
    Impossible,
    lunar_day,
    lunar_months,
    month_after,
    solar_day,
    upcoming,
)
from bot.understand.when.day import Day, Today, one
from bot.understand.when.said import by_kind, year_of
from bot.understand.when.scan import Token
from bot.understand.when.solar import near_year

_NAMED_MONTHS = {"正": 1, "冬": 11, "腊": 12}
LAST_MONTH = 12
_LONGEST = 30
_SOON = timedelta(90)


def lunar_date(today: Today, tokens: list[Token]) -> Day | None:
    """农历十一月初一, 正月十五, 腊月廿三, 闰六月初一, 八月初五."""
    month, day = by_kind(tokens, "LM"), day_number(tokens[-1])
    if month is None or day is None:
        return None
    which = _month_number(month)
    if day > 30 or not 1 <= abs(which) <= LAST_MONTH:
        raise Impossible
    found = _in_year(today, tokens, which, day)
    if found is None and (which, day) == (LAST_MONTH, 30):
        # People call the last day of the year 三十, also where that month has 29.
        found = _in_year(today, tokens, which, 29)
    if found is None:
        raise Impossible
    return one(found, lunar=True)


def lunar_by_ear(today: Today, tokens: list[Token]) -> Day | None:
    """三月廿八, and 八月十四 said in September: days without 号 that only the moon has soon.

    廿 and 卅 without 号 are said of lunar days.
    """
    said = tokens[-1].text
    if said[0] in "廿卅":
        return lunar_date(today, tokens)
    month, day = tokens[-2].number("mn") or 0, number(said) or 0
    this_year = solar_day(today.day.year, month, day)
    over = this_year is not None and this_year < today.day
    if said.isascii() or len(tokens) > 2 or not (over and today.future and day <= _LONGEST):
        return None
    found = lunar_date(today, tokens)
    soon = found is not None and found.first - today.day <= _SOON
    return (
        replace(found, others=(near_year(today, None, month, day).first,))
        if found and soon
        else None
    )


def new_year_day(today: Today, tokens: list[Token]) -> Day | None:
    """大年初三, 年廿八."""
    token = tokens[-1]
    month, day = (12, token.number("ke")) if token.part("ke") else (1, token.number("kd"))
    found = _in_year(today, tokens, month, day or 0)
    return None if found is None else one(found, lunar=True)


def lunar_month(today: Today, tokens: list[Token]) -> Day | None:
    """正月, 腊月: some day in it."""
    month = _month_number(tokens[-1])
    first = _in_year(today, tokens, month, 1)
    if first is None:
        return None
    last = max(day for size in (28, 29) if (day := first + timedelta(size)))
    return Day(first, last, vague=True, strength=1)


def part_of_lunar_month(today: Today, tokens: list[Token]) -> Day | None:
    """正月初, 腊月底."""
    month = lunar_month(today, tokens[:-1])
    if month is None:
        return None
    part = tokens[-1].part("part", "part2", "part3")
    low, high = {"初": (0, 4), "头": (0, 4), "中": (12, 16), "中旬": (10, 19)}.get(part, (24, 28))
    return Day(month.first + timedelta(low), month.first + timedelta(high), vague=True)


def _month_number(token: Token) -> int:
    if token.kind == "M":
        return token.number("mn") or 0
    if token.part("leap"):
        return -(token.number("lm") or 0)
    return _NAMED_MONTHS[token.part("ln")]


def day_number(token: Token) -> int | None:
    if token.kind == "l":
        day = token.number("ld")
        if day is None or not 1 <= day <= 10:
            raise Impossible
        return day
    return token.number("dn") if token.kind == "d" else number(token.text)


def _in_year(today: Today, tokens: list[Token], month: int, day: int) -> date | None:
    year = year_of(today, tokens)
    if year is None:
        if today.future:
            return _next(today.day, month, day)
        return upcoming(lambda near: lunar_day(near, month, day), today.day, future=False)
    if month == LAST_MONTH:
        return late(today, year, lambda near: lunar_day(near, month, day))
    return lunar_day(year, month, day)


def _next(today: date, month: int, day: int) -> date | None:
    """That day of the next such month, or None if it is too short: 三十 isn't looked for years away."""
    years = [lunar_months(year) for year in range(today.year - 1, today.year + 2)]
    months = [months[month] for months in years if month in months]
    ahead = (near for near in months if near.first + timedelta(day - 1) >= today)
    near = next(ahead, None)
    return near.first + timedelta(day - 1) if near is not None and day <= near.days else None


def late(today: Today, year: int, of_year: Callable[[int], date | None]) -> date | None:
    """A day of the twelfth month "of this year": January's, or that of the coming winter."""
    days = [day for near in (year - 1, year) if (day := of_year(near)) is not None]
    ahead = [day for day in days if day >= today.day]
    if today.future and ahead and year >= today.day.year:
        return ahead[0]
    return next((day for day in days if day.year == year), None)


def lunar_number(today: Today, tokens: list[Token]) -> Day | None:
    """初三, 农历十五: the next such day of any lunar month."""
    day = day_number(tokens[-1])
    if day is None or not 1 <= day <= 30:
        raise Impossible
    first, *rest = _of_all_months(today, day)
    return one(first, then=rest[0] if rest else None, lunar=True)


def _of_all_months(today: Today, day: int) -> list[date]:
    years = range(today.day.year - 1, today.day.year + 2)
    found = sorted(
        date_
        for year in years
        for month in range(1, 13)
        if (date_ := lunar_day(year, month, day)) is not None
    )
    if today.future:
        return [day_ for day_ in found if day_ >= today.day]
    return [day_ for day_ in reversed(found) if day_ <= today.day]


def lunar_in_relative_month(today: Today, tokens: list[Token]) -> Day | None:
    """下月初三: the third of next month, or the lunar third."""
    day = day_number(tokens[-1]) or 0
    steps = {"下": 1, "次": 1, "下下": 2, "上": -1}.get(tokens[-2].part("mrel"), 0)
    if tokens[0].kind == "c":
        return one(_in_month_of_moon(today, steps, day), lunar=True)
    year, month = month_after(today.day.year, today.day.month, steps)
    solar = solar_day(year, month, day)
    of_moon = _of_all_months(Today(today.now, date(year, month, 1), True, None), day)[0]
    if solar is None:
        return one(of_moon, lunar=True)
    if today.future and solar < today.day <= of_moon:
        return one(of_moon, lunar=True, others=(solar,))
    return one(solar, others=(of_moon,))


def _in_month_of_moon(today: Today, steps: int, day: int) -> date:
    """The `day` of the lunar month `steps` after the one that `today` lies in."""
    years = range(today.day.year - 1, today.day.year + 2)
    months = sorted(
        (month for year in years for month in lunar_months(year).values()),
        key=lambda month: month.first,
    )
    now = max(index for index, month in enumerate(months) if month.first <= today.day)
    wanted = months[now + steps]
    if not 1 <= day <= wanted.days:
        raise Impossible
    return wanted.first + timedelta(day - 1)
