"""Dates of the Chinese lunar calendar as days of the common one."""

from datetime import date
from functools import lru_cache

from lunar_python import Lunar, LunarMonth, LunarYear

FESTIVALS = {
    "春节": (1, 1),
    "元宵节": (1, 15),
    "端午节": (5, 5),
    "七夕": (7, 7),
    "中秋节": (8, 15),
    "重阳节": (9, 9),
    "腊八节": (12, 8),
    "除夕": (12, 30),
}
"""Festivals that always fall on the same lunar (month, day)."""

_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_DIGITS = "一二三四五六七八九十"


@lru_cache(maxsize=1024)
def lunar_day(year: int, month: int, day: int, *, leap: bool = False) -> date:
    """The day on which `month`-`day` of the lunar year `year` falls.

    A lunar year begins at 春节 of the common year of the same number, so its last weeks lie in the
    next one. Day 30 of a month of 29 days is its last day (除夕 is the last day of the year).
    `leap` means the leap month (闰月) where the year has it, the ordinary month where not.
    """
    in_leap = leap and LunarYear.fromYear(year).getLeapMonth() == month
    number = -month if in_leap else month
    length = LunarMonth.fromYm(year, number).getDayCount()
    solar = Lunar.fromYmd(year, number, min(day, length)).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


@lru_cache(maxsize=256)
def clear_bright(year: int) -> date:
    """清明, the solar term, in the common year `year` (4 to 6 April)."""
    solar = Lunar.fromYmd(year, 1, 1).getJieQiTable()["清明"]
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def lunar_words(month: int, day: int, *, leap: bool = False) -> str:
    """The lunar date as people write it: 九月初九, 闰六月初一, 腊月三十."""
    return f"{'闰' if leap else ''}{_MONTHS[month - 1]}月{_day_words(day)}"


def _day_words(day: int) -> str:
    tens, ones = divmod(day - 1, 10)
    if day in (20, 30):
        return "二十" if day == 20 else "三十"
    return ("初", "十", "廿")[tens] + _DIGITS[ones]
