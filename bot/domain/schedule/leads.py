"""When people are reminded of a day of the calendar."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Protocol

from bot.domain.schedule.day import Day
from bot.now import SHANGHAI


class LeadTimes(Protocol):
    """What the settings of a kind of day say; times are in Asia/Shanghai."""

    @property
    def lead_days(self) -> tuple[int, ...]:
        """How many days before."""

    @property
    def remind_at(self) -> time:
        """The hour of those reminders."""

    @property
    def morning_at(self) -> time:
        """The hour of the reminder on the day itself."""

    @property
    def starts(self) -> time:
        """When a day begins whose rule has no time."""


@dataclass(frozen=True, slots=True)
class Lead:
    """One reminder: its name ("T-3", "day"), how many days before, when it falls due (aware).

    `until` is when the next one falls due: what could not go out before is said by that.
    """

    name: str
    days: int
    at: datetime
    until: datetime | None = None


def begins(day: Day, times: LeadTimes) -> datetime:
    """When it begins, aware: a reminder is useful until then."""
    return datetime.combine(day.day, day.at or times.starts, SHANGHAI)


def leads(day: date, times: LeadTimes) -> Iterator[Lead]:
    """The reminders before `day` and on its morning, the earliest first."""
    morning = Lead("day", 0, datetime.combine(day, times.morning_at, SHANGHAI))
    before = [
        Lead(f"T-{n}", n, datetime.combine(day - timedelta(days=n), times.remind_at, SHANGHAI))
        for n in sorted(set(times.lead_days), reverse=True)
    ]
    for lead, following in pairwise([*before, morning]):
        yield replace(lead, until=following.at)
    yield morning
