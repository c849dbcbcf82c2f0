"""A text → one `When`: which of the days said is meant, and which hours belong to it."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Final

from bot.now import SHANGHAI
from bot.understand.when.almanac import Impossible
from bot.understand.when.day import Day, Today, one
from bot.understand.when.hours import Hours, hours_in
from bot.understand.when.rules import Found, days_in
from bot.understand.when.scan import Token, scan, spelled
from bot.understand.when.value import Kind, NamedDay, Prefer, When, at_hour

_DAY_MINUTES: Final = 24 * 60
_NOON: Final = 12 * 60
_ONE: Final = timedelta(1)
_REQUEST: Final = re.compile("想|请|约|希望|能不能|能否|可不可以|麻烦|定在|安排|预订|报名|参加")


def parse_when(
    text: str, at: datetime, *, prefer: Prefer = "future", named: NamedDay | None = None
) -> When | None:
    """When `text` speaks of, seen from `at`; None if it names no day or hour that can be used.

    `prefer` decides where the words leave it open: bookings lie ahead, records behind. `named`
    tells the days only the branch knows. Impossible dates (二月三十号) give None. Never raises.
    """
    now = at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)
    today = Today(now, now.date(), prefer == "future", named)
    kinds, tokens = scan(spelled(text))
    try:
        return _read(today, kinds, tokens)
    except (Impossible, OverflowError):
        # OverflowError: a distance beyond the calendar (九千年后).
        return None


def _read(today: Today, kinds: str, tokens: list[Token]) -> When | None:
    days = days_in(today, kinds, tokens)
    hours = hours_in(_without_days(kinds, days), tokens)
    chosen = _chosen(today, kinds, tokens, days)
    if chosen is None:
        return _of_hours(today, hours[-1] if _corrected(kinds) else hours[0]) if hours else None
    day = chosen.day
    if day.at is not None:
        return When(day.at, day.at, "moment")
    said = _hours_of(chosen, days, hours)
    return _joined(today, day, said)


def _without_days(kinds: str, days: list[Found]) -> str:
    """`kinds` with the tokens that days were read from as plain marks, so hours ignore them."""
    marks = list(kinds)
    for found in days:
        for index in range(found.begin, found.end):
            marks[index] = "D"
    return "".join(marks)


def _corrected(kinds: str) -> bool:
    return "g" in kinds


def _chosen(today: Today, kinds: str, tokens: list[Token], days: list[Found]) -> Found | None:
    """The day meant: not one said to be impossible, rather one ahead than one behind."""
    if not days:
        return None
    after_change = [found for found in days if "g" in kinds[: found.begin]]
    open_days = [found for found in days if not _denied(kinds, tokens, days, found)]
    pool = (
        after_change
        or open_days
        or [found for found in days if not _excluded(kinds, tokens, found)]
    )
    if not pool:
        return None
    best = max(found.day.strength for found in pool)
    pool = [found for found in pool if found.day.strength == best]
    if today.future:
        ahead = [found for found in pool if found.day.last >= today.day]
        return next((found for found in ahead if _wished(tokens, found)), (ahead or pool)[0])
    return next((found for found in pool if found.day.first <= today.day), pool[0])


def _wished(tokens: list[Token], found: Found) -> bool:
    """礼拜五出院, 想请你们下礼拜二来: the day behind the request is the one asked for."""
    said = [token for token in tokens[: found.begin] if token.kind not in "xn&"]
    since = said[-1].found.end() if said else 0
    first = tokens[found.begin].found
    return bool(_REQUEST.search(first.string[since : first.start()]))


def _denied(kinds: str, tokens: list[Token], days: list[Found], found: Found) -> bool:
    """明天没空 …, 不是明天 …: this day is not the one, if another is named."""
    if _excluded(kinds, tokens, found):
        return True
    until = next((other.begin for other in days if other.begin >= found.end), len(kinds))
    return any(
        kinds[index] == "n" and tokens[index].part("post") for index in range(found.end, until)
    )


def _excluded(kinds: str, tokens: list[Token], found: Found) -> bool:
    """除了周三, 不是明天."""
    return kinds[: found.begin].endswith("n") and bool(tokens[found.begin - 1].part("pre"))


def _hours_of(chosen: Found, days: list[Found], hours: list[Hours]) -> Hours | None:
    until = next((found.begin for found in days if found.begin >= chosen.end), 10**6)
    behind = [said for said in hours if chosen.end <= said.begin < until]
    if behind:
        return next((said for said in behind if said.exact), behind[0])
    before = [said for said in hours if said.begin < chosen.begin]
    if before and not any(found.end <= chosen.begin for found in days):
        return before[-1]
    inside = [said for said in hours if chosen.begin <= said.begin < chosen.end]
    if inside:
        return inside[0]
    rest = [said for said in hours if said.begin >= chosen.end] if len(days) > 1 else hours
    same_day = [found for found in days if found.day.first == chosen.day.first]
    return rest[0] if rest and len(same_day) == len(days) else None


def _of_hours(today: Today, hours: Hours) -> When | None:
    """Hours without a day: the next (or last) time they come round."""
    when = _joined(today, one(today.day, then=today.day + _ONE), hours)
    if not today.future and when.start > today.now:
        when = _joined(today, one(today.day - _ONE), hours)
    return replace(when, has_day=False)


def _joined(today: Today, day: Day, hours: Hours | None) -> When:
    if hours is None:
        return _whole_days(day)
    first = _with_hours(day.first, hours)
    if today.future and first.end < today.now:
        evening = replace(hours, start=hours.start + _NOON, end=hours.end + _NOON)
        if day.then is not None:
            first = _with_hours(day.then, hours)
        elif hours.bare and hours.start < _NOON and day.first == today.day:
            first = _with_hours(day.first, evening)
    others = tuple(_with_hours(other, hours) for other in day.others)
    if day.last > day.first:
        others += tuple(_with_hours(other, hours) for other in _days_between(day))
    return replace(first, ambiguous=others)


def _days_between(day: Day) -> list[date]:
    return [
        day.first + timedelta(step) for step in range(1, min((day.last - day.first).days, 6) + 1)
    ]


def _with_hours(day: date, hours: Hours) -> When:
    midnight = at_hour(day, clock_time())
    start = midnight + timedelta(minutes=hours.start)
    end = midnight + timedelta(minutes=hours.end)
    kind: Kind = "moment" if hours.exact else "period"
    return When(start, end, kind)


def _whole_days(day: Day) -> When:
    start = at_hour(day.first, clock_time())
    end = at_hour(day.last + _ONE, clock_time())
    kind: Kind = "vague" if day.vague else "day" if day.first == day.last else "days"
    others = tuple(_whole_days(one(other)) for other in day.others)
    return When(start, end, kind, ambiguous=others)
