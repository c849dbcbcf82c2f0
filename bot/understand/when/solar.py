"""Rules for days of the common calendar: dates, numbers, relative days."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.understand.numerals import about, in_row
from bot.understand.when.almanac import (
    Impossible,
    lunar_months,
    month_after,
    months_later,
    solar_day,
)
from bot.understand.when.day import Day, Today, one
from bot.understand.when.months import part_of_month, whole_month
from bot.understand.when.said import bare_number, by_kind, must, steps_of, year_of
from bot.understand.when.scan import Token
from bot.understand.when.weeks import week_day
from bot.understand.when.words import RELATIVE_DAYS, RELATIVE_YEARS, SHORT_DAYS


def relative_day(today: Today, tokens: list[Token]) -> Day | None:
    """明天, 今晚."""
    token = tokens[0]
    short = token.part("qd")
    if short == "当":
        return None
    steps = SHORT_DAYS[short] if short else RELATIVE_DAYS[token.text]
    return one(today.day + timedelta(steps))


def same_day_in(today: Today, tokens: list[Token]) -> Day | None:
    """下个月今天, 明年今日, 下周的今天, 下个月这个时候."""
    head, hour = tokens[0], tokens[-1].kind == "w"
    day = one(today.day) if hour else relative_day(today, tokens[-1:])
    if day is None or (head.kind == "W" and head.part("rwd", "wd")):
        return None
    if head.kind == "W":
        found = day.first + timedelta(7 * steps_of(head))
    else:
        months = steps_of(head) if head.kind == "m" else 12 * RELATIVE_YEARS[head.text]
        found = months_later(day.first, months)
    clock = today.now.timetz().replace(second=0, microsecond=0)
    return one(found, at=datetime.combine(found, clock) if hour else None)


def full_date(today: Today, tokens: list[Token]) -> Day | None:
    """2027-01-08, 20270108."""
    token = tokens[0]
    parts = [token.number(*names) for names in (("ey", "fy"), ("em", "fm"), ("ed", "fd"))]
    return one(must(solar_day(*(part or 0 for part in parts))))


def month_and_number(today: Today, tokens: list[Token]) -> Day | None:
    """6.20, 6-20, 6/20: only where it can't be a plain decimal."""
    token = tokens[0]
    if token.part("sep") == "." and len(token.part("dd")) < 2 and len(token.found.string) > 8:
        return None
    month, day = token.number("md") or 0, token.number("dd") or 0
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return near_year(today, None, month, day)


def month_day(today: Today, tokens: list[Token]) -> Day | None:
    """六月二十号, 明年三月八号, 2027年1月8号, 六月二十."""
    month = by_kind(tokens, "M")
    day = tokens[-1].number("dn") if tokens[-1].kind == "d" else bare_number(tokens[-1])
    if month is None or day is None:
        return None
    return near_year(today, year_of(today, tokens), month.number("mn") or 0, day)


def near_year(today: Today, year: int | None, month: int, day: int) -> Day:
    """That day of `year`, or of the nearest year on the side that `today` looks to."""
    if year is not None:
        return one(must(solar_day(year, month, day)))
    if not 1 <= month <= 12:
        raise Impossible
    # The next such month decides: 29 February is not looked for years away.
    year = today.day.year
    if today.future:
        year += (month, day) < (today.day.month, today.day.day)
    else:
        year -= (month, day) > (today.day.month, today.day.day)
    return one(must(solar_day(year, month, day)))


def day_of_relative_month(today: Today, tokens: list[Token]) -> Day | None:
    """下个月五号, 这个月十五 (which may be the lunar fifteenth)."""
    day = tokens[-1].number("dn") if tokens[-1].kind == "d" else bare_number(tokens[-1])
    if day is None or (tokens[-1].kind == "N" and day > 31):
        return None
    if tokens[0].part("mrel") == "每":
        return number_day(today, tokens[-1:], day)
    year, month = month_after(today.day.year, today.day.month, steps_of(tokens[0]))
    found = one(must(solar_day(year, month, day)))
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
    if said is None and (ends := about(tokens[-1].part("dn")) or in_row(tokens[-1].part("dn"))):
        return _two_numbers(today, *ends, sharp=about(tokens[-1].part("dn")) is None)
    if number is None or not 1 <= number <= 31:
        return None
    steps = range(13) if today.future else range(0, -13, -1)
    months = [month_after(today.day.year, today.day.month, step) for step in steps]
    days = [day for year, month in months if (day := solar_day(year, month, number)) is not None]
    first, second, *_ = [
        day for day in days if (day >= today.day if today.future else day <= today.day)
    ]
    return one(first, then=second)


def _two_numbers(today: Today, low: int, high: int, *, sharp: bool) -> Day | None:
    """十五十六号 are both days, 十五六号 is about then."""
    first = number_day(today, [], low)
    if first is None or not 1 <= high <= 31:
        return None
    return replace(first, last=first.first + timedelta(high - low), then=None, vague=not sharp)


def bare_number_day(today: Today, tokens: list[Token]) -> Day | None:
    """十八上午, 十八不行: a number at the front of a clause, right before what is said of a day."""
    found = tokens[0].found
    number = bare_number(tokens[0])
    before = found.string[: found.start()].rstrip()
    if number is None or number < 10 or (before and before[-1] not in "到在是定,.。;就行得空"):
        return None
    behind = found.string[found.end() : found.end() + 1]
    return number_day(today, tokens, number) if behind in "上下中早晚傍午凌不没" else None


def last_of_part(today: Today, tokens: list[Token]) -> Day | None:
    """月底最后一天, 六月上旬最后一天."""
    span = part_of_month(today, tokens[:-1])
    return one(span.last) if span is not None and tokens[-1].part("final") else None


def nth_day_of(today: Today, tokens: list[Token]) -> Day | None:
    """下个月第一天, 本月最后一天, 这周最后一天."""
    everywhen = replace(today, future=False)
    by_week = tokens[-2].kind == "W"
    span = week_day(everywhen, tokens[-2:-1]) if by_week else whole_month(today, tokens[:-1])
    if span is None or span.last == span.first:
        return None
    first = span.first.replace(day=1) if tokens[-2].kind in "mM" else span.first
    return nth_day(first, span.last, tokens[-1])


def nth_day_of_year(today: Today, tokens: list[Token]) -> Day | None:
    """明年第一天, 今年最后一天, 年底最后一天."""
    said = year_of(today, tokens)
    if tokens[-2].kind == "S" and tokens[-2].part("yp") not in {"底", "末", "尾"}:
        return None
    year = today.day.year if said is None else said
    return nth_day(date(year, 1, 1), date(year, 12, 31), tokens[-1])


def nth_day(first: date, last: date, token: Token) -> Day | None:
    """The day of the stretch `first` to `last` that a k token counts: 第二天, 倒数第二天, 最后一天."""
    from_end = token.number("rn") or int(bool(token.part("final")))
    steps = (token.number("kn") or 0) - 1
    if not from_end and steps < 0:
        return None
    day = last - timedelta(from_end - 1) if from_end else first + timedelta(steps)
    return one(day) if first <= day <= last else None
