"""Days that get in each other's way: a branch asked to two things at one hour, or two things in one room."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations

from bot.domain.schedule.day import Day
from bot.text import normal

LASTS = timedelta(hours=2)
"""So long a day of the calendar takes; one without an hour takes the whole day."""
_NAMED = 2
"""So many others are named in one sentence."""


def clashes(day: Day, others: Iterable[Day]) -> list[Day]:
    """Those of `others` that `day` gets in the way of; itself, as it stands now, is none of them."""
    return [other for other in others if _meets(day, other)]


def clash_words(day: Day, others: Iterable[Day]) -> str:
    """What a coordinator should know of them, in one sentence; "" where nothing is in the way."""
    found = clashes(day, others)
    named = "、".join(_said(day, other) for other in found[:_NAMED])
    more = f"等{len(found)}项" if len(found) > _NAMED else ""
    return f"同一时间还有{named}{more}。" if found else ""


def undecided(days: Sequence[Day]) -> dict[tuple[str, date], str]:
    """By (source, named day): what gets in whose way without anybody having decided about either.

    Each meeting is said once, of the day that was moved, else of the later rule's.
    """
    found: dict[tuple[str, date], str] = {}
    together: dict[date, list[Day]] = {}
    for day in days:
        together.setdefault(day.day, []).append(day)
    # Only what is held on one day can meet: a hundred branches hold hundreds of days.
    for day, other in (pair for some in together.values() for pair in combinations(some, 2)):
        if _meets(day, other) and not (day.decision or other.decision):
            asked, by = (day, other) if day.moved_from else (other, day)
            found.setdefault(asked.ref, clash_words(asked, [by]))
    return found


def _meets(day: Day, other: Day) -> bool:
    if day.ref == other.ref or day.cancelled or other.cancelled:
        return False
    concerned = day.branch_id == other.branch_id or _one_place(day, other)
    return day.day == other.day and concerned and _near(day.at, other.at)


def _near(at: time | None, other: time | None) -> bool:
    if at is None or other is None:
        return True
    first, second = (datetime.combine(date.min, one) for one in (at, other))
    return abs(first - second) < LASTS


def _one_place(day: Day, other: Day) -> bool:
    return bool(day.place) and normal(day.place) == normal(other.place)


def _said(day: Day, other: Day) -> str:
    whose = "" if day.branch_id == other.branch_id else f"{other.branch}的"
    where = f"（也在{other.place}）" if _one_place(day, other) else ""
    return f"{whose}{other.title}{where}"
