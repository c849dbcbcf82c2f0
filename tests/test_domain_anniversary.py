"""Political birthday, party age and the medal for fifty years."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.anniversary import (
    ERAS,
    LeapRule,
    era,
    era_is_disputed,
    fifty_years,
    first_round,
    keys_remembered_between,
    keys_remembered_on,
    next_remembered,
    party_age,
    probation_warning,
    remembered_between,
    remembered_on,
)

LEAP_DAY = date(1972, 2, 29)
joining_days = st.dates(date(1945, 1, 1), date(2026, 12, 31))
later_years = st.integers(2020, 2040)


def test_29_february_is_remembered_on_the_28th_in_common_years() -> None:
    days = [remembered_on(LEAP_DAY, year) for year in (2026, 2027, 2028)]
    assert days == [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


def test_29_february_may_be_remembered_on_1_march_by_setting() -> None:
    days = [remembered_on(LEAP_DAY, year, "mar01") for year in (2027, 2028)]
    assert days == [date(2027, 3, 1), date(2028, 2, 29)]


def test_a_leap_day_does_not_drift_over_ten_years() -> None:
    days = [remembered_on(LEAP_DAY, year) for year in range(2026, 2036)]
    assert [day.day for day in days] == [28, 28, 29, 28, 28, 28, 29, 28, 28, 28]


def test_the_next_birthday_is_today_or_within_a_year() -> None:
    assert next_remembered(date(1976, 12, 26), date(2026, 12, 26)) == date(2026, 12, 26)
    assert next_remembered(date(1976, 12, 26), date(2026, 12, 27)) == date(2027, 12, 26)
    assert next_remembered(date(1970, 1, 3), date(2026, 12, 29)) == date(2027, 1, 3)


def test_the_day_of_joining_itself_is_no_anniversary() -> None:
    days = list(remembered_between(date(2024, 2, 29), date(2024, 1, 1), date(2026, 12, 31)))
    assert days == [date(2025, 2, 28), date(2026, 2, 28)]


def test_28_february_of_a_common_year_also_looks_up_29_february() -> None:
    assert keys_remembered_on(date(2027, 2, 28)) == (228, 229)
    assert keys_remembered_on(date(2028, 2, 28)) == (228,)
    assert keys_remembered_on(date(2028, 2, 29)) == (229,)
    assert keys_remembered_on(date(2027, 3, 1), "mar01") == (301, 229)
    assert keys_remembered_on(date(2027, 2, 28), "mar01") == (228,)


def test_the_week_ahead_of_29_december_reaches_3_january() -> None:
    keys = keys_remembered_between(date(2026, 12, 29), date(2027, 1, 5))
    assert keys == (1229, 1230, 1231, 101, 102, 103, 104, 105)


@given(joining_days, later_years, st.sampled_from(["feb28", "mar01"]))
@settings(deadline=None)
def test_the_keys_of_a_day_find_exactly_who_is_remembered(
    joined: date, year: int, leap_rule: LeapRule
) -> None:
    key = joined.month * 100 + joined.day
    days = [
        day
        for day in (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        if day.year == year and key in keys_remembered_on(day, leap_rule)
    ]
    assert days == [remembered_on(joined, year, leap_rule)]


def test_party_age_is_49_a_month_before_fifty_years() -> None:
    assert party_age(date(1976, 12, 26), date(2026, 11, 22)) == 49
    assert party_age(date(1976, 12, 26), date(2026, 12, 25)) == 49
    assert party_age(date(1976, 12, 26), date(2026, 12, 26)) == 50


def test_party_age_is_never_below_zero() -> None:
    assert party_age(date(2027, 1, 1), date(2026, 11, 22)) == 0


def test_party_age_grows_on_the_day_that_is_remembered() -> None:
    assert party_age(LEAP_DAY, date(2027, 2, 27)) == 54
    assert party_age(LEAP_DAY, date(2027, 2, 28)) == 55
    assert party_age(LEAP_DAY, date(2027, 2, 28), "mar01") == 54


def test_a_member_of_december_1976_is_a_candidate_in_2027_and_not_in_2028_first() -> None:
    full = date(1976, 12, 26)
    assert [fifty_years(full, year) for year in (2026, 2027)] == ["no", "yes"]
    assert first_round(full) == 2027


def test_1_july_itself_is_to_be_checked() -> None:
    assert fifty_years(date(1976, 7, 1), 2026) == "check"
    assert fifty_years(date(1976, 6, 30), 2026) == "yes"
    assert fifty_years(date(1976, 7, 2), 2026) == "no"


@given(joining_days)
@settings(deadline=None)
def test_the_first_round_is_the_first_year_that_does_not_say_no(full: date) -> None:
    year = first_round(full)
    assert fifty_years(full, year) != "no"
    assert fifty_years(full, year - 1) == "no"


@pytest.mark.parametrize(
    ("joined", "index"),
    [
        (date(1920, 1, 1), 0),
        (date(1956, 9, 14), 0),
        (date(1956, 9, 15), 1),
        (date(1969, 3, 31), 1),
        (date(1969, 4, 1), 2),
        (date(1977, 8, 17), 2),
        (date(1977, 8, 18), 3),
        (date(1982, 9, 5), 3),
        (date(1982, 9, 6), 4),
        (date(2020, 1, 1), 4),
    ],
)
def test_every_admission_has_its_era(joined: date, index: int) -> None:
    assert era(joined) is ERAS[index]


@pytest.mark.parametrize(
    ("joined", "full"),
    [
        (date(1976, 12, 26), date(1976, 12, 26)),
        (date(1985, 7, 1), date(1986, 7, 1)),
        (date(1985, 7, 1), date(1986, 7, 20)),
        (date(1984, 2, 29), date(1985, 2, 28)),
        (date(1984, 2, 29), date(1985, 3, 1)),
        (date(1965, 5, 4), date(1966, 5, 4)),
        (date(1950, 5, 4), date(1950, 11, 4)),
    ],
)
def test_likely_pairs_of_dates_raise_no_question(joined: date, full: date) -> None:
    assert probation_warning(joined, full) is None


@pytest.mark.parametrize(
    ("joined", "full", "word"),
    [
        (date(1976, 12, 26), date(1977, 12, 26), "没有预备期"),
        (date(1985, 7, 1), date(1985, 7, 1), "不到一年"),
        (date(1985, 7, 1), date(1987, 7, 1), "延长"),
        (date(1985, 7, 1), date(1984, 7, 1), "早于"),
        (date(1969, 4, 5), date(1970, 4, 5), "交接"),
        (date(1977, 8, 12), date(1977, 8, 12), "交接"),
    ],
)
def test_unlikely_pairs_of_dates_are_to_be_checked(joined: date, full: date, word: str) -> None:
    warning = probation_warning(joined, full)
    assert warning is not None
    assert word in warning
    assert warning.endswith("待核")


def test_disputed_days_are_the_edges_of_the_years_without_probation() -> None:
    edges = (date(1969, 4, 1), date(1969, 4, 13), date(1977, 8, 11), date(1977, 8, 17))
    assert all(era_is_disputed(day) for day in edges)
    assert not any(era_is_disputed(day) for day in (date(1969, 4, 14), date(1977, 8, 18)))
