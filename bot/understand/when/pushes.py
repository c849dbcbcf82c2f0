"""What the words behind a day do to it: 前一天, 之前, 以后, 前后, (星期六)."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.understand.when import feasts, weeks
from bot.understand.when.almanac import months_later
from bot.understand.when.day import WEAK, Day, Today, one
from bot.understand.when.scan import Token
from bot.understand.when.words import HOLIDAYS

# Behind a long holiday people mean the week after it.
_FEWEST_DAYS_AFTER: Final = {"春节": 7, "国庆": 7}
_DAYS_IN: Final = {"天": 1, "日": 1, "星期": 7, "礼拜": 7, "周": 7}
_MOST_DAYS: Final = 60
_ONE: Final = timedelta(1)
_FARTHEST_DURATION: Final = 8
"""Characters between a day and the days it begins, of which both are one stretch."""
_LASTS: Final = re.compile(
    "(?:我|就|都|要|想|得){0,3}(?:请[病事]?假|休息|住院?|出差|外出|出门|不在家?|在家|没空|有事|放假)"
)


def _counted(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """国庆第二天, 节后第二天, 中秋头一天."""
    token = tokens[-1]
    if token.part("eve"):
        return one(day.first - timedelta(1))
    if token.part("same"):
        return day
    behind = tokens[-2].kind == "a"
    if token.part("work"):
        feast = next((feasts.feast_name(said.text) for said in tokens if said.kind == "f"), "")
        return one(day.first + timedelta(HOLIDAYS[feast])) if feast in HOLIDAYS else None
    return one(day.first + timedelta((token.number("kn") or 1) - 1 + behind))


def _stepped_off(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """国庆三天后, 端午一个星期前: counted from the festival, which stands right before."""
    if tokens[-3].kind != "f":
        return None
    return _stepped(today, day, [*tokens[:-2], tokens[-1], tokens[-2]])


def _stepped(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """中秋前一天, 元旦后三天; 春节前一个月 is about then."""
    unit = tokens[-1].part("uu", "ud", "um")
    if unit not in {"天", "日"}:
        return _about_stepped(day, tokens, unit)
    steps = tokens[-1].number("un") or 1
    return one(day.first + timedelta(steps if tokens[-2].kind == "a" else -steps))


def _about_stepped(day: Day, tokens: list[Token], unit: str) -> Day | None:
    count = tokens[-1].number("un") or 1
    after = tokens[-2].kind == "a"
    if unit == "月":
        about = months_later(day.first, count if after else -count)
        return Day(about - timedelta(3), about + timedelta(3), vague=True)
    if unit not in _DAYS_IN:
        return None
    first = day.last + timedelta(7 * count - 6) if after else day.first - timedelta(7 * count)
    return Day(first, first + timedelta(6 + (not after)), vague=True)


def _weekday_by(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """端午后的星期一, 中秋前那个周日: the nearest behind or before the day said."""
    said = tokens[-1].part("wd")
    there = weeks.week_day(replace(today, day=day.last + _ONE, future=True), tokens[-1:])
    if len(said) != 1 or said == "末" or there is None:
        return None
    if tokens[-2].kind == "a":
        return one(there.first)
    ahead = (there.first - day.first).days % 7
    return one(day.first - timedelta(7 - ahead))


def _nth_after(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """国庆节后第一个周一."""
    weekday = weeks.weekday_of(tokens[-1])
    nth = tokens[-1].number("nth") or 1
    first = day.last + _ONE
    found = first + timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return Day(found, found + _ONE if tokens[-1].part("nwd") in {"末", ""} else found)


def _days_ahead(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """端午前两天, 春节前几天: the words alone would be counted from today."""
    if not tokens[-1].part("ago"):
        return None
    if "两" in tokens[-1].text:
        return one(day.first - timedelta(2))
    return Day(day.first - timedelta(4), day.first - timedelta(1), vague=True)


_FROM_THEN: Final = re.compile(
    "[,。的我要就都会连共一总想再]*(?:请个?|住院?|去|来|停课?|休息?|放|放假|请假|外出|出门|不在|歇|学习?|连续|连着|总共|一共)+"
    "[,了要我都他她院假]*"
)


def _lasting_on(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """从下周一开始一个星期, 十五号起住院十天, 明天请假三天."""
    if tokens[-2].kind == "x":
        said = tokens[-1].found
        gap = said.string[tokens[-3].found.end() : said.start()]
        if tokens[-3].kind != "^" and not _FROM_THEN.fullmatch(gap):
            return None
        if len(gap) > _FARTHEST_DURATION:
            return None
    return lasting(day, tokens[-1])


def lasts_until(tokens: list[Token], at: int) -> bool:
    """从一号请假到五号: the words of the gap at `at` tell what lasts until the day behind 到."""
    until = tokens[at + 1].found
    said = until.string[tokens[at - 1].found.end() : until.start()]
    return bool(_LASTS.fullmatch(said))


def lasting(day: Day, duration: Token) -> Day | None:
    """`day` as the first of as many days as `duration` says; None for hours, or a stretch."""
    unit, count = duration.part("uu", "ud", "um", "hu"), duration.number("un")
    if day.last > day.first or day.strength == WEAK:
        return None
    if duration.part("half_of"):
        return replace(day, last=day.first + timedelta(14)) if unit == "月" else None
    if count is None or not 1 <= count <= _MOST_DAYS:
        return None
    if unit == "月":
        return replace(day, last=months_later(day.first, count) - timedelta(1))
    days = count * _DAYS_IN.get(unit, 0)
    return replace(day, last=day.first + timedelta(days - 1)) if days else None


def duration_before(kinds: str, tokens: list[Token], begin: int, end: int) -> Token | None:
    """The 三天 of 请假三天从周一起: said before the day it begins with."""
    at = kinds.rfind("u", max(0, begin - 2), begin)
    if at < 0 or kinds[at + 1 : begin] not in {"", "x"}:
        return None
    text = tokens[begin].found.string
    gap = text[tokens[at].found.end() : tokens[begin].found.start()]
    starts = kinds[end : end + 1] == "^" or gap.endswith(("从", "自", "由"))
    return tokens[at] if starts and re.fullmatch("[的假,。;我就是想要从自由]*", gap) else None


def _first_days(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """国庆头三天."""
    return Day(day.first, day.first + timedelta((tokens[-1].number("hn") or 1) - 1))


def _at_this_hour(today: Today, day: Day, tokens: list[Token]) -> Day | None:
    """明天这个时候: at the hour of the message."""
    if day.last > day.first:
        return None
    clock = today.now.timetz().replace(second=0, microsecond=0)
    return replace(day, at=datetime.combine(day.first, clock))


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
    name = feasts.feast_name(tokens[-2].text) if tokens[-2].kind == "f" else ""
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
        ("u[ab]", _stepped_off),
        ("[ab]W", _weekday_by),
        ("aO", _nth_after),
        (r"\^?[x&]?u(?![ab])", _lasting_on),
        ("[x ]?h", _first_days),
        ("w", _at_this_hour),
        ("v", _days_ahead),
        ("A", _around),
        ("b", _before),
        ("a", _after),
        ("x?W", _same_week_day),
    )
]
