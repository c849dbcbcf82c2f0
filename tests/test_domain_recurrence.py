"""The days of every kind of rule: ten years of each, and an outage of each."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.holidays import Holidays, known
from bot.domain.recurrence import (
    days,
    due_between,
    parse_rule,
)

FIRST, LAST = date(2020, 1, 1), date(2029, 12, 31)
TEN_YEARS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
DAY = timedelta(days=1)
OWN_FILES = known(
    (
        "2020,已确认\n2020-10-01..2020-10-08,放假,国庆节、中秋节\n2020-10-10,上班,国庆节",
        "2021,已确认\n2021-02-11..2021-02-17,放假,春节\n2021-02-20,上班,春节",
    )
)
ANCHOR = date(2020, 1, 9)
DOUBLE_NINTH = {
    "2020-10-25", "2021-10-14", "2022-10-04", "2023-10-23", "2024-10-11",
    "2025-10-29", "2026-10-18", "2027-10-08", "2028-10-26", "2029-10-16",
}  # fmt: skip
MOVED = {date(2020, 10, 8): date(2020, 10, 9), date(2021, 2, 11): date(2021, 2, 18)}


def second_thursday(day: date) -> bool:
    """Written without looking at the rule: a Thursday from the 8th to the 14th."""
    return day.isoweekday() == 4 and 8 <= day.day <= 14


def month_ends(day: date) -> bool:
    return (day + DAY).day == 1


def remembers_leap_day(day: date) -> bool:
    return day.month == 2 and month_ends(day)


CASES: dict[str, tuple[str, Callable[[date], bool]]] = {
    "once": ("2026-11-22", lambda d: d == date(2026, 11, 22)),
    "daily": ("daily", lambda d: True),
    "weekdays": ("mon,wed", lambda d: d.isoweekday() in (1, 3)),
    "monthly day, clamped": ("31", month_ends),
    "yearly without drift": ("yearly 02-29", remembers_leap_day),
    "nth weekday": ("2nd thu", second_thursday),
    "last weekday": ("last fri", lambda d: d.isoweekday() == 5 and (d + 7 * DAY).month != d.month),
    "last day": ("last day", month_ends),
    "anniversary": ("anniversary of 1972-02-29", remembers_leap_day),
    "days before an anniversary": (
        "7 days before anniversary of 1972-02-29",
        lambda d: remembers_leap_day(d + 7 * DAY),
    ),
    "days after an anniversary": (
        "3 days after anniversary of 1972-02-29",
        lambda d: remembers_leap_day(d - 3 * DAY),
    ),
    "days around a one-off date": (
        "3 days around 2026-01-01",
        lambda d: abs((d - date(2026, 1, 1)).days) <= 3,
    ),
    "every k weeks": (
        "every 3 weeks from 2020-01-09",
        lambda d: d >= ANCHOR and (d - ANCHOR).days % 21 == 0,
    ),
    "end date": (
        "2nd thu until 2024-02-08",
        lambda d: second_thursday(d) and d <= date(2024, 2, 8),
    ),
    "holiday skip": ("2nd thu skip holidays", lambda d: second_thursday(d) and d not in MOVED),
    "holiday shift": (
        "2nd thu shift holidays",
        lambda d: (second_thursday(d) and d not in MOVED) or d in MOVED.values(),
    ),
    "lunar date": ("重阳节", lambda d: d.isoformat() in DOUBLE_NINTH),
    "pause and resume": (
        "2nd thu pause 2021-01-01..2021-12-31 pause 2027-01-14..2027-02-10",
        lambda d: second_thursday(d) and d.year != 2021 and d != date(2027, 1, 14),
    ),
}

moments = st.datetimes(datetime(2019, 12, 1), datetime(2030, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("case", CASES)
def test_ten_years_hold_exactly_the_days_meant(case: str) -> None:
    text, meant = CASES[case]
    found = list(days(parse_rule(text), FIRST, LAST, OWN_FILES))
    assert found == [day for day in TEN_YEARS if meant(day)]


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_an_outage_neither_loses_nor_doubles_an_occurrence(case: str, data: st.DataObject) -> None:
    rule = parse_rule(f"{CASES[case][0]} 08:00")
    down, up = sorted((data.draw(moments), data.draw(moments)))
    start, end = min(down, datetime(2019, 12, 1, tzinfo=UTC)), datetime(2030, 2, 1, tzinfo=UTC)
    pieces = [
        due
        for a, b in pairwise((start, down, up, end))
        for due in due_between(rule, a, b, OWN_FILES)
    ]
    assert pieces == list(due_between(rule, start, end, OWN_FILES))
    assert len({due.day for due in pieces}) == len(pieces)


@given(st.lists(moments, min_size=2, max_size=12))
@settings(deadline=None)
def test_any_partition_of_the_time_line_gives_the_whole(cuts: list[datetime]) -> None:
    rule = parse_rule("2 days around 15,31 shift holidays pause 2025-03-01..2025-05-15")
    edges = sorted(cuts)
    pieces = [due for a, b in pairwise(edges) for due in due_between(rule, a, b, OWN_FILES)]
    assert pieces == list(due_between(rule, edges[0], edges[-1], OWN_FILES))


@given(st.sampled_from(sorted(CASES)), st.sampled_from(TEN_YEARS), st.integers(0, 40))
@settings(deadline=None)
def test_a_day_is_in_the_plan_whatever_the_window(case: str, first: date, length: int) -> None:
    rule = parse_rule(CASES[case][0])
    last = first + length * DAY
    whole = days(rule, first - 60 * DAY, last + 60 * DAY, OWN_FILES)
    assert list(days(rule, first, last, OWN_FILES)) == [d for d in whole if first <= d <= last]


def test_second_thursdays_of_2026() -> None:
    found = days(parse_rule("2nd thu 09:00"), date(2026, 1, 1), date(2026, 12, 31))
    assert [f"{day:%m-%d}" for day in found] == [
        "01-08", "02-12", "03-12", "04-09", "05-14", "06-11",
        "07-09", "08-13", "09-10", "10-08", "11-12", "12-10",
    ]  # fmt: skip


def test_the_second_thursday_is_not_the_thursday_of_the_second_calendar_week() -> None:
    seconds = days(parse_rule("2nd thu"), date(2018, 1, 1), date(2030, 12, 31))
    other = [day for day in seconds if _week_of_month(day) != 2]
    assert len(other) == 67


def _week_of_month(day: date) -> int:
    """Calendar weeks from Monday, the one with the first of the month being the first."""
    return (day.day + day.replace(day=1).weekday() - 1) // 7 + 1


def test_a_month_without_a_fifth_friday_has_none() -> None:
    found = days(parse_rule("5th fri"), date(2026, 1, 1), date(2026, 12, 31))
    assert [f"{day:%m-%d}" for day in found] == ["01-30", "05-29", "07-31", "10-30"]


def test_a_monthly_day_is_clamped_and_two_that_meet_are_one() -> None:
    found = days(parse_rule("30,31"), date(2026, 1, 31), date(2026, 4, 30))
    assert [f"{day:%m-%d}" for day in found] == ["01-31", "02-28", "03-30", "03-31", "04-30"]


def test_the_fourth_weekday_that_is_also_the_last_is_one() -> None:
    found = days(parse_rule("4th,last thu"), date(2026, 2, 1), date(2026, 4, 30))
    assert [f"{day:%m-%d}" for day in found] == ["02-26", "03-26", "04-23", "04-30"]


def test_the_last_working_day_knows_holidays_and_worked_weekends() -> None:
    found = days(parse_rule("last workday"), date(2026, 1, 1), date(2026, 5, 31), known())
    assert [f"{day:%m-%d}" for day in found] == ["01-30", "02-28", "03-31", "04-30", "05-29"]


def test_the_last_working_day_of_an_unconfirmed_year_is_the_last_weekday() -> None:
    found = days(parse_rule("last workday"), date(2028, 9, 1), date(2028, 12, 31))
    assert [f"{day:%m-%d}" for day in found] == ["09-29", "10-31", "11-30", "12-29"]


def test_a_month_without_a_working_day_ends_on_its_last_day() -> None:
    february = Holidays(
        {date(2026, 2, n): "停工" for n in range(1, 29)}, confirmed=frozenset({2026})
    )
    found = days(parse_rule("last workday"), date(2026, 2, 1), date(2026, 2, 28), february)
    assert list(found) == [date(2026, 2, 28)]
