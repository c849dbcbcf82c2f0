from datetime import UTC, date, datetime, time

import pytest

from bot.domain.wording import (
    day_words,
    half_day_words,
    moment_words,
    near_day_words,
    time_words,
)

TODAY = date(2026, 12, 8)


def test_a_day_reads_as_month_day_and_weekday() -> None:
    assert day_words(date(2026, 12, 10)) == "12月10日(周四)"


def test_a_day_of_another_year_names_the_year() -> None:
    assert day_words(date(2027, 1, 3), TODAY) == "2027年1月3日(周日)"


def test_near_days_are_called_as_people_call_them() -> None:
    words = [near_day_words(date(2026, 12, day), TODAY) for day in (7, 8, 9, 10, 11)]
    assert words == ["12月7日(周一)", "今天", "明天", "后天", "12月11日(周五)"]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(9), "上午9点"),
        (time(14, 30), "下午2点半"),
        (time(12), "中午12点"),
        (time(19, 5), "晚上7点05分"),
        (time(7), "早上7点"),
        (time(0), "凌晨0点"),
    ],
)
def test_a_time_reads_as_people_say_it(at: time, words: str) -> None:
    assert time_words(at) == words


def test_a_moment_is_read_on_the_clock_of_shanghai() -> None:
    assert moment_words(datetime(2026, 12, 10, 1, tzinfo=UTC)) == "12月10日(周四)上午9点"


def test_half_a_day_reads_as_morning_or_afternoon() -> None:
    day = date(2026, 12, 10)
    assert (half_day_words(day, time(9)), half_day_words(day, time(15))) == (
        "12月10日(周四)上午",
        "12月10日(周四)下午",
    )
