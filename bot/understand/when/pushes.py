"""What the words behind a day do to it: 前一天, 之前, 以后, 前后, (星期六)."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.understand.when import lunar, weeks
from bot.understand.when.day import Day, Today, one
from bot.understand.when.scan import Token

# Behind a long holiday people mean the week after it.
_FEWEST_DAYS_AFTER: Final = {"春节": 7, "国庆": 7}


def _counted(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """国庆第二天, 节后第二天, 中秋头一天."""
    token = tokens[-1]
    if token.part("eve"):
        return one(day.first - timedelta(1))
    if token.part("same"):
        return day
    behind = tokens[-2].kind == "a"
    return one(day.first + timedelta((token.number("kn") or 1) - 1 + behind))


def _stepped(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """中秋前一天, 元旦后三天."""
    if tokens[-1].part("uu", "ud") not in {"天", "日"}:
        return None
    steps = tokens[-1].number("un") or 1
    return one(day.first + timedelta(steps if tokens[-2].kind == "a" else -steps))


def _nth_after(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """国庆节后第一个周一."""
    weekday = weeks.weekday_of(tokens[-1])
    nth = tokens[-1].number("nth") or 1
    first = day.last + timedelta(1)
    return one(first + timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1)))


def _days_ahead(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """端午前两天, 春节前几天: the words alone would be counted from today."""
    if not tokens[-1].part("ago"):
        return None
    if "两" in tokens[-1].text:
        return one(day.first - timedelta(2))
    return Day(day.first - timedelta(4), day.first - timedelta(1), vague=True)


def _around(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    return replace(day, vague=True)


def _before(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """Some day up to the one said; near it, if that is weeks away."""
    near = max(today.day, day.first - timedelta(7))
    if not today.future or day.first < today.day:
        near = day.first - timedelta(7)
    return Day(near, day.first, vague=True)


def _after(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """Some day of the week that follows; behind a long holiday, of the week after it."""
    name = lunar.feast_name(tokens[-2].text) if tokens[-2].kind == "f" else ""
    first = day.last + timedelta(_FEWEST_DAYS_AFTER.get(name, 1))
    return Day(first, first + timedelta(6), vague=True)


def _same_week_day(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """6月20号(星期六): said twice; where the two don't fit, both are readings."""
    said, before = tokens[-1], tokens[-3 if tokens[-2].kind == "x" else -2]
    gap = said.found.string[before.found.end() : said.found.start()]
    if day.last > day.first or said.part("wrel") or gap.strip(" (,是") != "":
        return None
    other = weeks.week_day(replace(today, day=day.first, future=True), [said])
    if other is None or other.last > other.first:
        return None
    if other.first == day.first:
        return day
    return replace(day, others=(*day.others, other.first)) if not gap else None


PUSHES: Final = [
    (re.compile(pattern), push)
    for pattern, push in (
        ("a?k", _counted),
        ("[ab]u", _stepped),
        ("aO", _nth_after),
        ("v", _days_ahead),
        ("A", _around),
        ("b", _before),
        ("a", _after),
        ("x?W", _same_week_day),
    )
]
