"""The calendar as a pure function of rules, decisions and the plan."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.holidays import Holidays, Placing, known
from bot.domain.people import Branch
from bot.domain.schedule import (
    By,
    CalendarException,
    CalendarRule,
    Day,
    DayKind,
    Held,
    Leave,
    MakeUpTask,
    Sheet,
    StudyPlan,
    TaskState,
    What,
)

BRANCH = Branch(id=1, name="三海街道离退休党支部", place="一楼会议室")
OTHER = Branch(id=2, name="双鹤社区离退休党支部", place="二楼")
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
BY = By(NOW, 7, "会议室维修")
IDS = itertools.count(1)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
SERVICE_2026 = [
    f"{month:02d}-{day:02d}"
    for month, day in enumerate((8, 12, 12, 9, 14, 11, 9, 13, 10, 8, 12, 10), 1)
]


def rule(
    text: str, kind: DayKind = DayKind.STUDY, branch: Branch = BRANCH, **more: str
) -> CalendarRule:
    """A rule as it stands in the database."""
    values = {"place": "", "topic": ""} | more
    return CalendarRule(
        id=next(IDS),
        branch_id=branch.id,
        branch=branch,
        kind=kind,
        rule=text,
        created_at=NOW,
        **values,
    )


def held(
    sheet: Sheet, span: tuple[date, date] = DECEMBER, holidays: Holidays | None = None
) -> list[Day]:
    """What is held in `span`."""
    days = schedule.calendar_of(sheet, *span, holidays or known())
    return [d for d in days if not d.cancelled and span[0] <= d.day <= span[1]]


def one(text: str = "15 09:00", kind: DayKind = DayKind.STUDY) -> tuple[CalendarRule, Day]:
    """A rule and its day in December 2026."""
    row = rule(text, kind)
    return row, held(Sheet([row], []))[0]


def sheet_after(row: CalendarRule, *decisions: CalendarException) -> Sheet:
    for number, decision in enumerate(decisions, 1):
        decision.id = number
    return Sheet([row], decisions)


# ── rules ───────────────────────────────────────────────────────────────────────────────────────


def test_the_service_days_of_2026_are_its_second_thursdays() -> None:
    days = held(Sheet([rule("2nd thu 09:00", DayKind.SERVICE)], []), YEAR)
    assert [f"{d.day:%m-%d}" for d in days] == SERVICE_2026
    assert all(d.moved_from is None and d.state is Placing.ORDINARY for d in days)


@pytest.mark.parametrize(
    ("named", "day"), [("2020-10-08", "2020-10-09"), ("2021-02-11", "2021-02-18")]
)
def test_a_service_day_on_a_holiday_goes_to_the_next_working_day(named: str, day: str) -> None:
    first = date.fromisoformat(named)
    off = {first + timedelta(days=n): "放假" for n in range((date.fromisoformat(day) - first).days)}
    holidays = Holidays(off, frozenset(), frozenset({first.year}))
    found = held(
        Sheet([rule("2nd thu", DayKind.SERVICE)], []), (first, first + timedelta(days=9)), holidays
    )
    assert [(str(d.day), d.moved_from, d.state) for d in found] == [(day, first, Placing.MOVED)]


def test_an_unconfirmed_year_moves_nothing_and_says_that_it_may_be_a_holiday() -> None:
    span = (date(2027, 2, 1), date(2027, 2, 28))
    found = held(Sheet([rule("2nd thu 09:00", DayKind.SERVICE)], []), span)
    assert [(d.day, d.state) for d in found] == [(date(2027, 2, 11), Placing.MAYBE_HOLIDAY)]
    assert found[0].reason == "可能是假期，待确认（春节）"


def test_a_study_day_stays_on_a_holiday_and_is_asked_about() -> None:
    span = (date(2026, 2, 1), date(2026, 2, 28))
    found = held(Sheet([rule("15 09:00")], []), span)
    assert [(d.day, d.state, d.reason) for d in found] == [
        (date(2026, 2, 15), Placing.STUCK, "春节放假，待确认")
    ]


def test_a_study_day_on_a_plain_weekend_is_ordinary() -> None:
    found = held(Sheet([rule("15 09:00")], []), (date(2026, 11, 1), date(2026, 11, 30)))
    assert [(d.day.weekday(), d.asks) for d in found] == [(6, False)]


def test_several_rules_of_a_branch_and_of_others_stand_side_by_side() -> None:
    rows = [
        rule("15 09:00"), rule("2nd thu", DayKind.SERVICE), rule("15 15:00", branch=OTHER),
        rule("last fri", DayKind.EVENT, topic="合唱"),
    ]  # fmt: skip
    found = held(Sheet(rows, []))
    assert [(d.day.day, d.title, d.branch_id) for d in found] == [
        (10, "志愿服务日", 1), (15, "学习日", 1), (15, "学习日", 2), (25, "合唱", 1),
    ]  # fmt: skip


def test_two_rules_on_one_day_make_one_study_day_but_two_events() -> None:
    study = [rule("15 09:00"), rule("3rd tue 10:00")]
    assert len(held(Sheet(study, []))) == 1
    events = [
        rule("15 09:00", DayKind.EVENT, topic="太极"),
        rule("15 15:00", DayKind.EVENT, topic="合唱"),
    ]
    assert [d.title for d in held(Sheet(events, []))] == ["太极", "合唱"]


def test_the_place_is_the_branchs_unless_rule_or_plan_say_another() -> None:
    plain, own = rule("15 09:00"), rule("16 09:00", DayKind.EVENT, place="活动室", topic="棋")
    plan = StudyPlan(
        branch_id=1, kind=DayKind.STUDY, day=date(2026, 12, 15), topic="《矛盾论》", place="", material="笔"
    )  # fmt: skip
    first, second = held(Sheet([plain, own], [], [plan]))
    assert (first.place, first.topic, first.material) == ("一楼会议室", "《矛盾论》", "笔")
    assert second.place == "活动室"


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 400), st.integers(0, 200))
def test_the_calendar_doesnt_depend_on_how_the_time_is_cut(start: date, n: int, cut: int) -> None:
    rows = [rule("2nd thu 09:00", DayKind.SERVICE), rule("31 15:00")]
    last, middle = start + timedelta(days=n), start + timedelta(days=min(cut, n))
    sheet, after = Sheet(rows, []), middle + timedelta(days=1)
    parts = held(sheet, (start, middle)) + (held(sheet, (after, last)) if after <= last else [])
    assert parts == held(sheet, (start, last))


# ── decisions ───────────────────────────────────────────────────────────────────────────────────


def test_a_moved_day_is_held_once_with_its_reason() -> None:
    row, day = one()
    moved = schedule.move(day, Held(date(2026, 12, 17), time(15)), BY, [day])
    (found,) = held(sheet_after(row, moved))
    assert (found.day, found.at, found.moved_from) == (date(2026, 12, 17), time(15), day.day)
    assert found.reason == "会议室维修"


def test_a_day_moved_into_another_month_is_found_there_and_not_in_its_own() -> None:
    row, day = one()
    sheet = sheet_after(row, schedule.move(day, Held(date(2027, 1, 5)), BY, []))
    assert held(sheet) == []
    january = held(sheet, (date(2027, 1, 1), date(2027, 1, 10)))
    assert [d.moved_from for d in january] == [day.day]


def test_of_two_decisions_the_last_holds() -> None:
    row, day = one()
    first = schedule.move(day, Held(date(2026, 12, 17)), BY, [])
    (moved,) = held(sheet_after(row, first))
    back = schedule.move(moved, Held(day.day), BY, [])
    (found,) = held(sheet_after(row, first, back))
    assert (found.day, found.moved_from) == (day.day, None)


def test_a_cancelled_day_is_marked_and_not_held() -> None:
    row, day = one()
    sheet = sheet_after(row, schedule.cancel(day, By(NOW, 7, "台风")))
    assert held(sheet) == []
    (found,) = schedule.calendar_of(sheet, *DECEMBER, known())
    assert (found.cancelled, found.reason) == (True, "台风")


def test_a_kept_day_is_no_longer_asked_about() -> None:
    row = rule("2nd thu 09:00", DayKind.SERVICE)
    span = (date(2027, 2, 1), date(2027, 2, 28))
    (unsure,) = held(Sheet([row], []), span)
    (found,) = held(sheet_after(row, schedule.keep(unsure, BY)), span)
    assert (found.day, found.asks) == (unsure.day, False)


def test_a_kept_day_stays_when_the_years_file_arrives() -> None:
    row = rule("2nd thu 09:00", DayKind.SERVICE)
    span = (date(2027, 2, 1), date(2027, 2, 28))
    kept = schedule.keep(held(Sheet([row], []), span)[0], BY)
    arrived = known(("2027,已确认\n2027-02-05..2027-02-13,放假,春节",))
    assert held(Sheet([row], []), span, arrived)[0].day == date(2027, 2, 15)
    assert held(sheet_after(row, kept), span, arrived)[0].day == date(2027, 2, 11)


def test_an_added_day_stands_in_the_calendar_and_can_be_moved() -> None:
    day = Held(date(2026, 12, 20), time(15), "", "联欢")
    added = schedule.add_day(BRANCH, DayKind.EVENT, day, BY, [])
    added.id = 5
    (found,) = held(Sheet([], [added]))
    assert (found.day, found.title, found.place) == (date(2026, 12, 20), "联欢", "一楼会议室")
    moved = schedule.move(found, Held(date(2026, 12, 22)), BY, [])
    assert [d.day.day for d in held(Sheet([], [added, moved]))] == [22]


def test_an_ended_rule_takes_its_later_decisions_with_it() -> None:
    row, day = one()
    moved = schedule.move(day, Held(date(2027, 1, 5)), BY, [])
    row.rule = schedule.ended(row, date(2026, 12, 1))
    assert held(sheet_after(row, moved), (date(2026, 12, 2), date(2027, 1, 31))) == []


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (date(2026, 11, 20), "已经过去"),
        (date(2027, 3, 1), "太远"),
        (date(2026, 12, 15), "本来就是"),
        (date(2026, 12, 10), "已经有学习日"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(to: date, why: str) -> None:
    _, day = one()
    taken = replace(day, day=date(2026, 12, 10), source="rule:99")
    with pytest.raises(Refused, match=why):
        schedule.move(day, Held(to), BY, [taken])


def test_nothing_is_moved_cancelled_or_added_without_a_reason() -> None:
    _, day = one()
    by, to = By(NOW, 7, " "), Held(date(2026, 12, 17))
    with pytest.raises(Refused, match="原因"):
        schedule.move(day, to, by, [])
    with pytest.raises(Refused, match="原因"):
        schedule.cancel(day, by)
    with pytest.raises(Refused, match="原因"):
        schedule.add_day(BRANCH, DayKind.STUDY, to, by, [])


def test_what_is_past_or_cancelled_is_not_decided_about() -> None:
    _, day = one()
    late = By(NOW + timedelta(days=60), 7, "迟了")
    with pytest.raises(Refused, match="已经过去"):
        schedule.cancel(day, late)
    with pytest.raises(Refused, match="已经取消"):
        schedule.cancel(replace(day, cancelled=True), BY)


def test_an_added_day_needs_a_future_and_an_event_its_name() -> None:
    with pytest.raises(Refused, match="已经过去"):
        schedule.add_day(BRANCH, DayKind.STUDY, Held(date(2026, 11, 1)), BY, [])
    with pytest.raises(Refused, match="什么活动"):
        schedule.add_day(BRANCH, DayKind.EVENT, Held(date(2026, 12, 1)), BY, [])


def test_a_decision_is_taken_back_once_and_in_time() -> None:
    _, day = one()
    decision = schedule.cancel(day, BY)
    with pytest.raises(Refused, match="过去"):
        schedule.take_back(decision, By(NOW + timedelta(days=60), 7))
    schedule.take_back(decision, BY)
    assert decision.taken_back_at == NOW
    with pytest.raises(Refused, match="撤销过"):
        schedule.take_back(decision, BY)


# ── rules and files as they are added ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["胡说", "2026-01-01 09:00", "anniversary of joined"])
def test_a_rule_that_names_no_day_to_come_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        schedule.add_rule(BRANCH, DayKind.STUDY, text, BY, [])


def test_the_same_rule_is_not_added_twice() -> None:
    row = schedule.add_rule(BRANCH, DayKind.STUDY, "每月15日 上午9点", BY, [])
    assert row.rule == "15 09:00"
    with pytest.raises(Refused, match="已经有"):
        schedule.add_rule(BRANCH, DayKind.STUDY, "15 09:00", BY, [row])


def test_a_rule_shows_its_next_twelve_days() -> None:
    days = schedule.next_of(rule("2nd thu", DayKind.SERVICE), date(2025, 12, 31), known())
    assert [f"{d:%m-%d}" for d in days] == SERVICE_2026


def test_a_holiday_file_is_kept_as_it_was_written() -> None:
    row = schedule.holiday_year("2027,未确认\n2027-02-06,放假,春节", BY)
    assert (row.year, row.confirmed, row.by_id) == (2027, False, 7)
    with pytest.raises(Refused, match="第2行"):
        schedule.holiday_year("2027,已确认\n乱", BY)


# ── make-up tasks and reminders ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("moved", "state"), [(0, TaskState.OPEN), (2, TaskState.DROPPED), (None, TaskState.DROPPED)]
)
def test_nobody_makes_up_for_a_day_not_held_as_planned(moved: int | None, state: TaskState) -> None:
    _, day = one()
    task = MakeUpTask(leave=Leave(day=day.day, ended_at=None), state=TaskState.OPEN)
    after = None if moved is None else replace(day, day=day.day + timedelta(days=moved))
    schedule.follow([task], after)
    assert task.state is state


def test_a_task_that_is_done_stays_done() -> None:
    task = MakeUpTask(leave=Leave(day=date(2026, 12, 15), ended_at=None), state=TaskState.DONE)
    schedule.follow([task], None)
    assert task.state is TaskState.DONE


class Times:
    lead_days = (1, 3)
    remind_at = time(9)
    morning_at = time(7, 30)
    starts = time(8)


def test_people_are_reminded_three_days_before_the_day_before_and_in_the_morning() -> None:
    leads = list(schedule.leads(date(2026, 12, 10), Times()))
    assert [lead.name for lead in leads] == ["T-3", "T-1", "day"]
    assert [lead.at.isoformat() for lead in leads] == [
        "2026-12-07T09:00:00+08:00", "2026-12-09T09:00:00+08:00", "2026-12-10T07:30:00+08:00",
    ]  # fmt: skip


def test_a_day_without_an_hour_begins_when_the_settings_say() -> None:
    _, day = one("15")
    assert schedule.begins(day, Times()).isoformat() == "2026-12-15T08:00:00+08:00"
    assert schedule.when_words(day) == "12月15日(周二)"


# ── words ───────────────────────────────────────────────────────────────────────────────────────


def test_the_longest_day_fits_into_one_message() -> None:
    _, day = one()
    full = replace(
        day,
        place="地" * 50,
        topic="题" * 50,
        material="料" * 50,
        reason="因" * 50,
        moved_from=day.day,
    )
    assert len(schedule.whole(full, date(2026, 11, 22))) <= 100


@pytest.mark.parametrize(
    ("state", "words"), [(Placing.MAYBE_HOLIDAY, "可能是假期"), (Placing.STUCK, "正逢放假")]
)
def test_an_uncertain_day_says_so(state: Placing, words: str) -> None:
    _, day = one()
    unsure = replace(day, state=state)
    assert words in schedule.whole(unsure, date(2026, 11, 22))
    assert "待确认" in schedule.line(unsure, date(2026, 11, 22))


def test_an_event_is_called_by_what_it_is() -> None:
    _, day = one()
    assert replace(day, kind=DayKind.EVENT, topic="合唱").title == "合唱"
    assert replace(day, kind=DayKind.COLLECTIVE).title == "集体政治生日"


def test_a_decision_knows_what_it_is() -> None:
    _, day = one()
    assert schedule.cancel(day, BY).what is What.CANCELLED
    assert schedule.keep(day, By(NOW, 7)).to_day == day.day
