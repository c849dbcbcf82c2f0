"""Public holidays: our own files, what is only likely, and where a service day goes."""

from datetime import date, timedelta

import holidays as package
import pytest

from bot.domain.base import Refused
from bot.domain.holidays import Holidays, Placing, known, read_year, service_day, shipped
from bot.domain.holidays.guess import guessed_off
from bot.domain.lunar import lunar_day, lunar_words

AUTUMN_2020 = "2020,已确认\n2020-10-01..2020-10-08,放假,国庆节、中秋节\n2020-10-10,上班,国庆节"
SPRING_2021 = "2021,已确认\n2021-02-11..2021-02-17,放假,春节\n2021-02-20,上班,春节"


def test_the_shipped_years_agree_with_an_independent_source() -> None:
    for table in shipped():
        state = package.country_holidays("CN", years=table.year)
        weekdays_off = {day for day in table.off if day.weekday() < 5}
        assert weekdays_off == {day for day in state if day.weekday() < 5}
        assert table.worked == {day for day in state.weekend_workdays if day.year == table.year}


def test_national_day_2026_ends_before_the_second_thursday() -> None:
    calendar = known()
    assert calendar.is_workday(date(2026, 10, 7)) is False
    assert calendar.is_workday(date(2026, 10, 10)) is True
    assert service_day(date(2026, 10, 8), calendar).state is Placing.ORDINARY


def test_days_inside_a_holiday_carry_its_name_weekends_included() -> None:
    assert known().name_of(date(2026, 10, 4)) == "国庆节"
    assert known().name_of(date(2026, 10, 11)) is None


def test_the_second_thursday_of_october_2020_moves_to_friday() -> None:
    moved = service_day(date(2020, 10, 8), known((AUTUMN_2020,)))
    assert (moved.day, moved.moved_from) == (date(2020, 10, 9), date(2020, 10, 8))
    assert (moved.state, moved.reason) == (Placing.MOVED, "国庆节、中秋节放假，顺延")


def test_the_second_thursday_of_february_2021_moves_by_seven_days() -> None:
    assert service_day(date(2021, 2, 11), known((SPRING_2021,))).day == date(2021, 2, 18)


def test_a_service_day_with_no_working_day_within_a_week_stays_and_is_flagged() -> None:
    longer = known((SPRING_2021.replace("2021-02-17", "2021-02-21").replace("-20,", "-28,"),))
    moved = service_day(date(2021, 2, 11), longer)
    assert (moved.day, moved.moved_from, moved.state) == (date(2021, 2, 11), None, Placing.STUCK)


def test_a_year_without_a_confirmed_file_moves_nothing_and_asks() -> None:
    moved = service_day(date(2027, 2, 11), known())
    assert (moved.day, moved.state) == (date(2027, 2, 11), Placing.MAYBE_HOLIDAY)
    assert moved.reason == "可能是假期，待确认（春节）"


def test_an_unconfirmed_file_moves_nothing_but_names_the_holiday() -> None:
    calendar = known(("2027,未确认\n2027-02-05..2027-02-13,放假,春节假期",))
    assert calendar.is_workday(date(2027, 2, 11)) is None
    assert calendar.name_of(date(2027, 2, 11)) == "春节假期"
    assert service_day(date(2027, 2, 11), calendar).moved_from is None


def test_an_ordinary_weekday_of_an_unconfirmed_year_is_worked_and_a_weekend_open() -> None:
    assert Holidays().is_workday(date(2027, 3, 11)) is True
    assert Holidays().is_workday(date(2027, 3, 13)) is None
    assert "周末" in service_day(date(2027, 3, 13), Holidays()).reason


def test_weekends_can_be_days_like_others() -> None:
    calendar = known()
    saturday, holiday = date(2026, 11, 14), date(2026, 10, 3)
    assert service_day(saturday, calendar).day == date(2026, 11, 16)
    assert service_day(saturday, calendar, weekends=False).day == saturday
    assert service_day(holiday, calendar, weekends=False).day == date(2026, 10, 8)


def test_the_years_that_need_a_file_are_named() -> None:
    assert known().unconfirmed(date(2025, 1, 1), date(2028, 1, 1)) == [2027, 2028]


def test_the_offices_own_file_wins_over_the_shipped_one() -> None:
    assert known(("2026,已确认\n2026-03-05,放假,社区假",)).is_workday(date(2026, 10, 1)) is True


def test_every_weekday_that_was_off_since_2019_would_have_been_likely() -> None:
    missed = [
        day
        for year in range(2019, 2027)
        for day in package.country_holidays("CN", years=year)
        if day not in guessed_off(year)
    ]
    assert missed == []


def test_a_guess_covers_at_most_forty_days_of_a_year() -> None:
    assert max(len(guessed_off(year)) for year in range(2027, 2037)) <= 40


def test_new_years_eve_may_belong_to_the_next_years_file() -> None:
    calendar = known(("2027,已确认\n2026-12-31..2027-01-02,放假,元旦",))
    assert calendar.is_workday(date(2026, 12, 31)) is False


@pytest.mark.parametrize("day", ["2026/2/5", "2026.2.5", "2026年2月5日", "２０２６－０２－０５"])
def test_a_file_is_read_as_people_type_it(day: str) -> None:
    assert read_year(f"\ufeff2026,已确认,,\n\n# 备注\n{day}，放假，假").off == {
        date(2026, 2, 5): "假"
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "是空的"),
        ("2026-01-01,放假,元旦", "第1行"),
        ("# 备注\n2026", "第2行"),
        ("2026,已确认\n2026-02-30,放假,春节", "第2行：“2026-02-30”不是一个日子"),
        ("2026,已确认\n明天,放假,春节", "不是一个日子"),
        ("2026,已确认\n2026-02-01,休息,春节", "第2行：没看懂"),
        ("2026,已确认\n2026-02-01,放假", "没看懂"),
        ("2026,已确认\n2025-02-01,放假,春节", "不在2026年"),
        ("2026,已确认\n2026-02-05..2026-02-01,放假,春节", "起止日子不对"),
        ("2026,已确认\n2026-02-01..2026-12-31,放假,春节", "起止日子不对"),
        ("2026,已确认\n2026-02-01,放假,春节\n2026-02-01,上班,春节", "第3行：2026-02-01写了两次"),
    ],
)
def test_a_faulty_file_is_refused_by_line(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_year(text)


def test_all_faulty_lines_up_to_five_are_named_at_once() -> None:
    with pytest.raises(Refused) as refused:
        read_year("2026,已确认\n" + "坏,放假,春节\n" * 7)
    assert [f"第{n}行" in str(refused.value) for n in (2, 6, 7)] == [True, True, False]


def test_double_ninth_over_ten_years() -> None:
    days = [str(lunar_day(year, 9, 9)) for year in range(2025, 2035)]
    assert days == [
        "2025-10-29", "2026-10-18", "2027-10-08", "2028-10-26", "2029-10-16",
        "2030-10-05", "2031-10-24", "2032-10-12", "2033-10-01", "2034-10-20",
    ]  # fmt: skip


def test_new_years_eve_is_the_day_before_spring_festival() -> None:
    for year in range(2020, 2036):
        assert lunar_day(year, 12, 30) + timedelta(days=1) == lunar_day(year + 1, 1, 1)


def test_a_leap_month_is_used_where_the_year_has_it() -> None:
    assert lunar_day(2025, 6, 1) == date(2025, 6, 25)
    assert lunar_day(2025, 6, 1, leap=True) == date(2025, 7, 25)
    assert lunar_day(2026, 6, 1, leap=True) == lunar_day(2026, 6, 1)


@pytest.mark.parametrize(
    ("month", "day", "words"),
    [(9, 9, "九月初九"), (1, 10, "正月初十"), (8, 15, "八月十五"), (12, 20, "腊月二十"),
     (11, 29, "冬月廿九"), (12, 30, "腊月三十")],
)  # fmt: skip
def test_lunar_dates_are_said_as_people_say_them(month: int, day: int, words: str) -> None:
    assert lunar_words(month, day) == words


def test_a_leap_month_is_said() -> None:
    assert lunar_words(6, 1, leap=True) == "闰六月初一"
