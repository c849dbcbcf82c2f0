"""Rules for whole months and their parts: 下个月, 月底, 六月中旬, 本月最后一天."""

from datetime import date

from bot.understand.when.almanac import Impossible, month_after, month_end
from bot.understand.when.day import WEAK, Day, Today
from bot.understand.when.said import by_kind, steps_of, year_of
from bot.understand.when.scan import Token


def month_near(today: Today, year: int | None, month: int) -> tuple[int, int]:
    """(year, month) of the nearest such month on the side that `today` looks to."""
    if not 1 <= month <= 12:
        raise Impossible
    if year is not None:
        return year, month
    if today.future:
        return today.day.year + (month < today.day.month), month
    return today.day.year - (month > today.day.month), month


def whole_month(today: Today, tokens: list[Token]) -> Day | None:
    """六月, 下个月, 明年三月: days to be asked about."""
    token = tokens[-1]
    if token.kind == "m":
        if token.part("mrel") == "每":
            return None
        year, month = month_after(today.day.year, today.day.month, steps_of(token))
    elif not 1 <= (token.number("mn") or 0) <= 12:
        return None
    else:
        year, month = month_near(today, year_of(today, tokens), token.number("mn") or 0)
    first, last = date(year, month, 1), month_end(year, month)
    if today.future and first < today.day <= last:
        first = today.day
    return Day(first, last, vague=True, strength=WEAK)


def part_of_month(today: Today, tokens: list[Token]) -> Day | None:
    """月底, 下月初, 六月中旬."""
    part = tokens[-1].part("part", "part2", "part3")
    head = by_kind(tokens, "mM")
    if head is None:
        year, month = today.day.year, today.day.month
    elif head.kind == "m":
        year, month = month_after(today.day.year, today.day.month, steps_of(head))
    else:
        year, month = month_near(today, year_of(today, tokens), head.number("mn") or 0)
    found = _part(year, month, part)
    if today.future and found.last < today.day and by_kind(tokens, "yYm") is None:
        steps = 1 if head is None else 12
        found = _part(*month_after(year, month, steps), part)
    return found


def _part(year: int, month: int, part: str) -> Day:
    end = month_end(year, month).day
    # A month's end is taken from its last four days on: nobody means the 24th by 月底.
    low, high = {
        **dict.fromkeys(("初", "头"), (1, 5)),
        "上旬": (1, 10),
        "中": (14, 17),
        "中旬": (11, 20),
        "下旬": (21, end),
    }.get(part, (end - 3, end))
    return Day(date(year, month, low), date(year, month, high), vague=True)
