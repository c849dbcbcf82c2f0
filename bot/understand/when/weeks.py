"""Rules for weeks, weekdays, weekends and the second Thursday of a month."""

from datetime import date, timedelta
from typing import Final

from bot.understand.when.almanac import month_after, nth_weekday
from bot.understand.when.day import WEAK, Day, Today, one
from bot.understand.when.months import month_near
from bot.understand.when.said import by_kind, must, steps_of, year_of
from bot.understand.when.scan import Token

_WEEKDAYS = {char: index % 7 for index, char in enumerate("一二三四五六日")} | {
    "天": 6,
    "七": 6,
    **{str(index + 1): index for index in range(7)},
}


SUNDAY: Final = 6
AHEAD: Final = {"下", "下下", "再下", "再下下", "后"}
"""Words for a week to come."""


def week_day(today: Today, tokens: list[Token]) -> Day | None:
    """下礼拜三, 周末, 下个星期; also 下周的星期三 in two words."""
    token = tokens[0]
    if len(tokens) > 1 and token.part("rwd", "wd"):
        return None
    said = next((part for item in tokens if (part := item.part("rwd", "wd"))), "")
    monday = today.day - timedelta(today.day.weekday())
    has_week = bool(token.part("wrel"))
    monday += timedelta(7 * steps_of(token))
    if not said and "双休" not in token.text:
        if token.part("wrel") == "隔":
            return one(today.day + timedelta(7))
        return _whole_week(today, monday) if has_week else None
    if said in {"末", ""} or len(said) > 1:
        return _weekend(today, monday, has_week)
    weekday = _WEEKDAYS[said]
    if has_week:
        return _of_week(today, token, monday + timedelta(weekday))
    ahead = (weekday - today.day.weekday()) % 7
    if today.future:
        return one(today.day + timedelta(ahead), then=today.day + timedelta(ahead + 7))
    return one(today.day - timedelta((-ahead) % 7))


def _of_week(today: Today, token: Token, day: date) -> Day:
    """下星期三; on a Sunday half the people have the new week begun: for them it is ten days off, not three.

    The later one is taken (somebody who means the nearer says 这 or the bare day), and read back with its date.
    """
    sunday = today.day.weekday() == SUNDAY and day.weekday() != SUNDAY
    if sunday and token.part("wrel") == "下":
        return one(day + timedelta(7))
    return one(day)


def _whole_week(today: Today, monday: date) -> Day:
    sunday = monday + timedelta(6)
    first = max(monday, today.day) if today.future and sunday >= today.day else monday
    return Day(first, sunday, strength=WEAK)


def _weekend(today: Today, monday: date, has_week: bool) -> Day:
    saturday = monday + timedelta(5)
    if not has_week and not today.future and saturday > today.day:
        saturday -= timedelta(7)
    return Day(saturday, saturday + timedelta(1))


def nth_week_day(today: Today, tokens: list[Token]) -> Day | None:
    """十二月第二个星期四, 下个月最后一个周五, 第二个礼拜四."""
    token = tokens[-1]
    said = token.part("nwd")
    weekday = weekday_of(token)
    nth = -1 if token.part("last") else token.number("nth") or 1
    month = by_kind(tokens, "Mm")
    if month is None or month.part("mrel") == "每":
        return _next_nth(today, weekday, nth)
    if month.kind == "m":
        where = month_after(today.day.year, today.day.month, steps_of(month))
    else:
        where = month_near(today, year_of(today, tokens), month.number("mn") or 0)
    found = must(nth_weekday(*where, weekday, nth))
    if month.kind == "M" and today.future and found < today.day and not by_kind(tokens, "yY"):
        found = must(nth_weekday(where[0] + 1, where[1], weekday, nth))
    return Day(found, found + timedelta(1 if said in {"末", ""} else 0))


def weekday_of(token: Token) -> int:
    """The weekday of an O token, Monday 0; a weekend begins on Saturday."""
    said = token.part("nwd")
    return 5 if said in {"末", ""} else _WEEKDAYS[said]


def _next_nth(today: Today, weekday: int, nth: int) -> Day | None:
    months = [month_after(today.day.year, today.day.month, step) for step in range(7)]
    days = [nth_weekday(*month, weekday, nth) for month in months]
    return next((one(day) for day in days if day is not None and day >= today.day), None)


def weekday_behind(day: date, said: int | None) -> Day | None:
    """The 五 of 周四、五: that weekday of the same week, if it lies behind `day`."""
    if said is None or not day.weekday() + 1 < said <= 6:
        return None
    return one(day + timedelta(said - 1 - day.weekday()))
