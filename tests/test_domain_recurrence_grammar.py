"""How rules are written, read back and refused."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base import Refused
from bot.domain.holidays import read_year
from bot.domain.recurrence import Offset, Pause, Rule, describe, parse_rule
from bot.domain.recurrence.grammar import KINDS
from bot.domain.recurrence.monthly import LastDay, Monthly, NthWeekday
from bot.domain.recurrence.weekly import Daily, EveryWeeks, Once, Weekly
from bot.domain.recurrence.yearly import Anniversary, LunarDate, Yearly

DOC = (Path(__file__).parent.parent / "docs" / "calendar-rules.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", DOC, re.MULTILINE)

some_day = st.dates(date(1950, 1, 1), date(2099, 12, 31))


def some_set(low: int, high: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Ascending numbers, each once."""
    numbers = st.sets(st.integers(low, high), min_size=1, max_size=4)
    return numbers.map(lambda chosen: tuple(sorted(chosen)))


ordinals = some_set(1, 6).map(lambda chosen: tuple(-1 if n == 6 else n for n in chosen))
leap_rules = st.sampled_from(["feb28", "mar01"])
kinds = st.one_of(
    st.builds(Once, some_day),
    st.just(Daily()),
    st.builds(Weekly, some_set(0, 6)),
    st.builds(EveryWeeks, st.integers(1, 52), some_day),
    st.builds(Monthly, some_set(1, 31)),
    st.builds(LastDay, st.booleans()),
    st.builds(NthWeekday, ordinals, st.integers(0, 6)),
    st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: Yearly(day.month, day.day)),
    st.builds(Anniversary, st.sampled_from(["joined", "full", "born"]) | some_day, leap_rules),
    st.builds(LunarDate, st.integers(1, 12), st.integers(1, 30), st.booleans()),
)
pauses = st.builds(
    lambda start, length: Pause(start, length and start + timedelta(days=length)),
    some_day,
    st.none() | st.integers(1, 90),
)
rules = st.builds(
    Rule,
    kinds,
    st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.none()
    | st.builds(Offset, st.integers(1, 366), st.sampled_from(["before", "after", "around"])),
    st.sampled_from([None, "skip", "shift"]),
    st.none() | some_day,
    st.lists(pauses, max_size=2).map(tuple),
)


@given(rules)
@settings(deadline=None)
def test_a_rule_is_read_back_from_its_canonical_text(rule: Rule) -> None:
    assert parse_rule(str(rule)) == rule


@given(rules)
@settings(deadline=None)
def test_a_rule_is_read_back_from_its_chinese_description(rule: Rule) -> None:
    assert parse_rule(describe(rule)) == rule


@pytest.mark.parametrize(("english", "chinese", "kept"), ROWS)
def test_every_example_of_the_docs_means_the_same_in_both_languages(
    english: str, chinese: str, kept: str
) -> None:
    assert str(parse_rule(english)) == kept
    assert parse_rule(chinese) == parse_rule(english)


def test_the_docs_show_every_kind() -> None:
    shown = {type(parse_rule(english).when) for english, _, _ in ROWS}
    assert shown == set(KINDS)


def test_the_long_example_of_the_docs_is_a_rule_as_it_stands() -> None:
    found = re.search(r"All together: `(.+?)`", DOC)
    assert found
    assert str(parse_rule(found[1])) == found[1]


def test_the_holiday_file_of_the_docs_is_read() -> None:
    found = re.search(r"```\n(2026.+?)```", DOC, re.DOTALL)
    assert found
    assert len(read_year(found[1]).off) == 9


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Every Monday and Thursday, 9:00", "mon,thu 09:00"),
        ("second Thursday", "2nd thu"),
        ("first,third,fourth,fifth wednesday", "1st,3rd,4th,5th wed"),
        ("until 2030/1/1 shift holidays 9:05 2nd thu", "2nd thu 09:05 shift holidays until 2030-01-01"),
        ("每月第二個禮拜四上午九點", "2nd thu 09:00"),
        ("每月第2个周四 ９：００", "2nd thu 09:00"),
        ("每个月的第二个星期四", "2nd thu"),
        ("每星期天十点一刻", "sun 10:15"),
        ("每周三 晚上七点三刻", "wed 19:45"),
        ("每天 中午十二点半", "daily 12:30"),
        ("每天 中午1点", "daily 13:00"),
        ("每天 凌晨12点05分", "daily 00:05"),
        ("每月底 15点", "last day 15:00"),
        ("每两周，从2026.9.7起", "every 2 weeks from 2026-09-07"),
        ("二〇二六年十一月二十二日", "2026-11-22"),
        ("每年农历九月初九（重阳节）", "lunar 9-9"),
        ("正月十五", "lunar 1-15"),
        ("腊月廿三", "lunar 12-23"),
        ("农历冬月廿", "lunar 11-20"),
        ("生日提前3天", "3 days before anniversary of born"),
        ("从2027年1月1日起暂停，每天", "daily pause 2027-01-01.."),
        ("每天 暂停2027年1月1日到2027年1月3日", "daily pause 2027-01-01..2027-01-03"),
        ("1 days before 2nd thu", "1 day before 2nd thu"),
    ],
)  # fmt: skip
def test_a_rule_is_read_as_people_type_it(typed: str, kept: str) -> None:
    assert str(parse_rule(typed)) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "没看懂"),
        ("2th thu", "没看懂“2th thu”。可以这样写：每月第二个星期四 09:00"),
        ("until 2030-01-01", "没看懂"),
        ("15 until 2030-01-01 until 2031-01-01", "没看懂"),
        ("每月第六个星期一", "没看懂"),
        ("每月第二周的星期四", "“第二周”说不清是哪一天，请写成：每月第二个星期四"),
        ("每月32日", "1到31"),
        ("每年2月30日", "没有“2月30日”这一天"),
        ("2026-02-30", "没有“2026-02-30”这一天"),
        ("2226-02-03", "年份不对"),
        ("daily 24:00", "没有“24:00”这个时间"),
        ("每天晚上12点", "说不清"),
        ("every 60 weeks from 2026-09-07", "1到52周"),
        ("fri-mon", "先后不对"),
        ("农历十三月初一", "农历没有这一天"),
        ("农历九月", "农历没有这一天"),
        ("999 days before daily", "1到366天"),
        ("daily pause 2027-02-01..2027-01-01", "暂停的结束日子早于开始日子"),
        ("每月二十五十日", "没看懂“二十五十”"),
        ("每天" * 200, "太长了"),
    ],
)
def test_what_is_not_understood_is_refused_with_an_example(typed: str, said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)):
        parse_rule(typed)


def test_a_description_is_what_a_coordinator_would_say() -> None:
    rule = parse_rule("2nd thu 09:00")
    assert describe(rule) == "每月第二个星期四 上午9点"
    whole = replace(rule, on_holiday="shift", until=date(2030, 12, 31), at=time(14, 30))
    assert describe(whole) == "每月第二个星期四 下午2点半，遇节假日顺延，到2030年12月31日为止"
