"""Rules for festivals, and for days that only the calendar of a branch knows (服务日)."""

import re
from datetime import date, timedelta

from bot.understand.numerals import number
from bot.understand.when.almanac import Impossible, festival, upcoming
from bot.understand.when.day import Day, Today, one
from bot.understand.when.lunar import LAST_MONTH, day_number, late
from bot.understand.when.months import whole_month
from bot.understand.when.said import by_kind, year_of
from bot.understand.when.scan import Token
from bot.understand.when.solar import near_year, nth_day
from bot.understand.when.words import FESTIVAL_WORDS, HOLIDAYS, LUNAR_FESTIVALS

_FIRST_OF_MONTH = {"国庆", "元旦", "劳动节", "春节"}
_LATE = 15
_MONTH_DAY = re.compile("([一二三四五六七八九十]+)月([一二三四五六七八九十]+)")


def feast(today: Today, tokens: list[Token]) -> Day | None:
    """端午, 明年春节, 七一, 冬至."""
    token = by_kind(tokens, "f")
    if token is None:
        return None
    name = feast_name(token.text)
    year = year_of(today, tokens)
    if year is None:
        day = upcoming(lambda near: festival(name, near), today.day, future=today.future)
    elif LUNAR_FESTIVALS.get(name, (0, 0))[0] == LAST_MONTH:
        day = late(today, year, lambda near: festival(name, near))
    else:
        day = festival(name, year)
    if day is None:
        return None
    return one(day, lunar=name in LUNAR_FESTIVALS, others=_otherwise(today, year, token.text))


def _otherwise(today: Today, year: int | None, said: str) -> tuple[date, ...]:
    """八月十五 may also be 15 August and 新年 the lunar one, so that one can ask."""
    if said.startswith("新年"):
        new_year = upcoming(lambda near: festival("春节", near), today.day, future=today.future)
        return () if new_year is None else (new_year,)
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


def nth_day_of_holiday(today: Today, tokens: list[Token]) -> Day | None:
    """国庆假期最后一天, 春节期间第二天."""
    span = feast_holiday(today, tokens[:-1])
    return None if span is None else nth_day(span.first, span.last, tokens[-1])


def day_of_feast_month(today: Today, tokens: list[Token]) -> Day | None:
    """国庆三号, 春节初三: a day of the month that begins with the festival."""
    day, token = feast(today, tokens[:-1]), tokens[-1]
    if day is None or tokens[-2].found.end() < token.found.start() - 1:
        return None
    number = day_number(token)
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


def named_day_of_month(today: Today, tokens: list[Token]) -> Day | None:
    """下个月的服务日; the month alone would be no answer, so an unknown one is to be asked."""
    month = whole_month(today, tokens[:1])
    if month is None or today.named is None:
        raise Impossible
    found = today.named(tokens[-1].text, month.first)
    if found is None or found > month.last:
        raise Impossible
    return one(found)
