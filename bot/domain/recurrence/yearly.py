"""Rules that count in years: fixed dates, anniversaries, lunar dates."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, Self

from bot.domain.anniversary import LeapRule, remembered_between
from bot.domain.base import Refused
from bot.domain.holidays import Holidays
from bot.domain.lunar import FESTIVALS, lunar_day, lunar_words
from bot.domain.recurrence.kind import Kind, clamped, full_words, read_day, within

MemberDate = Literal["joined", "full", "born"]
"""A date of a member by its name: 入党日期, 转正日期, 出生日期."""

MEMBER_DATES: dict[str, MemberDate] = {"joined": "joined", "full": "full", "born": "born"}
_MEMBER_DATES_ZH = {"joined": "政治生日", "full": "转正周年", "born": "生日"}


@dataclass(frozen=True, slots=True)
class Yearly(Kind):
    """The same date every year, without drift: 29 February is the 28th in common years."""

    PATTERN: ClassVar[str] = r"yearly (\d{1,2})-(\d{1,2})"
    month: int
    day: int

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """Yearly 07-01."""
        month, day = int(found[1]), int(found[2])
        if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000, month)[1]:
            raise Refused(f"没有“{month}月{day}日”这一天，请写成：每年7月1日 09:00")
        return cls(month, day)

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """One a year."""
        every = (clamped(year, self.month, self.day) for year in range(first.year, last.year + 1))
        return within(every, first, last)

    def __str__(self) -> str:
        return f"yearly {self.month:02d}-{self.day:02d}"

    def words(self) -> str:
        """每年7月1日."""
        return f"每年{self.month}月{self.day}日"


@dataclass(frozen=True, slots=True)
class Anniversary(Kind):
    """The anniversaries of a day, from the year after it on.

    `of` may be the name of a member's date; then the rule has no days until it is `bound` to one.
    """

    PATTERN: ClassVar[str] = r"anniversary of (joined|full|born|\d{4}-\d\d-\d\d)( mar01)?"
    of: MemberDate | date
    leap_rule: LeapRule = "feb28"

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """Anniversary of joined, or anniversary of 1976-12-26."""
        named = MEMBER_DATES.get(found[1])
        return cls(named or read_day(found[1]), "mar01" if found[2] else "feb28")

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """One a year. Raises Refused where nobody's date was put in yet."""
        if not isinstance(self.of, date):
            raise Refused(f"“{self.words()}”每个人不一样，请先写明是哪一位，或写出日期")
        return remembered_between(self.of, first, last, self.leap_rule)

    def __str__(self) -> str:
        return f"anniversary of {self.of}{' mar01' if self.leap_rule == 'mar01' else ''}"

    def words(self) -> str:
        """政治生日, or 1976年12月26日的周年."""
        leap = "（闰日按3月1日）" if self.leap_rule == "mar01" else ""
        if isinstance(self.of, date):
            return f"{full_words(self.of)}的周年{leap}"
        return _MEMBER_DATES_ZH[self.of] + leap


@dataclass(frozen=True, slots=True)
class LunarDate(Kind):
    """A date of the lunar calendar every year; of a leap month only where `leap` asks for it."""

    PATTERN: ClassVar[str] = r"lunar (leap )?(\d{1,2})-(\d{1,2})"
    month: int
    day: int
    leap: bool = False

    @classmethod
    def read(cls, found: re.Match[str]) -> Self:
        """Lunar 9-9, or lunar leap 6-1."""
        month, day = int(found[2]), int(found[3])
        if not (1 <= month <= 12 and 1 <= day <= 30):
            raise Refused("农历没有这一天，请写成：农历九月初九 09:00")
        return cls(month, day, leap=bool(found[1]))

    def days(self, first: date, last: date, holidays: Holidays) -> Iterable[date]:
        """One a lunar year, whose last weeks lie in the next common year."""
        every = (
            lunar_day(year, self.month, self.day, leap=self.leap)
            for year in range(first.year - 1, last.year + 1)
        )
        return within(every, first, last)

    def __str__(self) -> str:
        return f"lunar {'leap ' if self.leap else ''}{self.month}-{self.day}"

    def words(self) -> str:
        """每年农历九月初九（重阳节）."""
        names = {} if self.leap else {date: name for name, date in FESTIVALS.items()}
        festival = names.get((self.month, self.day))
        words = lunar_words(self.month, self.day, leap=self.leap)
        return f"每年农历{words}" + (f"（{festival}）" if festival else "")
