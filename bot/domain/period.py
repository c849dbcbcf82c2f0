"""A month or a quarter of the calendar: its days, its moments, and those before and after."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.domain.base import Refused
from bot.now import SHANGHAI

MONTH: Final = 1
QUARTER: Final = 3
_MONTHS: Final = 12
_KEY: Final = re.compile(r"(20\d\d)-(?:(\d\d)|q([1-4]))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """`months` (1 or 3) of the calendar from `first` on, in Asia/Shanghai."""

    first: date
    months: int = MONTH

    @property
    def last(self) -> date:
        """Its last day."""
        return self.moved(1).first - timedelta(days=1)

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time.min, SHANGHAI)

    @property
    def ends(self) -> datetime:
        """The first moment that isn't in it any more."""
        return self.moved(1).begins

    @property
    def key(self) -> str:
        """ "2026-11", "2026-q4": what `period` reads."""
        if self.months == MONTH:
            return f"{self.first:%Y-%m}"
        return f"{self.first.year}-q{(self.first.month + 2) // QUARTER}"

    @property
    def title(self) -> str:
        """ "2026年11月", "2026年第4季度"."""
        if self.months == MONTH:
            return f"{self.first.year}年{self.first.month}月"
        return f"{self.first.year}年第{(self.first.month + 2) // QUARTER}季度"

    def moved(self, by: int) -> "Period":
        """The one so many later; -1: the one before."""
        year, month = divmod(
            self.first.year * _MONTHS + self.first.month - 1 + by * self.months, _MONTHS
        )
        return Period(date(year, month + 1, 1), self.months)


def period(key: str, today: date) -> Period:
    """The period that `key` names; this month where none is named. Raises Refused where it is none."""
    if not key:
        return Period(today.replace(day=1))
    found = _KEY.fullmatch(key)
    month = int(found[2] or int(found[3]) * QUARTER - 2) if found else 0
    if found is None or not 1 <= month <= _MONTHS:
        raise Refused(f"没有“{key[:10]}”这个月份或者季度。请从上面选。")
    return Period(date(int(found[1]), month, 1), QUARTER if found[3] else MONTH)
