"""What bends a rule: holidays, pauses, a member's own date, the quiet hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base import Refused
from bot.domain.holidays import Placing, known
from bot.domain.recurrence import (
    bound,
    days,
    due_between,
    next_days,
    parse_rule,
    paused,
    plan,
    resumed,
    shift_out_of_quiet,
)
from bot.now import SHANGHAI

DAY = timedelta(days=1)
SPRING_2021 = known(("2021,已确认\n2021-02-11..2021-02-17,放假,春节\n2021-02-20,上班,春节",))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_a_moved_day_says_from_where_and_why() -> None:
    rule = parse_rule("2nd thu shift holidays")
    (moved,) = plan(rule, date(2021, 2, 1), date(2021, 2, 28), SPRING_2021)
    assert (moved.day, moved.moved_from) == (date(2021, 2, 18), date(2021, 2, 11))
    assert (moved.state, moved.reason) == (Placing.MOVED, "春节放假，顺延")


def test_an_unconfirmed_year_moves_and_skips_nothing_and_flags_it() -> None:
    for text in ("2nd thu shift holidays", "2nd thu skip holidays"):
        (moved,) = plan(parse_rule(text), date(2027, 2, 1), date(2027, 2, 28), SPRING_2021)
        assert (moved.day, moved.state) == (date(2027, 2, 11), Placing.MAYBE_HOLIDAY)


def test_weekends_move_unless_the_rule_names_them() -> None:
    window = (date(2026, 8, 8), date(2026, 8, 18), known())
    assert list(days(parse_rule("15 shift holidays"), *window)) == [date(2026, 8, 17)]
    for text in ("sat shift holidays", "2nd,3rd sat shift holidays"):
        assert list(days(parse_rule(text), *window)) == [date(2026, 8, 8), date(2026, 8, 15)]
    assert list(days(parse_rule("2026-08-15 shift holidays"), *window)) == [date(2026, 8, 15)]


def test_every_k_weeks_from_a_saturday_means_saturdays() -> None:
    rule = parse_rule("every 2 weeks from 2026-09-19 shift holidays")
    found = list(days(rule, date(2026, 9, 1), date(2026, 10, 31), known()))
    assert found == [date(2026, 9, 19), date(2026, 10, 8), date(2026, 10, 17), date(2026, 10, 31)]


def test_days_that_move_onto_one_day_are_one_and_the_day_itself_stands() -> None:
    rule = parse_rule("daily shift holidays")
    moved = plan(rule, date(2026, 10, 1), date(2026, 10, 9), known())
    assert [(m.day.day, m.moved_from) for m in moved] == [(8, None), (9, None)]


def test_days_before_count_from_where_the_day_was_moved() -> None:
    rule = parse_rule("3 days before 2nd thu shift holidays")
    assert list(days(rule, date(2021, 2, 1), date(2021, 2, 28), SPRING_2021)) == [date(2021, 2, 15)]


def test_nothing_moves_out_of_a_pause_or_past_the_end() -> None:
    window = (date(2021, 2, 1), date(2021, 2, 28), SPRING_2021)
    for bent in ("pause 2021-02-01..2021-02-15", "pause 2021-02-18..", "until 2021-02-15"):
        assert list(days(parse_rule(f"2nd thu shift holidays {bent}"), *window)) == []


def test_a_rule_rests_from_pause_to_resume() -> None:
    resting = paused(parse_rule("2nd thu"), date(2026, 3, 1))
    assert list(days(resting, date(2026, 3, 1), date(2036, 3, 1))) == []
    running = resumed(resting, date(2026, 5, 14))
    assert next_days(running, date(2026, 2, 12), 2) == [date(2026, 5, 14), date(2026, 6, 11)]


def test_resuming_on_the_first_day_of_a_pause_leaves_no_trace_and_keeps_other_pauses() -> None:
    rule = parse_rule("2nd thu pause 2027-01-01..2027-01-31")
    assert resumed(paused(rule, date(2026, 3, 1)), date(2026, 3, 1)) == rule


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused, match="早于开始日子"):
        paused(parse_rule("daily"), date(2026, 3, 2), date(2026, 3, 1))


def test_a_members_birthday_note_is_bound_to_the_members_day() -> None:
    rule = bound(parse_rule("政治生日前7天 08:00"), {"joined": date(1970, 1, 3)})
    assert next_days(rule, date(2026, 12, 1), 1) == [date(2026, 12, 27)]


def test_the_setting_for_leap_days_reaches_a_bound_rule() -> None:
    rule = bound(parse_rule("anniversary of joined"), {"joined": date(1972, 2, 29)}, "mar01")
    assert next_days(rule, date(2027, 1, 1), 2) == [date(2027, 3, 1), date(2028, 2, 29)]


def test_a_rule_without_a_members_date_needs_no_binding() -> None:
    rule = parse_rule("2nd thu")
    assert bound(rule, {}) is rule


def test_an_anniversary_of_nobody_is_refused_and_not_empty() -> None:
    with pytest.raises(Refused, match="政治生日"):
        next_days(parse_rule("anniversary of joined"), date(2026, 1, 1), 1)


def test_a_leap_month_date_falls_in_the_leap_month_where_there_is_one() -> None:
    found = days(parse_rule("农历闰六月初一"), date(2024, 1, 1), date(2026, 12, 31))
    assert list(found) == [date(2024, 7, 6), date(2025, 7, 25), date(2026, 7, 14)]


def test_new_years_eve_of_the_lunar_year_lies_in_the_next_common_year() -> None:
    assert next_days(parse_rule("除夕"), date(2026, 2, 16), 1) == [date(2027, 2, 5)]


def test_the_next_days_are_later_than_the_day_asked_from() -> None:
    assert next_days(parse_rule("15"), date(2026, 11, 15), 2) == [
        date(2026, 12, 15),
        date(2027, 1, 15),
    ]


def test_a_rule_that_has_ended_has_no_next_day() -> None:
    assert next_days(parse_rule("15 until 2026-11-15"), date(2026, 11, 15), 3) == []
    assert next_days(parse_rule("daily"), date.max - DAY, 3) == [date.max]


def test_an_occurrence_is_due_at_its_time_in_shanghai() -> None:
    after = datetime(2026, 11, 11, 16, 0, tzinfo=UTC)
    (due,) = due_between(parse_rule("2nd thu 09:00"), after, after + DAY)
    assert (due.day, due.at) == (date(2026, 11, 12), datetime(2026, 11, 12, 1, 0, tzinfo=UTC))


def test_a_rule_without_a_time_is_due_at_midnight_and_counted_in_one_piece_only() -> None:
    midnight = datetime(2026, 11, 12, tzinfo=SHANGHAI)
    rule = parse_rule("2nd thu")
    assert [due.day for due in due_between(rule, midnight - DAY, midnight)] == [date(2026, 11, 12)]
    assert list(due_between(rule, midnight, midnight + DAY)) == []


@pytest.mark.parametrize(
    ("sent", "start", "end", "arrives"),
    [
        ("2026-11-12T20:59", "21:00", "07:00", "2026-11-12T20:59"),
        ("2026-11-12T21:00", "21:00", "07:00", "2026-11-13T07:00"),
        ("2026-12-31T23:30", "21:00", "07:00", "2027-01-01T07:00"),
        ("2026-11-13T00:00", "21:00", "07:00", "2026-11-13T07:00"),
        ("2026-11-13T06:59", "21:00", "07:00", "2026-11-13T07:00"),
        ("2026-11-13T07:00", "21:00", "07:00", "2026-11-13T07:00"),
        ("2026-11-13T13:00", "12:30", "14:00", "2026-11-13T14:00"),
        ("2026-11-13T14:00", "12:30", "14:00", "2026-11-13T14:00"),
        ("2026-11-13T02:00", "12:00", "12:00", "2026-11-13T02:00"),
    ],
)
def test_messages_leave_the_quiet_hours(sent: str, start: str, end: str, arrives: str) -> None:
    instant = datetime.fromisoformat(sent).replace(tzinfo=SHANGHAI)
    shifted = shift_out_of_quiet(instant, time.fromisoformat(start), time.fromisoformat(end))
    assert shifted == datetime.fromisoformat(arrives).replace(tzinfo=SHANGHAI)
    assert shifted.tzinfo is UTC


@given(moments, st.times(), st.times())
@settings(deadline=None)
def test_any_moment_of_ten_years_leaves_the_quiet_hours_at_their_end(
    moment: datetime, start: time, end: time
) -> None:
    shifted = shift_out_of_quiet(moment, start, end)
    assert timedelta(0) <= shifted - moment < DAY
    assert shifted == moment or shifted.astimezone(SHANGHAI).time() == end
    assert shift_out_of_quiet(shifted, start, end) == shifted
