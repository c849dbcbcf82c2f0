"""Service days as members have them: when, joining, reminders, and what holidays do to them."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.mail import Mail
from bot.domain.people import Role
from bot.domain.schedule import DayKind, Leave, SignUp
from tests.calendar_house import OTHER, queued, reminders, rule, said, talk, texts, tick, town
from tests.conftest import Community, labels

__all__ = ["town"]

SECOND_THURSDAYS = [
    (1, 8), (2, 12), (3, 12), (4, 9), (5, 14), (6, 11), (7, 9), (8, 13), (9, 10), (10, 8), (11, 12), (12, 10),
]  # fmt: skip


@pytest.mark.parametrize("words", ["服务日哪天", "下一个服务日", "服务日", "志愿服务日是几号"])
def test_the_next_service_day_is_named_with_date_and_place(town: Community, words: str) -> None:
    assert said(town, "m1", words) == (
        "下一个服务日是12月10日(周四)上午9点，在一楼会议室。想参加，请说“我参加”。"
    )


@pytest.mark.parametrize(("month", "day"), SECOND_THURSDAYS)
def test_every_service_day_of_2026_is_a_second_thursday(
    town: Community, month: int, day: int
) -> None:
    town.clock.set(f"2026-{month:02d}-01T10:00")
    assert f"{month}月{day}日(周四)上午9点" in said(town, "m1", "服务日哪天")


def test_the_month_asked_about_is_answered(town: Community) -> None:
    assert "12月10日(周四)" in said(town, "m1", "12月的服务日是几号")
    assert "2027年1月14日(周四)" in said(town, "m1", "明年1月的服务日是几号")


def test_a_day_that_may_be_a_holiday_says_so(town: Community) -> None:
    town.clock.set("2027-02-01T10:00")
    assert "2月11日(周四)上午9点，在一楼会议室（可能是假期，待确认）" in said(
        town, "m1", "服务日哪天"
    )


def test_a_stranger_reads_the_service_day_of_every_branch(town: Community) -> None:
    rule(town, "1st sat 15:00", DayKind.SERVICE, branch=OTHER)
    assert said(town, "x1", "服务日").splitlines()[-2:] == [
        "三海街道离退休党支部：12月10日(周四)上午9点",
        "双鹤社区离退休党支部：12月5日(周六)下午3点",
    ]


def test_without_a_rule_nothing_is_promised(community: Community) -> None:
    community.person("王秀英", address="m1")
    assert "还没有定" in said(community, "m1", "服务日哪天")
    assert "还没有安排服务日" in said(community, "m1", "我参加")


# ── joining ─────────────────────────────────────────────────────────────────────────────────────


def test_joining_is_read_back_and_kept_once(town: Community) -> None:
    assert said(town, "m1", "我参加") == "12月10日(周四)上午9点的志愿服务日，给您报名，对吗？"
    assert said(town, "m1", "对").startswith("报好名了：12月10日(周四)的志愿服务日")
    assert "已经报过名" in said(town, "m1", "我参加", "对")
    assert len(town.all(select(SignUp))) == 1


def test_another_service_day_may_be_joined(town: Community) -> None:
    assert labels(talk(town, "m1", "我参加", "改一下")[-1])[1] == "1月14日"
    assert "2027年1月14日" in said(town, "m1", "2")
    assert town.all(select(SignUp))[0].named == date(2027, 1, 14)


def test_joining_is_taken_back(town: Community) -> None:
    talk(town, "m1", "我参加", "对", "撤销", "撤销它")
    assert town.all(select(SignUp))[0].ended_at is not None


def test_leave_ends_the_joining_and_joining_ends_the_leave(town: Community) -> None:
    talk(town, "m1", "我参加", "对", "服务日我请假，家里来客人", "对")
    assert town.all(select(SignUp))[0].ended_at is not None
    talk(town, "m1", "我参加", "对")
    assert town.all(select(SignUp))[0].ended_at is None
    assert town.all(select(Leave))[0].ended_at is not None


# ── the clock ───────────────────────────────────────────────────────────────────────────────────


def test_members_are_reminded_three_days_before_the_day_before_and_in_the_morning(
    town: Community,
) -> None:
    for at in ("2026-12-06T10:00", "2026-12-07T09:00", "2026-12-09T09:00", "2026-12-10T07:30"):
        tick(town, at)
    body = "12月10日(周四)上午9点志愿服务日，在一楼会议室。去不了请说“请假”。"
    assert texts(reminders(town, "service", "2026-12-10")) == [body, body, f"今天{body}"]


def test_who_joined_from_elsewhere_is_reminded_and_who_is_on_leave_is_not(town: Community) -> None:
    town.person("李四", Role.VOLUNTEER, address="v1")
    talk(town, "v1", "我参加", "对")
    talk(town, "m1", "服务日我请假", "对")
    tick(town, "2026-12-07T09:00")
    assert [row.address for row in reminders(town, "service", "2026-12-10")] == ["v1"]


def test_of_an_event_only_who_signed_up_is_reminded(town: Community) -> None:
    rule(town, "2026-12-20 15:00", DayKind.EVENT, topic="冬至联欢")
    town.person("黄玉兰", address="m2")
    talk(town, "m2", "最近有什么活动", "3", "对")
    tick(town, "2026-12-19T09:00")
    (one,) = reminders(town, "service.event", "2026-12-20")
    assert (one.address, one.reply["text"]) == (
        "m2", "12月20日(周日)下午3点冬至联欢，在一楼会议室。去不了请说“请假”。",
    )  # fmt: skip


def test_on_the_eve_coordinators_read_once_how_many_will_be_reminded(town: Community) -> None:
    rule(town, "2nd thu 09:00", DayKind.SERVICE, branch=OTHER)
    town.person("陈桂英", branch=OTHER)
    town.person("黄玉兰", address="m2")
    talk(town, "m2", "服务日我请假", "对")
    talk(town, "m1", "我参加", "对")
    tick(town, "2026-12-09T17:59")
    before = len(queued(town, Mail.VISIT))
    for at in ("2026-12-09T18:00", "2026-12-09T18:05"):
        tick(town, at)
    assert texts(queued(town, Mail.VISIT))[before:] == [
        "明天志愿服务日，已排2条提醒，报名1位，请假1位。"
    ]


def test_on_the_eve_coordinators_also_read_that_nobody_has_signed_up(town: Community) -> None:
    before = len(queued(town, Mail.VISIT))
    tick(town, "2026-12-09T18:00")
    assert texts(queued(town, Mail.VISIT))[before:] == [
        "明天志愿服务日，已排1条提醒，报名0位，请假0位。"
    ]


def test_a_moved_service_day_is_told_to_those_reminded_and_reminded_anew(town: Community) -> None:
    tick(town, "2026-12-07T09:00")
    town.fetch("m1")
    talk(town, "c1", "改日程", "12月10日服务", "改期", "12月17日", "会议室维修", "对")
    tick(town, "2026-12-07T09:30")
    changed = [row for row in queued(town, Mail.VISIT) if row.key.startswith("change:")]
    assert texts(changed) == ["志愿服务日改到12月17日(周四)上午9点，请您留意。"]
    tick(town, "2026-12-10T07:30")
    tick(town, "2026-12-14T09:00")
    days = [row.reply["text"][:6] for row in reminders(town, "service", "2026-12-10")]
    assert days == ["12月10日", "12月17日"]


def test_a_cancelled_service_day_is_told_to_those_reminded_and_not_reminded_again(
    town: Community,
) -> None:
    tick(town, "2026-12-07T09:00")
    town.fetch("m1")
    talk(town, "c1", "改日程", "12月10日服务", "取消这次", "台风", "对")
    for at in ("2026-12-07T09:30", "2026-12-09T09:00", "2026-12-10T07:30"):
        tick(town, at)
    assert "不办了" in texts(queued(town, Mail.VISIT))[-1]
    assert len(reminders(town, "service", "2026-12-10")) == 1


def test_a_reminder_held_up_until_the_next_one_falls_due_is_left_out(town: Community) -> None:
    for at in ("2026-12-08T12:00", "2026-12-10T07:31"):
        tick(town, at)
    waiting = [reply.text for _, reply in town.fetch("m1")]
    assert not any(text.startswith("12月10日") for text in waiting)
    assert sum("今天12月10日" in text for text in waiting) == 1


def test_signing_up_is_taken_back_by_a_sentence(town: Community) -> None:
    rule(town, "2nd thu 09:00", DayKind.SERVICE)
    talk(town, "m1", "我参加", "对")
    assert "不参加了，对吗" in said(town, "m1", "取消报名")
    assert "报名取消了" in said(town, "m1", "是的")
    assert "没有报名" in said(town, "m1", "取消报名")
