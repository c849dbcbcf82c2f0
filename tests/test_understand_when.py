import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunar_python import Lunar, LunarYear, Solar

from bot.now import SHANGHAI
from bot.understand.when import NamedDay, When, merged, parse_when
from bot.understand.when.almanac import festival, lunar_months
from bot.understand.when.words import TERMS
from tests.understanding import score_dates
from tests.understanding.scoring_when import when as scored_when

WEDNESDAY = datetime(2026, 6, 10, 9, 0, tzinfo=SHANGHAI)
Row = dict[str, Any]
_DATA = Path(__file__).parent / "understanding"


def _rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (_DATA / name).read_text("utf-8").splitlines()]


def _right(row: Row) -> bool:
    found = scored_when(row["text"], row["ref"])
    return any(score_dates.one(want, found, "vague" in row["tags"])[1] for want in row["expect"])


def _parsed(
    text: str, prefer: Literal["future", "past"] = "future", named: NamedDay | None = None
) -> When:
    found = parse_when(text, WEDNESDAY, prefer=prefer, named=named)
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["学习日", "学习日是哪天", "服务日几点", "服务日什么时候"])
def test_who_asks_for_a_day_of_the_calendar_names_none(text: str) -> None:
    assert parse_when(text, WEDNESDAY, named=lambda _, first: first) is None


@pytest.mark.parametrize("row", _rows("dates_sample.jsonl"), ids=lambda row: row["text"])
def test_the_shared_sample_is_read_rightly(row: Row) -> None:
    assert _right(row)


def test_our_own_wordings_are_read_rightly() -> None:
    """All in one: a test each took longer than reading them."""
    assert not [row["text"] for row in _rows("dates_own.jsonl") if not _right(row)]


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("明天下半日", "2026-06-11T13:00:00"),
        ("下周三上晌", "2026-06-17T08:00:00"),
        ("早上改下午", "2026-06-10T13:00:00"),
        ("明天上午改下午", "2026-06-11T13:00:00"),
        ("周五？不，周六", "2026-06-13T00:00:00"),
        ("原来周四，现在周五", "2026-06-12T00:00:00"),
        ("早上七点到九点", "2026-06-11T07:00:00"),
        ("下午三点我要接孙子，两点来", "2026-06-10T14:00:00"),
        ("礼拜三以后来", "2026-06-11T00:00:00"),
        ("三天后来", "2026-06-13T00:00:00"),
        ("周四周五都行，最好周五", "2026-06-12T00:00:00"),
        ("过了端午来吧", "2026-06-20T00:00:00"),
    ],
)
def test_halves_of_the_day_and_changes_are_followed(said: str, start: str) -> None:
    found = scored_when(said, "2026-06-10T09:00")
    assert found is not None
    assert found["start"] == start


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("周一学的", date(2026, 6, 8)),
        ("五月二十号学了", date(2026, 5, 20)),
        ("三号来过", date(2026, 6, 3)),
        ("星期一没来", date(2026, 6, 8)),
        ("周一不来学习了", date(2026, 6, 15)),
        ("周一来，上次没去", date(2026, 6, 15)),
    ],
)
def test_what_was_done_lies_behind_even_where_a_booking_is_thought_of(said: str, day: date) -> None:
    assert _parsed(said).day == day


def test_what_lasts_until_a_day_is_read_with_its_end() -> None:
    assert scored_when("从十二号请假到十五号", "2026-06-10T09:00") == {
        "start": "2026-06-12T00:00:00",
        "end": "2026-06-16T00:00:00",
    }


def test_a_day_that_is_only_refused_is_none_but_the_day_of_a_leave_stays() -> None:
    assert parse_when("周一不行", WEDNESDAY) is None
    assert parse_when("端午安康", WEDNESDAY) is None
    assert _parsed("周一没空").day == date(2026, 6, 15)


def test_what_is_found_is_aware_and_in_shanghai() -> None:
    found = _parsed("明天下午三点")
    assert found.start.utcoffset() == timedelta(hours=8)
    assert (found.kind, found.day) == ("moment", date(2026, 6, 11))


def test_the_moment_of_the_message_may_be_in_any_zone() -> None:
    late = datetime(2026, 6, 10, 17, 30, tzinfo=UTC)
    found = parse_when("明天", late)
    assert found is not None
    assert found.day == date(2026, 6, 12)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("后天上午九点半", "moment"),
        ("下礼拜三下午", "period"),
        ("六月二十号", "day"),
        ("这个周末", "days"),
        ("过两天", "vague"),
        ("月底", "vague"),
    ],
)
def test_the_kind_tells_how_sharp_the_words_were(said: str, kind: str) -> None:
    assert _parsed(said).kind == kind


def test_a_booking_lies_ahead_and_a_record_behind() -> None:
    assert _parsed("星期二").day == date(2026, 6, 16)
    assert _parsed("星期二", prefer="past").day == date(2026, 6, 9)
    assert _parsed("三月八号", prefer="past").day == date(2026, 3, 8)


@pytest.mark.parametrize("said", ["这个月十五", "下月初三", "明天或者后天"])
def test_other_readings_are_told_so_that_one_can_ask(said: str) -> None:
    assert _parsed(said).ambiguous


def test_a_date_and_a_weekday_that_do_not_fit_are_both_told() -> None:
    found = _parsed("6月20日星期五")
    assert [found.day, *(other.day for other in found.ambiguous)] == [
        date(2026, 6, 20),
        date(2026, 6, 26),
    ]


def test_hours_alone_are_marked_and_join_a_day() -> None:
    hours, day = _parsed("下午三点"), _parsed("下礼拜三")
    assert (hours.has_day, day.has_hour) == (False, False)
    assert merged(day, hours).start == datetime(2026, 6, 17, 15, tzinfo=SHANGHAI)


def test_a_named_day_is_asked_of_the_calendar_that_knows_it() -> None:
    def named(word: str, since: date) -> date | None:
        return date(2026, 7, 9) if word == "服务日" and since == WEDNESDAY.date() else None

    assert _parsed("服务日上午九点", named=named).start.day == 9
    assert _parsed("服务日前一天", named=named).day == date(2026, 7, 8)
    assert parse_when("服务日", WEDNESDAY) is None


def test_a_named_day_of_a_month_is_asked_about_where_no_calendar_is_known() -> None:
    def named(word: str, since: date) -> date:
        return date(since.year, since.month, 9)

    assert _parsed("下个月的服务日", named=named).day == date(2026, 7, 9)
    assert parse_when("下个月的服务日", WEDNESDAY) is None


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("端午后星期一上午九点", date(2026, 6, 22)),
        ("端午前的星期天", date(2026, 6, 14)),
        ("国庆假期最后一天", date(2026, 10, 7)),
        ("明年第一天", date(2027, 1, 1)),
        ("过了七一", date(2026, 7, 2)),
        ("国庆三天后", date(2026, 10, 4)),
        ("八月十五中秋节", date(2026, 9, 25)),
    ],
)
def test_days_are_counted_from_a_festival_or_year(said: str, day: date) -> None:
    assert _parsed(said).day == day


@pytest.mark.parametrize("said", ["农历七月三十", "明天三天后", "原定十六号的现在想提前一天"])
def test_what_no_day_is_certain_for_is_asked_about(said: str) -> None:
    # The lunar July of 2026 has 29 days; a day that more is said of than was read is no answer.
    assert parse_when(said, WEDNESDAY) is None


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("打针打到下周三下周四可以出门", date(2026, 6, 18)),
        ("我想初一那天去庙里你们初二来", date(2026, 6, 16)),
        ("三月三那阵子你们来过一次今年重阳再来吧", date(2026, 10, 18)),
    ],
)
def test_a_day_taken_or_gone_by_is_not_the_one_wished(said: str, day: date) -> None:
    assert _parsed(said).day == day


def test_a_day_without_its_sign_that_is_over_is_the_one_by_the_moon() -> None:
    # 八月十四 said three days before 中秋; with 号 it is next year's August.
    september = datetime(2026, 9, 22, 10, 0, tzinfo=SHANGHAI)
    near, written = parse_when("八月十四", september), parse_when("八月十四号", september)
    assert near is not None
    assert near.day == date(2026, 9, 24)
    assert [other.day for other in near.ambiguous] == [date(2027, 8, 14)]
    assert written is not None
    assert written.day == date(2027, 8, 14)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("明天下午的课我去不了了后天补行吗", date(2026, 6, 12)),
        ("别周三来周四来", date(2026, 6, 11)),
        ("我想把十五号的走访换到二十号", date(2026, 6, 20)),
        ("上次是上周三来的这次想约下周三", date(2026, 6, 17)),
        ("老头子礼拜五出院想请你们下礼拜二下午过来行不行", date(2026, 6, 16)),
        ("下周三，不，下周四", date(2026, 6, 18)),
        ("是周三，不是周四", date(2026, 6, 10)),
        ("明天就不要来了，后天再来", date(2026, 6, 12)),
        ("割禾割到礼拜四，礼拜五过来", date(2026, 6, 12)),
        ("周五要去医院周六才有空", date(2026, 6, 13)),
        ("国庆三号", date(2026, 10, 3)),
        ("下周三不行，周五吧", date(2026, 6, 19)),
        ("两周后的星期五", date(2026, 6, 26)),
    ],
)
def test_of_several_days_the_one_asked_for_is_taken(said: str, day: date) -> None:
    assert _parsed(said).day == day


def test_hours_of_a_day_that_is_off_do_not_move_to_another() -> None:
    assert _parsed("明天下午的课我去不了了后天补行吗").kind == "day"


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("上午九点半，不对，十点半", 10.5, 10.5),
        ("上午不行下午可以", 13, 18),
        ("一早要去赶圩下午才得空", 13, 18),
        ("差十分钟十点，上午", 9 + 50 / 60, 9 + 50 / 60),
        ("下午三点踏半", 15.5, 15.5),
    ],
)
def test_of_several_hours_those_meant_are_taken(said: str, start: float, end: float) -> None:
    found = _parsed(said)
    midnight = datetime.combine(found.day, datetime.min.time(), SHANGHAI)
    hours = [(moment - midnight) / timedelta(hours=1) for moment in (found.start, found.end)]
    assert hours == pytest.approx([start, end])


def test_corrected_days_keep_the_hour_that_was_said() -> None:
    assert _parsed("周四上午九点，不对，是周五").start == datetime(2026, 6, 12, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("从下周一开始一个星期", date(2026, 6, 15), date(2026, 6, 21)),
        ("请三天假，从后天起", date(2026, 6, 12), date(2026, 6, 14)),
        ("明天后天大后天", date(2026, 6, 11), date(2026, 6, 13)),
        ("十五、十六、十七号", date(2026, 6, 15), date(2026, 6, 17)),
        ("下周三去南宁，周五回来", date(2026, 6, 17), date(2026, 6, 19)),
        ("下周一到五", date(2026, 6, 15), date(2026, 6, 19)),
        ("国庆放假头三天", date(2026, 10, 1), date(2026, 10, 3)),
    ],
)
def test_a_stretch_has_its_first_and_last_day(said: str, first: date, last: date) -> None:
    found = _parsed(said)
    assert (found.day, (found.end - timedelta(1)).date(), found.kind) == (first, last, "days")


def test_of_days_that_tell_no_wish_none_is_guessed() -> None:
    assert parse_when("十号交电费，十五号交水费", WEDNESDAY) is None


def test_days_offered_side_by_side_are_all_told() -> None:
    found = _parsed("周四上午，周五下午")
    assert [found.day, *(other.day for other in found.ambiguous)] == [
        date(2026, 6, 11),
        date(2026, 6, 12),
    ]


@pytest.mark.parametrize("said", ["下个圩日下午", "我孙子结婚那天下午三点", "老时间三点"])
def test_hours_of_a_day_nobody_here_knows_are_asked_about(said: str) -> None:
    assert parse_when(said, WEDNESDAY) is None


def test_the_lunar_table_agrees_with_the_library_it_came_from() -> None:
    for year in (*range(1900, 2000, 9), *range(2000, 2051), *range(2055, 2101, 9)):
        for month in LunarYear.fromYear(year).getMonths():
            if month.getYear() == year:
                first = Solar.fromJulianDay(month.getFirstJulianDay())
                found = lunar_months(year)[month.getMonth()]
                assert (str(found.first), found.days) == (first.toYmd(), month.getDayCount())


def test_the_solar_terms_agree_with_the_library_they_came_from() -> None:
    for year in (1900, 1987, *range(2020, 2041), 2100):
        table = Lunar.fromYmd(year, 6, 1).getJieQiTable()
        for name in TERMS:
            there = table["DONG_ZHI" if name == "冬至" else name]
            assert str(festival(name, year)) == there.toYmd()


def test_a_day_only_excluded_is_no_answer() -> None:
    assert parse_when("除了周三都可以", WEDNESDAY) is None


def test_the_last_day_of_the_year_is_called_thirty_also_in_a_short_month() -> None:
    assert _parsed("腊月三十").day == _parsed("除夕").day == date(2027, 2, 5)


@pytest.mark.parametrize("said", ["《十月》有没有", "血压140/90", "电话0771-5333333", "党龄五十年"])
def test_numbers_that_are_no_date_are_left_alone(said: str) -> None:
    assert parse_when(said, WEDNESDAY) is None


_PIECES = "一二三十廿初月号日年星期礼拜周天点半刻到或前后上下这个农历正腊今明早晚差过第几0123456789:./- 闰底"


@given(st.text(max_size=80) | st.text(_PIECES, max_size=24))
def test_no_text_makes_it_raise(said: str) -> None:
    for found in (parse_when(said, WEDNESDAY), parse_when(said, WEDNESDAY, prefer="past")):
        assert found is None or found.start <= found.end


@given(st.dates(date(2026, 6, 10), date(2099, 12, 31)))
def test_a_written_date_is_read_as_that_day(day: date) -> None:
    for said in (day.isoformat(), f"{day.year}年{day.month}月{day.day}号", f"{day:%Y%m%d}"):
        assert _parsed(said).day == day


def test_next_wednesday_said_on_a_sunday_is_the_later_one() -> None:
    found = parse_when("下星期三下午请人来看看我妈", datetime(2026, 11, 22, 9, tzinfo=SHANGHAI))
    assert found is not None
    assert found.day == date(2026, 12, 2)
