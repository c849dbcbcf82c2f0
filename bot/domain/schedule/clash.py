"""Days that get in each other's way: a branch asked to two things at one hour, or two things in one room."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bot.domain.schedule.day import Day
from bot.text import normal

LASTS = timedelta(hours=2)
"""So long a day of the calendar takes; one without an hour takes the whole day."""
_NAMED = 2
"""So many others are named in one sentence."""


class Meetings:
    """Some days, found by what they may share with another: a hundred branches hold a hundred on one day."""

    def __init__(self, days: Iterable[Day]) -> None:
        """In the order in which they are named."""
        self._days = [day for day in days if not day.cancelled]
        self._sharing: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for number, day in enumerate(self._days):
            for shared in _shared(day):
                self._sharing[shared].append(number)

    def of(self, day: Day) -> list[Day]:
        """Those that `day` gets in the way of; itself, as it stands now, is none of them."""
        if day.cancelled:
            return []
        alike = {number for shared in _shared(day) for number in self._sharing.get(shared, ())}
        found = (self._days[number] for number in sorted(alike))
        return [other for other in found if other.ref != day.ref and _near(day.at, other.at)]

    def words(self, day: Day) -> str:
        """What a coordinator should know of them, in one sentence; "" where nothing is in the way."""
        return _words(day, self.of(day))


def clash_words(day: Day, others: Iterable[Day]) -> str:
    """The same of one day alone."""
    return Meetings(others).words(day)


def undecided(days: Sequence[Day]) -> dict[tuple[str, date], str]:
    """By (source, named day): what gets in whose way without anybody having decided about either.

    Each meeting is said once, of the day that was moved, else of the later rule's.
    """
    meetings, found = Meetings(days), dict[tuple[str, date], str]()
    seen: set[tuple[str, date]] = set()
    for day in days:
        seen.add(day.ref)
        for other in meetings.of(day):
            if other.ref not in seen and not (day.decision or other.decision):
                asked, by = (day, other) if day.moved_from else (other, day)
                if asked.ref not in found:
                    found[asked.ref] = _words(asked, [by])
    return found


def _shared(day: Day) -> Iterator[tuple[object, ...]]:
    """What another day must have in common with it to be in its way: the day, and the branch or the room."""
    yield day.day, day.branch_id
    if day.place:
        yield day.day, _room(day.place)


@lru_cache(maxsize=1024)
def _room(place: str) -> str:
    return normal(place)


def _near(at: time | None, other: time | None) -> bool:
    if at is None or other is None:
        return True
    first, second = (datetime.combine(date.min, one) for one in (at, other))
    return abs(first - second) < LASTS


def _words(day: Day, found: Sequence[Day]) -> str:
    named = "、".join(_said(day, other) for other in found[:_NAMED])
    more = f"等{len(found)}项" if len(found) > _NAMED else ""
    return f"同一时间还有{named}{more}。" if found else ""


def _one_place(day: Day, other: Day) -> bool:
    return bool(day.place) and _room(day.place) == _room(other.place)


def _said(day: Day, other: Day) -> str:
    whose = "" if day.branch_id == other.branch_id else f"{other.branch}的"
    where = f"（也在{other.place}）" if _one_place(day, other) else ""
    return f"{whose}{other.title}{where}"
