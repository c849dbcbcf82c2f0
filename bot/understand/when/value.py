"""What a text says about time: a moment, a part of a day, a day, some days."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Literal

from bot.now import SHANGHAI

Kind = Literal["moment", "period", "day", "days", "vague"]
Prefer = Literal["future", "past"]
NamedDay = Callable[[str, date], date | None]
"""(服务日 or 学习日, a day) → the next such day from that day on, or None if there is none."""


@dataclass(frozen=True, slots=True)
class When:
    """A stretch of time, aware in Asia/Shanghai; `end` is exclusive.

    moment  a clock time; start equals end unless a range was said (三点到五点)
    period  a part of one day (下午)
    day     one whole day
    days    several whole days, the first and the last meant (这个周末)
    vague   some time within these days (月底, 过两天): ask for the day
    """

    start: datetime
    end: datetime
    kind: Kind
    has_day: bool = True
    """False where only hours were said and the day is the next one that fits."""
    ambiguous: tuple["When", ...] = field(default=())
    """Other readings a person may have meant, to be asked about; the likeliest is this one."""

    @property
    def day(self) -> date:
        """The first day, in Asia/Shanghai."""
        return self.start.date()

    @property
    def has_hour(self) -> bool:
        """Whether a clock time or a part of the day was said."""
        return self.kind in {"moment", "period"}


def merged(day: When, hours: When) -> When:
    """The hours of `hours` on the day of `day`: "下礼拜三" and then "下午三点"."""
    start = datetime.combine(day.day, hours.start.timetz())
    return replace(
        hours, start=start, end=start + (hours.end - hours.start), has_day=True, ambiguous=()
    )


def at_hour(day: date, clock: time) -> datetime:
    """`clock` on `day` in Asia/Shanghai."""
    return datetime.combine(day, clock, SHANGHAI)
