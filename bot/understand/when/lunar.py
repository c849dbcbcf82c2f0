"""Rules for lunar dates, festivals, solar terms and days named by a rule of ours."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.understand.numerals import number
from bot.understand.when.almanac import (
    Impossible,
    festival,
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
from bot.understand.when.words import FESTIVAL_WORDS, HOLIDAYS, LUNAR_FESTIVALS

_NAMED_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_LAST = 12
_FIRST_OF_MONTH = {"国庆", "元旦", "劳动节", "春节"}
_LATE = 15
_MONTH_DAY = re.compile("([一二三四五六七八九十]+)月([一二三四五六七八九十]+)")


def lunar_date(today: Today, tokens: list[Token]) -> Day | None:
    """农历十一月初一, 正月十五, 腊月廿三, 闰六月初一, 八月初五."""
    month, day = by_kind(tokens, "LM"), _day_number(tokens[-1])
    if month is None or day is None:
        return None
    which = _month_number(month)
    if day > 30 or not 1 <= abs(which) <= _LAST:
        raise Impossible
    found = _in_year(today, tokens, which, day)
    if found is None and (which, day) == (_LAST, 30):
        # People call the last day of the year 三十, also where that month has 29.
        found = _in_year(today, tokens, which, 29)
    if found is None:
        raise Impossible
    return one(found, lunar=True)


def lunar_twenties(today: Today, tokens: list[Token]) -> Day | None:
    """三月廿八: 廿 and 卅 without 号 are said of lunar days."""
    if tokens[-1].text[0] not in "廿卅":
        return None
    return lunar_date(today, tokens)


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


def _day_number(token: Token) -> int | None:
    if token.kind == "l":
        day = token.number("ld")
        if day is None or not 1 <= day <= 10:
            raise Impossible
        return day
    return token.number("dn") if token.kind == "d" else number(token.text)


def _in_year(today: Today, tokens: list[Token], month: int, day: int) -> date | None:
    year = year_of(today, tokens)
    if year is None:
        return upcoming(lambda near: lunar_day(near, month, day), today.day, future=today.future)
    if month == _LAST:
        return _late(today, year, lambda near: lunar_day(near, month, day))
    return lunar_day(year, month, day)


def _late(today: Today, year: int, of_year: Callable[[int], date | None]) -> date | None:
    """A day of the twelfth month "of this year": January's, or that of the coming winter."""
    days = [day for near in (year - 1, year) if (day := of_year(near)) is not None]
    ahead = [day for day in days if day >= today.day]
    if today.future and ahead and year >= today.day.year:
        return ahead[0]
    return next((day for day in days if day.year == year), None)


def lunar_number(today: Today, tokens: list[Token]) -> Day | None:
    """初三, 农历十五: the next such day of any lunar month."""
    day = _day_number(tokens[-1])
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
    day = _day_number(tokens[-1]) or 0
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


def feast(today: Today, tokens: list[Token]) -> Day | None:
    """端午, 明年春节, 七一, 冬至."""
    token = by_kind(tokens, "f")
    if token is None:
        return None
    name = feast_name(token.text)
    year = year_of(today, tokens)
    if year is None:
        day = upcoming(lambda near: festival(name, near), today.day, future=today.future)
    elif LUNAR_FESTIVALS.get(name, (0, 0))[0] == _LAST:
        day = _late(today, year, lambda near: festival(name, near))
    else:
        day = festival(name, year)
    if day is None:
        return None
    return one(day, lunar=name in LUNAR_FESTIVALS, others=_by_the_sun(today, year, token.text))


def _by_the_sun(today: Today, year: int | None, said: str) -> tuple[date, ...]:
    """八月十五 may also be 15 August, so that one can ask."""
    found = _MONTH_DAY.fullmatch(said)
    if found is None:
        return ()
    month, day = number(found[1]), number(found[2])
    return (near_year(today, year, month or 0, day or 0).first,)


def feast_name(word: str) -> str:
    """The name of a festival from what people call it."""
    for shorter in (word, word[:-1], word[:-2]):
        if shorter in FESTIVAL_WORDS:
            return FESTIVAL_WORDS[shorter]
    return "国庆"  # 十一, 十一节: the only one that isn't in the table


def feast_holiday(today: Today, tokens: list[Token]) -> Day | None:
    """国庆假期, 春节期间."""
    day = feast(today, tokens)
    token = by_kind(tokens, "f")
    if day is None or token is None:
        return None
    days = HOLIDAYS.get(feast_name(token.text), 1)
    return Day(day.first, day.first + timedelta(days - 1), vague="期间" in tokens[-1].text)


def day_of_feast_month(today: Today, tokens: list[Token]) -> Day | None:
    """国庆三号, 春节初三: a day of the month that begins with the festival."""
    day, token = feast(today, tokens[:-1]), tokens[-1]
    if day is None or tokens[-2].found.end() < token.found.start() - 1:
        return None
    number = _day_number(token)
    if number is None:
        return None
    if day.lunar == (token.kind == "d") or feast_name(tokens[-2].text) not in _FIRST_OF_MONTH:
        return None
    return one(day.first + timedelta(number - 1), lunar=day.lunar) if number <= _LATE else None


def named_day(today: Today, tokens: list[Token]) -> Day | None:
    """服务日, 学习日: only the calendar of the branch knows them."""
    if today.named is None:
        return None
    found = today.named(tokens[-1].text, today.day)
    return None if found is None else one(found)
