"""What coordinators decide about single days in chat, and what they are asked; the page: test_calendar_desk."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.mail import Mail
from bot.domain.people import Grant, Person, Role
from bot.domain.schedule import CalendarException, DayKind, HolidayYear, MakeUpTask, TaskState, What
from bot.feature import Waits
from handlers.calendar.asks import waits
from tests.calendar_house import (
    BRANCH,
    OTHER,
    queued,
    rule,
    said,
    talk,
    texts,
    tick,
    town,
)
from tests.conftest import Community, labels

__all__ = ["town"]


def decisions(town: Community) -> list[CalendarException]:
    found: list[CalendarException] = town.all(
        select(CalendarException).order_by(CalendarException.id)
    )
    return found


def coordinator(town: Community) -> Person:
    found: Person = town.all(select(Person).where(Person.name == "韦红梅"))[0]
    return found


# ── in chat ─────────────────────────────────────────────────────────────────────────────────────


def test_a_day_is_moved_with_a_reason_and_members_read_where_to(town: Community) -> None:
    question = said(town, "c1", "改日程", "12月15日学习", "改期", "12月18日下午三点", "会议室维修")
    assert (
        question
        == "12月15日(周二)上午9点的学习日改到12月18日(周五)下午3点，原因：会议室维修，对吗？"
    )
    assert "已经改期" in said(town, "c1", "对")
    assert said(town, "m1", "学习日").startswith("下一个学习日是12月18日(周五)下午3点")
    assert "（原定12月15日，会议室维修）" in said(town, "m1", "学习日")
    assert (
        said(town, "m1", "15号学什么")
        == "12月15日(周二)的学习日改到12月18日(周五)下午3点了，请您留意。"
    )


async def test_a_moved_day_is_withdrawn_and_told_within_seconds(town: Community) -> None:
    """The clock doesn't leave for a minute what a coordinator has just decided."""
    tick(town, "2026-12-14T09:01")
    assert "12月15日" in str(town.fetch("m1"))
    await town.house.clock.turn()
    talk(town, "c1", "改日程", "12月15日学习", "改期", "12月18日下午三点", "会议室维修", "对")
    town.fetch("m1")
    await town.house.clock.turn()
    assert "改到12月18日" in str(town.fetch("m1"))
    looks: list[object] = []
    plan = town.house.clock.planning.seen
    town.house.clock.planning.seen = lambda *given: looks.append(given) or plan(*given)  # type: ignore[method-assign]
    await town.house.clock.turn()
    assert looks == []


def test_a_cancelled_day_is_answered_with_its_reason(town: Community) -> None:
    talk(town, "c1", "改日程", "12月15日学习", "取消这次", "台风", "对")
    assert said(town, "m1", "15号学什么") == "12月15日(周二)的学习日取消了：台风。"
    assert "2027年1月15日" in said(town, "m1", "学习日")
    (row,) = decisions(town)
    assert (row.what, row.by_id) == (What.CANCELLED, coordinator(town).id)


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("2026年11月20日", "已经过去"),
        ("明年8月1日", "太远"),
        ("随便", "哪一天"),
        ("12月15日", "本来就是"),
    ],
)
def test_a_new_day_that_cant_be_is_asked_for_again(town: Community, to: str, why: str) -> None:
    assert why in said(town, "c1", "改日程", "12月15日学习", "改期", to)
    assert "会看到" in said(town, "c1", "12月18日")


def test_a_change_is_taken_back_and_the_day_stands_as_before(town: Community) -> None:
    talk(town, "c1", "改日程", "12月15日学习", "改期", "12月18日", "会议室维修", "对")
    talk(town, "c1", "撤销", "撤销它")
    assert "12月15日" in said(town, "m1", "学习日")


def test_who_joined_is_told_of_a_change_even_before_any_reminder(town: Community) -> None:
    talk(town, "m1", "我参加", "对")
    talk(town, "c1", "改日程", "12月10日服务", "改期", "12月17日", "会议室维修", "对")
    talk(town, "c1", "撤销", "撤销它")
    assert texts(queued(town, Mail.VISIT)) == [
        "12月10日(周四)的志愿服务日改到12月17日(周四)上午9点，在一楼会议室：会议室维修。",
        "12月17日(周四)的志愿服务日改到12月10日(周四)上午9点，在一楼会议室。",
    ]


def test_who_is_on_leave_need_not_make_up_for_a_cancelled_day(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    talk(town, "c1", "改日程", "12月15日学习", "取消这次", "台风", "对")
    assert town.all(select(MakeUpTask))[0].state is TaskState.DROPPED
    talk(town, "c1", "撤销", "撤销它")
    assert town.all(select(MakeUpTask))[0].state is TaskState.OPEN


def test_the_wording_asked_again_changes_only_what_is_named(town: Community) -> None:
    talk(town, "c1", "改日程", "12月15日学习", "改期", "12月18日", "会议室维修", "改一下", "日子")
    assert "12月17日(周四)" in said(town, "c1", "12月17日")
    assert "已经改期" in said(town, "c1", "对")


def test_a_coordinator_of_another_branch_changes_nothing_here(town: Community) -> None:
    person = town.person("黄丽", Role.VOLUNTEER, address="c2")
    town.add(Grant(person_id=person.id, role=Role.COORDINATOR, branch_id=town.branch(OTHER).id))
    assert "没有排日程" in said(town, "c2", "改日程")


def test_who_looks_after_several_branches_is_asked_for_which(town: Community) -> None:
    rule(town, "2nd thu 15:00", DayKind.SERVICE, branch=OTHER)
    assert labels(talk(town, "c1", "改日程")[-1]) == ["三海街道离退休党", "双鹤社区离退休党"]
    talk(town, "c1", "2", "12月10日服务", "取消这次", "台风", "对")
    assert [row.branch_id for row in decisions(town)] == [town.branch(OTHER).id]


def test_members_change_nothing(town: Community) -> None:
    assert "联络员" in said(town, "m1", "改日程")


# ── adding in chat ──────────────────────────────────────────────────────────────────────────────


def test_a_day_is_added_in_chat_read_back_and_taken_back(town: Community) -> None:
    asked = said(town, "c1", "加日程", "活动", "重阳联欢", "12月15日上午10点", "节日")
    assert asked == (
        f"{BRANCH}加一次：12月15日(周二)上午10点重阳联欢，原因：节日。"
        "同一时间还有学习日（也在一楼会议室）。对吗？"
    )
    assert said(town, "c1", "对") == "加上了：12月15日，重阳联欢。会按时提醒。"
    assert "重阳联欢" in said(town, "m1", "下个月安排")
    talk(town, "c1", "撤销", "撤销它")
    assert "重阳联欢" not in said(town, "m1", "下个月安排")


@pytest.mark.parametrize(
    ("kind", "to", "why"),
    [
        ("学习日", "12月15日", "已经有学习日了"), ("志愿服务日", "2026年11月20日", "已经过去"),
        ("学习日", "随便", "哪一天"),
    ],
)  # fmt: skip
def test_a_day_that_cant_be_added_is_asked_for_again(
    town: Community, kind: str, to: str, why: str
) -> None:
    assert why in said(town, "c1", "加日程", kind, to)
    assert "原因" in said(town, "c1", "12月21日")


def test_members_add_nothing(town: Community) -> None:
    assert "联络员" in said(town, "m1", "加日程")


# ── holidays ────────────────────────────────────────────────────────────────────────────────────


def test_coordinators_are_asked_once_about_a_day_that_may_be_a_holiday(town: Community) -> None:
    for at in ("2027-01-04T08:00", "2027-01-04T09:00", "2027-01-04T09:05", "2027-01-05T09:00"):
        tick(town, at)
    asked = [row for row in queued(town, Mail.VISIT) if row.key.startswith("calendar:ask:")]
    assert texts(asked) == [
        "三海街道离退休党支部：2月11日(周四)的志愿服务日：可能是假期，待确认（春节）。照常还是改期？请说“改日程”来定。"
    ]


def test_what_may_be_a_holiday_stands_first_and_is_confirmed_by_a_word(town: Community) -> None:
    town.clock.set("2027-01-20T10:00")
    replies = talk(town, "c1", "改日程")
    assert replies[-1].text.startswith("有1天待您确认")
    assert labels(replies[-1])[0] == "2月11日服务"
    assert "照这一天办，对吗" in said(town, "c1", "1", "照常办")
    assert "照常办：2月11日(周四)的志愿服务日" in said(town, "c1", "对")
    assert "待确认" not in said(town, "m1", "2月的服务日是几号")


def test_a_confirmed_year_moves_the_service_day_and_the_coordinator_is_asked(
    town: Community,
) -> None:
    file = "2027,已确认\n2027-02-05..2027-02-13,放假,春节\n2027-02-14,上班,春节"
    town.add(HolidayYear(year=2027, text=file, confirmed=True, at=town.clock()))
    tick(town, "2027-01-20T09:00")
    assert "2月14日(周日)上午9点" in said(town, "m1", "2月的服务日是几号")
    asked = [row for row in queued(town, Mail.VISIT) if row.key.startswith("calendar:ask:")]
    assert "原定2月11日，春节放假，顺延到2月14日(周日)上午9点，行吗" in texts(asked)[0]


def test_a_moved_day_is_overridden_with_a_reason(town: Community) -> None:
    file = "2027,已确认\n2027-02-05..2027-02-13,放假,春节"
    town.add(HolidayYear(year=2027, text=file, confirmed=True, at=town.clock()))
    town.clock.set("2027-01-20T10:00")
    talk(town, "c1", "改日程", "1", "改期", "2月25日", "书记出差", "对")
    answer = said(town, "m1", "2月的服务日是几号")
    assert "2月25日(周四)上午9点，在一楼会议室（原定2月11日，书记出差）" in answer


def test_the_today_page_lists_days_in_doubt_and_overdue_make_up_tasks(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    now = town.clock() + timedelta(days=60)
    viewer = coordinator(town)
    found: list[Waits] = town.house.db.read_now(
        lambda s: list(waits(SessionRows(s), viewer, now, town.house.settings))
    )
    assert [one.title for one in found] == [
        f"{BRANCH}：2月11日(周四)的志愿服务日待定", "王秀英还没有补课",
    ]  # fmt: skip
    assert found[1].detail == "应在12月29日前补完"


def test_of_many_make_up_tasks_today_names_three_and_counts_the_others(town: Community) -> None:
    for n, name in enumerate(("韦建国", "农丽珍", "覃桂芳", "陆秀兰", "韦建国"), 2):
        town.person(name, address=f"m{n}")
        talk(town, f"m{n}", "请假", "对")
    now, viewer = town.clock() + timedelta(days=60), coordinator(town)
    found: list[Waits] = town.house.db.read_now(
        lambda s: list(waits(SessionRows(s), viewer, now, town.house.settings))
    )
    shown = [one.title for one in found if "补课" in one.title]
    namesake = town.all(select(Person.number).where(Person.name == "韦建国"))[0]
    assert shown == [
        f"韦建国（{namesake}）还没有补课", "农丽珍还没有补课", "覃桂芳还没有补课", "还有2次补课没有补完",
    ]  # fmt: skip
