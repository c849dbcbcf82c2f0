"""Which run of tokens is read by which rule, and what words behind a day do to it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.understand.numerals import number
from bot.understand.when import distance, feasts, lunar, months, solar, weeks
from bot.understand.when.almanac import solar_day
from bot.understand.when.day import Day, Found, Today, one
from bot.understand.when.pushes import PUSHES, duration_before, lasting, lasts_until
from bot.understand.when.scan import Token

Rule = Callable[[Today, list[Token]], Day | None]

# Patterns over the kinds of tokens, the longer before the shorter. The kinds are explained in
# `patterns`.
_RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("e", solar.full_date),
    ("E", solar.month_and_number),
    ("[Yy]?K", lunar.new_year_day),
    ("[Yy]?c[Yy]?[ML][ldN]", lunar.lunar_date),
    ("c?ml", lunar.lunar_in_relative_month),
    ("cm[Nd]", lunar.lunar_in_relative_month),
    ("[Yy]?[ML]l", lunar.lunar_date),
    ("[Yy]?L[dN]", lunar.lunar_date),
    ("[Yy]?Ls", lunar.part_of_lunar_month),
    ("[Yy]?L", lunar.lunar_month),
    ("c?l|c[Nd]", lunar.lunar_number),
    ("[Yy]?cM", lunar.lunar_month),
    ("[Yy]?c?fHk", feasts.nth_day_of_holiday),
    ("[Yy]?c?fH", feasts.feast_holiday),
    ("[Yy]?f[dl]", feasts.day_of_feast_month),
    ("[Yy]?c?f", feasts.feast),
    ("F", feasts.named_day),
    ("[Yy]?MN", lunar.lunar_by_ear),
    ("C?[Yy]?C?M[dN]", solar.month_day),
    ("C?m[dN]", solar.day_of_relative_month),
    ("[Yy]?[Mm]?s?O", weeks.nth_week_day),
    ("[Mm]F(?!x?d)", feasts.named_day_of_month),
    ("[Yy]?[MmW]k", solar.nth_day_of),
    ("[Yy]?Sk|[Yy]k", solar.nth_day_of_year),
    ("[Yy]?[Mm]?sk", solar.last_of_part),
    ("[Yy]?[Mm]?s", months.part_of_month),
    ("[mWy][rw]", solar.same_day_in),
    ("C?d", solar.number_day),
    ("r", solar.relative_day),
    ("N(?=[Pn])", solar.bare_number_day),
    ("WW", weeks.week_day),
    ("W", weeks.week_day),
    ("B?(?:N-)?ua|Bu", distance.later),
    ("ub", distance.earlier),
    ("ui", distance.within),
    ("v", distance.nearby),
    ("[Yy]?S", distance.part_of_year),
    ("[Yy]?M|m", months.whole_month),
    ("[Yy]", distance.whole_year),
    ("z", distance.right_now),
)
_DISTANCE: Final = re.compile("B?ua?")
_FIRST_NUMBERS: Final = re.compile("N(?:[-o&]N)*[-o&]d")
_COMPILED: Final = [(re.compile(pattern), rule) for pattern, rule in _RULES]


def days_in(today: Today, kinds: str, tokens: list[Token]) -> list[Found]:
    """Every day the tokens name, in their order."""
    return list(_days(today, kinds, tokens))


def _days(today: Today, kinds: str, tokens: list[Token]) -> Iterator[Found]:
    at = 0
    month: Found | None = None
    anchor: date | None = None
    last: Found | None = None
    while at < len(kinds):
        found = (
            _first_numbers(today, kinds, tokens, at)
            or _day_at(today, kinds, tokens, at)
            or _day_after(kinds, tokens, at, last)
        )
        if found is None:
            at += 1
            continue
        found = _in_month(today, kinds, tokens, month, found)
        found = _near_anchor(today, kinds, tokens, anchor, found)
        anchor = _anchor(today, kinds, tokens, found) or anchor
        month = found if kinds[found.begin : found.end] in {"M", "m", "yM", "YM"} else None
        found = _in_that_time(today, kinds, tokens, found)
        found = _pushed(today, kinds, tokens, _all_stretched(today, kinds, tokens, found))
        yield found
        at, last = found.end, found


def _day_after(kinds: str, tokens: list[Token], at: int, last: Found | None) -> Found | None:
    """约了冬至，改到第二天: counted from the day said before."""
    if last is None or kinds[at - 1 : at + 1] != "gk" or not (nth := tokens[at].number("kn")):
        return None
    return Found(one(last.day.last + timedelta(nth - 1)), at, at + 1)


def _in_month(
    today: Today, kinds: str, tokens: list[Token], month: Found | None, found: Found
) -> Found:
    """12月的服务日是10号: the month was said some words before."""
    if month is None or kinds[found.begin : found.end] not in {"d", "O"}:
        return found
    both = [*range(month.begin, month.end), *range(found.begin, found.end)]
    joined = _day_at(today, "".join(kinds[i] for i in both), [tokens[i] for i in both], 0)
    if joined is None or joined.end != len(both):
        return found
    return replace(found, day=joined.day)


def _in_that_time(today: Today, kinds: str, tokens: list[Token], found: Found) -> Found:
    """两周后的星期三, 三个月后的一号, 一个星期后的今天."""
    behind = kinds[found.end : found.end + 1]
    if found.day.at is not None or not _DISTANCE.fullmatch(kinds, found.begin, found.end):
        return found
    day, token = found.day.first, tokens[found.end] if behind else None
    near: date | None = None
    if token is not None and behind == "W" and token.part("wd"):
        there = weeks.week_day(replace(today, day=day, future=True), [token])
        near = None if there is None else day + timedelta(there.first.weekday() - day.weekday())
    elif token is not None and behind == "d":
        near = solar_day(day.year, day.month, token.number("dn") or 0)
    elif token is not None and behind == "r" and token.text in {"今天", "今日"}:
        near = day
    return found if near is None else Found(one(near), found.begin, found.end + 1)


def _anchor(today: Today, kinds: str, tokens: list[Token], found: Found) -> date | None:
    """The day that 下周三 or 八月三号 puts the bare weekdays and numbers behind it near to."""
    head, said = tokens[found.begin], kinds[found.begin : found.end]
    by_week = said == "W" and bool(head.part("rwd")) and head.part("wrel") in weeks.AHEAD
    by_month = said in {"Md", "md", "YMd", "yMd"}
    return found.day.first if (by_week or by_month) and found.day.first > today.day else None


def _near_anchor(
    today: Today, kinds: str, tokens: list[Token], anchor: date | None, found: Found
) -> Found:
    """下周三不行, 周四吧; 八月三号不行, 五号吧: of the same week, of the same month."""
    said, token = kinds[found.begin : found.end], tokens[found.begin]
    day: date | None = None
    if anchor is not None and said == "d":
        day = solar_day(anchor.year, anchor.month, token.number("dn") or 0)
    elif (
        anchor is not None
        and said == "W"
        and token.part("wd")
        and found.day.first == found.day.last
    ):
        day = anchor + timedelta(found.day.first.weekday() - anchor.weekday())
    if day is None or day < today.day:
        return found
    return replace(found, day=one(day))


def _day_at(today: Today, kinds: str, tokens: list[Token], at: int) -> Found | None:
    for pattern, rule in _COMPILED:
        match = pattern.match(kinds, at)
        if match is None:
            continue
        day = rule(today, tokens[at : match.end()])
        if day is not None:
            return Found(day, at, match.end())
    return None


def _first_numbers(today: Today, kinds: str, tokens: list[Token], at: int) -> Found | None:
    """15到18号: the first number has no 号 of its own."""
    if not _FIRST_NUMBERS.match(kinds, at):
        return None
    low = number(tokens[at].text)
    if low is None:
        return None
    first = solar.number_day(today, tokens[at : at + 1], low)
    return None if first is None else Found(first, at, at + 1)


def _all_stretched(today: Today, kinds: str, tokens: list[Token], found: Found) -> Found:
    """`found` with every day of its row: 明天后天大后天, 十五、十六、十七号."""
    while (longer := _stretched(today, kinds, tokens, found)).end > found.end:
        found = longer
    return found


def _stretched(today: Today, kinds: str, tokens: list[Token], found: Found) -> Found:
    """`found` up to the day behind 到, or with the one behind 或 as another reading."""
    gap = kinds[found.end : found.end + 2] == "x-" and lasts_until(tokens, found.end)
    sign = kinds[found.end + gap : found.end + gap + 1]
    behind = found.end + gap + 1
    if sign not in {"-", "o", "&"}:
        if (
            kinds[found.begin - 1 : found.begin] == "-"
        ):  # 打针打到周三周四可以: until then, not both
            return found
        row = kinds[found.begin : found.end].replace("&", "")
        if sign not in {"W", "d", "r", "l"} or set(row) != {sign}:
            return found
        sign, behind = "", found.end
    # 下周二到周五 goes on from the first day, 后天或大后天 is counted from today.
    other = _day_at(today, kinds, tokens, behind)
    if other is None or other.day.first <= found.day.last:
        there = replace(today, day=found.day.first, future=True)
        other = _day_at(there, kinds, tokens, behind) or _bare_end(
            there, kinds, tokens, behind, found
        )
    if other is not None and sign == "-" and kinds[behind : other.end] == "s":
        other = _month_end(today, tokens[behind], found, other)
    if other is None or other.day.first <= found.day.last or other.day.vague:
        return found
    day = found.day
    next_day = other.day.first == day.last + timedelta(1)
    if sign == "-" or (next_day and sign != "o" and not day.others):
        return Found(replace(day, last=other.day.last, then=None), found.begin, other.end)
    return Found(replace(day, others=(*day.others, other.day.first)), found.begin, other.end)


def _month_end(today: Today, token: Token, found: Found, other: Found) -> Found:
    """七月十五号到月底: that month's end, and its last day."""
    there = months.part_of_month(replace(today, day=found.day.first), [token])
    return other if there is None else replace(other, day=one(there.last))


def _bare_end(today: Today, kinds: str, tokens: list[Token], at: int, found: Found) -> Found | None:
    """The 15 of 六月十号到15, the 五 of 初一到五 and of 周一到五."""
    if kinds[at : at + 1] != "N" or kinds[found.end - 1] not in "dNlKEW":
        return None
    last = number(tokens[at].text)
    if kinds[found.begin] == "W":
        week = weeks.weekday_behind(found.day.last, last)
        return None if week is None else Found(week, at, at + 1)
    if last is None or not 1 <= last <= 31:
        return None
    if found.day.lunar:
        day = lunar.lunar_number(today, tokens[at : at + 1])
    else:
        day = solar.number_day(today, tokens[at : at + 1], last)
    return None if day is None else Found(day, at, at + 1)


def _pushed(today: Today, kinds: str, tokens: list[Token], found: Found) -> Found:
    """`found` moved by the words behind it: 前一天, 后第二天, 之前, 以后, 前后."""
    if found.day.vague or kinds[found.begin] in "uBv":
        return found
    feast = "f" in kinds[found.begin : found.end]
    before = duration_before(kinds, tokens, found.begin, found.end)
    if before is not None and (last := lasting(found.day, before)) is not None:
        return replace(found, day=last, end=found.end + (kinds[found.end : found.end + 1] == "^"))
    for pattern, push in PUSHES:
        match = pattern.match(kinds, found.end)
        if match is None or (match[0] == "k" and not feast):
            continue
        day = push(today, found.day, tokens[found.begin : match.end()])
        if day is not None:
            return Found(day, found.begin, match.end())
    return found
