"""Political birthday (政治生日), party age (党龄) and the medal for fifty years, as rules of dates.

Two dates are kept and neither is derived from the other: `joined_on` (入党日期) drives the
birthday, `full_member_on` (转正日期) drives the party age. Who joined from April 1969 to August
1977 had no probation, so "a year later" would be wrong for most of our members.
"""

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

LeapRule = Literal["feb28", "mar01"]
"""Where 29 February is remembered in common years; `feb28` keeps it in February's list."""

MedalAnswer = Literal["yes", "check", "no"]


def remembered_on(day: date, year: int, leap_rule: LeapRule = "feb28") -> date:
    """The day in `year` on which `day` is remembered: the same date, without drift."""
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28) if leap_rule == "feb28" else date(year, 3, 1)
    return day.replace(year=year)


def next_remembered(day: date, today: date, leap_rule: LeapRule = "feb28") -> date:
    """The first day from `today` on (today included) on which `day` is remembered."""
    this_year = remembered_on(day, today.year, leap_rule)
    if this_year >= today:
        return this_year
    return remembered_on(day, today.year + 1, leap_rule)


def keys_remembered_on(day: date, leap_rule: LeapRule = "feb28") -> tuple[int, ...]:
    """The month * 100 + day keys remembered on `day`: on 28 February also 229 where it is due."""
    leap_lands_on = remembered_on(date(2000, 2, 29), day.year, leap_rule)
    own = day.month * 100 + day.day
    return (own, 229) if leap_lands_on == day and own != 229 else (own,)


def keys_remembered_between(
    start: date, end: date, leap_rule: LeapRule = "feb28"
) -> tuple[int, ...]:
    """The keys remembered from `start` to `end`, both included, also across the end of a year."""
    return tuple(
        key
        for offset in range((end - start).days + 1)
        for key in keys_remembered_on(start + timedelta(days=offset), leap_rule)
    )


def party_age(full_member_on: date, today: date, leap_rule: LeapRule = "feb28") -> int:
    """Whole years since the member became a full one (转正); 0 before that day."""
    years = today.year - full_member_on.year
    if today < remembered_on(full_member_on, today.year, leap_rule):
        years -= 1
    return max(years, 0)


def fifty_years(full_member_on: date, round_year: int) -> MedalAnswer:
    """Whether the member is a candidate of the 光荣在党50年 round of `round_year`.

    Fifty full years by 1 July. Sources disagree whether 1 July itself counts: that day is "check"
    (待核). A candidate is listed for the coordinator, never awarded by this rule.
    """
    limit = date(round_year - 50, 7, 1)
    if full_member_on == limit:
        return "check"
    return "yes" if full_member_on < limit else "no"


def first_round(full_member_on: date) -> int:
    """The year of the first round in which the member is a candidate ("yes" or "check")."""
    late = (full_member_on.month, full_member_on.day) > (7, 1)
    return full_member_on.year + (51 if late else 50)


@dataclass(frozen=True, slots=True)
class Era:
    """A span of years with one rule of admission."""

    start: date
    """First day."""
    name: str
    probation_years: int | None
    """None: it differed, so nothing is expected of the date of full membership."""


ERAS = (
    Era(date(1921, 7, 1), "1956年9月以前", None),
    Era(date(1956, 9, 15), "1956年9月至1969年3月", 1),
    Era(date(1969, 4, 1), "1969年4月至1977年8月（没有预备期）", 0),
    Era(date(1977, 8, 18), "1977年8月至1982年9月", 1),
    Era(date(1982, 9, 6), "1982年9月以后", 1),
)
"""In order. Source: the party constitutions of the time; reports differ in the edge days."""

_DISPUTED = (
    (date(1969, 4, 1), date(1969, 4, 13)),
    (date(1977, 8, 11), date(1977, 8, 17)),
)
"""Days that sources count to one era or to the other."""

_APPROVAL_DAYS = 62
"""So many days after probation ended a branch meeting is still in the ordinary run of things."""


def era(joined_on: date) -> Era:
    """The era in which the member joined; the first one also for dates before it."""
    return next((era for era in reversed(ERAS) if era.start <= joined_on), ERAS[0])


def era_is_disputed(joined_on: date) -> bool:
    """Whether sources disagree about the era of this day (see `ERAS`)."""
    return any(first <= joined_on <= last for first, last in _DISPUTED)


def probation_warning(joined_on: date, full_member_on: date) -> str | None:
    """What looks unlikely about a pair of dates, for the coordinator to check; None: nothing.

    Never a reason to refuse the row: the paper file decides.
    """
    if full_member_on < joined_on:
        return "转正日期早于入党日期，待核"
    if era_is_disputed(joined_on):
        return "入党日期在新旧规定交接的几天里，有没有预备期，待核"
    years = era(joined_on).probation_years
    if years is None:
        return None
    if years == 0:
        return _warning_without_probation(joined_on, full_member_on)
    return _warning_after_probation(joined_on, full_member_on)


def _warning_without_probation(joined_on: date, full_member_on: date) -> str | None:
    if full_member_on == joined_on:
        return None
    return "1969年4月至1977年8月入党的没有预备期，一般当天转正，待核"


def _warning_after_probation(joined_on: date, full_member_on: date) -> str | None:
    expected = remembered_on(joined_on, joined_on.year + 1)
    if full_member_on < expected:
        return "预备期一般是一年，登记的不到一年，待核"
    if full_member_on > expected + timedelta(days=_APPROVAL_DAYS):
        return "登记的转正日期比一年预备期晚，延长过预备期的不用改，待核"
    return None


def remembered_between(
    day: date, start: date, end: date, leap_rule: LeapRule = "feb28"
) -> Iterator[date]:
    """Each anniversary of `day` from `start` to `end`, both included; the day itself is none."""
    for year in range(max(start.year, day.year + 1), end.year + 1):
        remembered = remembered_on(day, year, leap_rule)
        if start <= remembered <= end:
            yield remembered
