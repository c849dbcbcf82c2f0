"""Rules for days of the common calendar: months, numbers, weeks, parts of a month."""

from dataclasses import replace
from datetime import date, timedelta

from bot.understand.when.almanac import (
    KNOWN_YEARS,
    Impossible,
    lunar_months,
    month_after,
    month_end,
    months_later,
    nth_weekday,
    solar_day,
)
from bot.understand.when.day import WEAK, Day, Today, one
from bot.understand.when.scan import Token
from bot.understand.when.words import RELATIVE_DAYS, RELATIVE_YEARS, SHORT_DAYS

_WEEKDAYS = {char: index % 7 for index, char in enumerate("一二三四五六日")} | {
    "天": 6,
    "七": 6,
    **{str(index + 1): index for index in range(7)},
}
_STEPS = {
    "下下": 2,
    "再下": 2,
    "再下下": 3,
    "下": 1,
    "后": 1,
    "隔": 2,
    "上上": -2,
    "上": -1,
    "次": 1,
}


def year_of(today: Today, tokens: list[Token]) -> int | None:
    """The year a y or Y token says, or None where there is none.

    Raises Impossible for a year outside those the almanac knows.
    """
    for token in tokens:
        if token.kind == "y":
            return today.day.year + RELATIVE_YEARS[token.text]
        if token.kind == "Y":
            year = token.number("yn")
            if year is not None and len(token.part("yn")) == 2:
                year += 2000 if year <= today.day.year % 100 + 10 else 1900
            if year is None or year not in KNOWN_YEARS:
                raise Impossible
            return year
    return None


def by_kind(tokens: list[Token], kinds: str) -> Token | None:
    """The first token of one of `kinds`."""
    return next((token for token in tokens if token.kind in kinds), None)


def relative_day(today: Today, tokens: list[Token]) -> Day | None:
    """明天, 今晚."""
    token = tokens[0]
    short = token.part("qd")
    if short == "当":
        return None
    steps = SHORT_DAYS[short] if short else RELATIVE_DAYS[token.text]
    return one(today.day + timedelta(steps))


def same_day_in(today: Today, tokens: list[Token]) -> Day | None:
    """下个月今天, 明年今日, 下周的今天."""
    head, day = tokens[0], relative_day(today, tokens[-1:])
    if day is None:
        return None
    if head.kind == "W":
        return None if head.part("rwd", "wd") else one(day.first + timedelta(7 * _steps(head)))
    if head.kind == "m":
        return one(months_later(day.first, _steps(head)))
    return one(months_later(day.first, 12 * RELATIVE_YEARS[head.text]))


def _steps(token: Token) -> int:
    return _STEPS.get(token.part("wrel", "mrel"), 0)


def full_date(today: Today, tokens: list[Token]) -> Day | None:
    """2027-01-08, 20270108."""
    token = tokens[0]
    parts = [token.number(*names) for names in (("ey", "fy"), ("em", "fm"), ("ed", "fd"))]
    return one(_must(solar_day(*(part or 0 for part in parts))))


def month_and_number(today: Today, tokens: list[Token]) -> Day | None:
    """6.20, 6-20, 6/20: only where it can't be a plain decimal."""
    token = tokens[0]
    if token.part("sep") == "." and len(token.part("dd")) < 2 and len(token.found.string) > 8:
        return None
    month, day = token.number("md") or 0, token.number("dd") or 0
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return _near_year(today, None, month, day)


def month_day(today: Today, tokens: list[Token]) -> Day | None:
    """六月二十号, 明年三月八号, 2027年1月8号, 六月二十."""
    month = by_kind(tokens, "M")
    day = tokens[-1].number("dn") if tokens[-1].kind == "d" else _bare(tokens[-1])
    if month is None or day is None:
        return None
    return _near_year(today, year_of(today, tokens), month.number("mn") or 0, day)


def _bare(token: Token) -> int | None:
    from bot.understand.numerals import number

    return number(token.text)


def _near_year(today: Today, year: int | None, month: int, day: int) -> Day:
    if year is not None:
        return one(_must(solar_day(year, month, day)))
    if not 1 <= month <= 12:
        raise Impossible
    # The next such month decides: 29 February is not looked for years away.
    year = today.day.year
    if today.future:
        year += (month, day) < (today.day.month, today.day.day)
    else:
        year -= (month, day) > (today.day.month, today.day.day)
    return one(_must(solar_day(year, month, day)))


def day_of_relative_month(today: Today, tokens: list[Token]) -> Day | None:
    """下个月五号, 这个月十五 (which may be the lunar fifteenth)."""
    day = tokens[-1].number("dn") if tokens[-1].kind == "d" else _bare(tokens[-1])
    if day is None or (tokens[-1].kind == "N" and day > 31):
        return None
    if tokens[0].part("mrel") == "每":
        return number_day(today, tokens[-1:], day)
    year, month = month_after(today.day.year, today.day.month, _steps(tokens[0]))
    found = one(_must(solar_day(year, month, day)))
    if tokens[-1].kind == "N" and 1 <= day <= 30:
        return Day(found.first, found.last, others=(_lunar_near(found.first, day),))
    return found


def _lunar_near(day: date, number: int) -> date:
    months = [*lunar_months(day.year - 1).values(), *lunar_months(day.year).values()]
    return min(
        (month.first + timedelta(number - 1) for month in months),
        key=lambda other: (other.month != day.month, abs((other - day).days)),
    )


def number_day(today: Today, tokens: list[Token], said: int | None = None) -> Day | None:
    """20号: this month's, or the next one that has it."""
    number = said or tokens[-1].number("dn")
    if number is None or not 1 <= number <= 31:
        return None
    steps = range(13) if today.future else range(0, -13, -1)
    months = [month_after(today.day.year, today.day.month, step) for step in steps]
    days = [day for year, month in months if (day := solar_day(year, month, number)) is not None]
    first, second, *_ = [
        day for day in days if (day >= today.day if today.future else day <= today.day)
    ]
    return one(first, then=second)


def bare_number_day(today: Today, tokens: list[Token]) -> Day | None:
    """十八上午: a number at the front of a clause, right before a part of the day."""
    found = tokens[0].found
    number = _bare(tokens[0])
    before = found.string[: found.start()].rstrip()
    if number is None or number < 10 or (before and before[-1] not in "到在是定,.。;就"):
        return None
    behind = found.string[found.end() : found.end() + 1]
    return number_day(today, tokens, number) if behind in "上下中早晚傍午凌" else None


def week_day(today: Today, tokens: list[Token]) -> Day | None:
    """下礼拜三, 周末, 下个星期; also 下周的星期三 in two words."""
    token = tokens[0]
    if len(tokens) > 1 and token.part("rwd", "wd"):
        return None
    said = next((part for item in tokens if (part := item.part("rwd", "wd"))), "")
    monday = today.day - timedelta(today.day.weekday())
    has_week = bool(token.part("wrel"))
    monday += timedelta(7 * _steps(token))
    if not said and "双休" not in token.text:
        return _whole_week(today, monday) if has_week else None
    if said in {"末", ""} or len(said) > 1:
        return _weekend(today, monday, has_week)
    weekday = _WEEKDAYS[said]
    if has_week:
        return one(monday + timedelta(weekday))
    ahead = (weekday - today.day.weekday()) % 7
    if today.future:
        return one(today.day + timedelta(ahead), then=today.day + timedelta(ahead + 7))
    return one(today.day - timedelta((-ahead) % 7))


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
        where = month_after(today.day.year, today.day.month, _steps(month))
    else:
        where = _month_near(today, year_of(today, tokens), month.number("mn") or 0)
    found = _must(nth_weekday(*where, weekday, nth))
    if month.kind == "M" and today.future and found < today.day and not by_kind(tokens, "yY"):
        found = _must(nth_weekday(where[0] + 1, where[1], weekday, nth))
    return Day(found, found + timedelta(1 if said in {"末", ""} else 0))


def weekday_of(token: Token) -> int:
    """The weekday of an O token, Monday 0; a weekend begins on Saturday."""
    said = token.part("nwd")
    return 5 if said in {"末", ""} else _WEEKDAYS[said]


def _next_nth(today: Today, weekday: int, nth: int) -> Day | None:
    months = [month_after(today.day.year, today.day.month, step) for step in range(7)]
    days = [nth_weekday(*month, weekday, nth) for month in months]
    return next((one(day) for day in days if day is not None and day >= today.day), None)


def _month_near(today: Today, year: int | None, month: int) -> tuple[int, int]:
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
        year, month = month_after(today.day.year, today.day.month, _steps(token))
    elif not 1 <= (token.number("mn") or 0) <= 12:
        return None
    else:
        year, month = _month_near(today, year_of(today, tokens), token.number("mn") or 0)
    first, last = date(year, month, 1), month_end(year, month)
    if today.future and first < today.day <= last:
        first = today.day
    return Day(first, last, vague=True, strength=WEAK)


def nth_day_of(today: Today, tokens: list[Token]) -> Day | None:
    """下个月第一天, 本月最后一天, 这周最后一天."""
    everywhen = replace(today, future=False)
    by_week = tokens[-2].kind == "W"
    span = week_day(everywhen, tokens[-2:-1]) if by_week else whole_month(today, tokens[:-1])
    if span is None or span.last == span.first:
        return None
    if tokens[-1].part("final"):
        return one(span.last)
    first = span.first.replace(day=1) if tokens[-2].kind in "mM" else span.first
    day = first + timedelta((tokens[-1].number("kn") or 1) - 1)
    return one(day) if day <= span.last else None


def part_of_month(today: Today, tokens: list[Token]) -> Day | None:
    """月底, 下月初, 六月中旬."""
    part = tokens[-1].part("part", "part2", "part3")
    head = by_kind(tokens, "mM")
    if head is None:
        year, month = today.day.year, today.day.month
    elif head.kind == "m":
        year, month = month_after(today.day.year, today.day.month, _steps(head))
    else:
        year, month = _month_near(today, year_of(today, tokens), head.number("mn") or 0)
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


def _must(day: date | None) -> date:
    if day is None:
        raise Impossible
    return day
