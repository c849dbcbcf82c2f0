"""What coordinators decide about single days, in chat and on their page, and what they are asked."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.people import Grant, Person, Role
from bot.domain.schedule import CalendarException, DayKind, HolidayYear, MakeUpTask, TaskState, What
from bot.engine.turn import drive
from bot.feature import Look, Waits
from bot.parts import Form, Table
from bot.talk import Said, Talk
from handlers.calendar import pages
from handlers.calendar.asks import waits
from tests.calendar_house import BRANCH, OTHER, queued, rule, said, talk, texts, tick, town
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


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def parts(town: Community, **query: str) -> list[Any]:
    viewer = coordinator(town)
    return town.house.db.read_now(
        lambda s: list(pages.view(SessionRows(s), Look(viewer, query, town.clock())))
    )


def act(town: Community, action: str, **form: str) -> str:
    def job(session: Any) -> str:
        me = session.get(Person, coordinator(town).id)
        message = Said("web", "browser", action, town.clock())
        talk = Talk(message, me, (me,), SessionRows(session), town.clock(), town.house.settings)
        done: str = drive(pages.ACTIONS[action](talk, form))  # type: ignore[arg-type]
        return done

    return town.house.db.write_now(job)


def ref(town: Community, day: str) -> str:
    """A day as the page's forms name it."""
    form = next(part for part in parts(town) if isinstance(part, Form) and part.action == "move")
    return next(value for value, label in form.fields[0].options if day in label)


def test_the_page_shows_rules_and_the_next_twelve_days(town: Community) -> None:
    rules, days, past, _ = [part for part in parts(town) if isinstance(part, Table)]
    assert [row[0] for row in past.rows] == ["11月15日(周日)上午9点", "11月12日(周四)上午9点"]
    assert rules.rows[1][:3] == (BRANCH, "志愿服务日", "每月第二个星期四 上午9点")
    assert rules.rows[1][3].startswith("12月10日、2027年1月14日、2月11日")
    assert len(days.rows) <= 12
    assert days.rows[0][5] == "可能是假期，待确认"


def test_a_day_is_moved_and_cancelled_on_the_page(town: Community) -> None:
    done = act(town, "move", day=ref(town, "12月10日"), to="2026-12-17", at="15:00", reason="维修")
    assert done == "已经改期：12月10日(周四)的志愿服务日，改到12月17日(周四)。"
    assert "12月17日(周四)下午3点" in said(town, "m1", "服务日")
    act(town, "cancel", day=ref(town, "12月17日"), reason="台风")
    assert "1月14日" in said(town, "m1", "服务日")


def test_an_event_is_added_and_a_topic_is_noted_on_the_page(town: Community) -> None:
    branch = str(town.branch(BRANCH).id)
    act(
        town,
        "add",
        branch=branch,
        kind=DayKind.EVENT,
        to="2026-12-20",
        at="",
        topic="联欢",
        reason="冬至",
    )
    assert "12月20日(周日) 联欢" in said(town, "m1", "下个月安排")
    for topic in ("《实践论》", "《矛盾论》"):
        act(town, "plan", day=ref(town, "12月15日"), topic=topic, place="活动室")
    assert "在活动室，内容：《矛盾论》。" in said(town, "m1", "学习日")


def test_the_sign_in_sheet_shows_who_came_who_joined_and_who_is_on_leave(town: Community) -> None:
    town.person("黄玉兰", address="m2")
    talk(town, "m1", "请假 腿疼", "对")
    town.clock.set("2026-12-15T08:50")
    town.say("m2", "签到")
    text, sheet = parts(town, day=ref(town, "12月15日"))
    assert text.text.endswith("应到2位，签到1位，报名0位，请假1位。")
    assert sheet.rows == (("王秀英", "", "", "是", "腿疼"), ("黄玉兰", "是", "", "", ""))


def test_the_sheet_of_another_branch_is_not_shown(town: Community) -> None:
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    viewer = town.person("黄丽", Role.VOLUNTEER, address="c2")
    town.add(Grant(person_id=viewer.id, role=Role.COORDINATOR, branch_id=town.branch(OTHER).id))
    with pytest.raises(Refused):
        town.house.db.read_now(
            lambda s: pages.view(
                SessionRows(s),
                Look(s.get_one(Person, viewer.id), {"day": ref(town, "12月15日")}, town.clock()),
            )
        )


def test_an_uncertain_day_is_confirmed_on_the_page(town: Community) -> None:
    form = next(part for part in parts(town) if isinstance(part, Form) and part.action == "keep")
    act(town, "keep", day=form.fields[0].options[0][0])
    assert "keep" not in [part.action for part in parts(town) if isinstance(part, Form)]


@pytest.mark.parametrize(
    ("action", "form", "why"),
    [
        (
            "move",
            {"day": "rule:99@2026-12-10", "to": "2026-12-17", "reason": "维修"},
            "刚才已经改过",
        ),
        ("add", {"branch": "99", "to": "2026-12-17", "kind": "event", "reason": "维修"}, "支部"),
    ],
)
def test_what_the_page_cant_do_it_says(
    town: Community, action: str, form: dict[str, str], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        act(town, action, **form)


@pytest.mark.parametrize(("field", "value"), [("to", "改天"), ("at", "早上"), ("reason", "")])
def test_a_form_half_filled_is_refused(town: Community, field: str, value: str) -> None:
    form = {"day": ref(town, "12月10日"), "to": "2026-12-17", "at": "", "reason": "维修"}
    with pytest.raises(Refused):
        act(town, "move", **(form | {field: value}))


def test_the_today_page_lists_days_in_doubt_and_overdue_make_up_tasks(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    now = town.clock() + timedelta(days=60)
    viewer = coordinator(town)
    found: list[Waits] = town.house.db.read_now(lambda s: list(waits(SessionRows(s), viewer, now)))
    assert [one.title for one in found] == [
        f"{BRANCH}：2月11日(周四)的志愿服务日待定", "王秀英还没有补课",
    ]  # fmt: skip
    assert found[1].detail == "应在12月29日前补完"


def test_a_rule_that_ended_is_still_shown_on_the_page(town: Community) -> None:
    rule(town, "last fri 15:00 until 2026-11-01", DayKind.EVENT, topic="合唱")
    assert parts(town)[0].rows[-1][3] == "已经结束"
