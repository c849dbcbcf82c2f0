"""Study days as members have them: asking, leave and making up, signing in, what is coming, reminders."""

from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.mail import Mail
from bot.domain.people import Role
from bot.domain.schedule import Attendance, DayKind, Leave, MakeUpTask, SignUp, TaskState
from bot.feature import Look
from bot.parts import Table
from handlers.schedule import pages, remind
from handlers.schedule.leave import reason_in
from tests.calendar_house import OTHER, plan, queued, reminders, rule, said, talk, texts, tick, town
from tests.conftest import Community, labels

__all__ = ["town"]

# ── asking ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["学习日", "学习日是哪天", "下次学习是几号"])
def test_the_next_study_day_has_date_place_topic_and_material(town: Community, words: str) -> None:
    assert said(town, "m1", words) == (
        "下一个学习日是12月15日(周二)上午9点，在一楼会议室，内容：《论十大关系》，材料：笔记本。"
    )


def test_a_day_in_the_question_is_answered_for_that_day(town: Community) -> None:
    assert said(town, "m1", "15号那天学什么").startswith("学习日：12月15日(周二)上午9点")
    other = said(town, "m1", "12号那天学什么")
    assert other.startswith("12月12日(周六)没有安排。下一个学习日是12月15日")


def test_a_month_in_the_question_is_answered_for_that_month(town: Community) -> None:
    assert said(town, "m1", "下个月的学习日是哪天").startswith("学习日：12月15日(周二)")
    gone = said(town, "m1", "这个月学习日是哪一天")
    assert gone.startswith("这段时间的学习日已经过了。下一个学习日是12月15日")


def test_the_coming_month_lists_every_kind_by_date(town: Community) -> None:
    assert said(town, "m1", "下个月安排") == (
        "12月10日(周四)上午9点 志愿服务日\n12月15日(周二)上午9点 学习日"
    )
    assert said(town, "m1", "下个月有什么安排") == said(town, "m1", "近期安排")
    assert said(town, "m1", "下个月") == said(town, "m1", "下个月安排")


def test_a_long_month_is_shown_five_at_a_time(town: Community) -> None:
    rule(town, "fri 15:00", DayKind.EVENT, topic="合唱")
    first = talk(town, "m1", "下个月安排")[-1]
    assert len(first.text.splitlines()) == 5
    assert labels(first) == ["更多", "知道了"]
    assert said(town, "m1", "1") == "12月25日(周五)下午3点 合唱"
    assert "下个月安排" in labels(talk(town, "m1", "下个月有什么安排")[-1])


def test_an_empty_month_says_so_and_names_the_next_day(town: Community) -> None:
    assert said(town, "m1", "本月安排").startswith("这段时间还没有安排。下一个学习日是12月15日")


def test_who_has_read_enough_is_let_go(town: Community) -> None:
    rule(town, "fri 15:00", DayKind.EVENT, topic="合唱")
    assert said(town, "m1", "下个月安排", "知道了") == "好的。到时候会提醒您。"


def test_without_rules_nothing_is_promised(community: Community) -> None:
    community.person("王秀英", address="m1")
    assert "还没有定" in said(community, "m1", "学习日")
    assert "还没有安排活动" in said(community, "m1", "最近有什么活动")


def test_a_stranger_reads_the_study_day_of_every_branch(town: Community) -> None:
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    assert said(town, "x1", "学习日").splitlines()[-2:] == [
        "三海街道离退休党支部：12月15日(周二)上午9点",
        "双鹤社区离退休党支部：12月20日(周日)下午3点",
    ]


def test_a_member_reads_only_the_own_branchs(town: Community) -> None:
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    town.person("黄玉兰", address="m2", branch=OTHER)
    assert "12月20日(周日)下午3点" in said(town, "m2", "学习日")
    assert "12月20日" not in said(town, "m1", "学习日")


def test_todays_study_day_is_named_until_it_is_over(town: Community) -> None:
    town.clock.set("2026-12-15T09:30")
    assert "12月15日" in said(town, "m1", "学习日")
    town.clock.set("2026-12-15T15:00")
    assert "2027年1月15日" in said(town, "m1", "学习日")


def test_asking_in_the_middle_of_a_form_keeps_the_form(town: Community) -> None:
    replies = talk(town, "m1", "请假", "学习日")
    assert "12月15日" in replies[0].text
    assert "请假，对吗" in replies[-1].text


# ── leave and making up ─────────────────────────────────────────────────────────────────────────


def test_leave_is_read_back_kept_with_its_reason_and_opens_a_make_up_task(town: Community) -> None:
    assert said(town, "m1", "请假 腿疼") == "12月15日(周二)上午9点的学习日，给您请假，对吗？"
    assert "12月29日(周二)前" in said(town, "m1", "对")
    (leave,) = town.all(select(Leave))
    assert (leave.day, leave.reason) == (date(2026, 12, 15), "腿疼")
    (task,) = town.all(select(MakeUpTask))
    assert (task.due_on, task.state, task.topic) == (
        date(2026, 12, 29), TaskState.OPEN, "《论十大关系》",
    )  # fmt: skip


def test_coordinators_hear_of_a_leave_with_its_reason_and_telegram_without(town: Community) -> None:
    town.person("李红", Role.COORDINATOR, address="5", channel="telegram")
    town.say("m1", "请假 腿疼")
    town.say("m1", "对")
    by_channel = {row.channel: row.reply["text"] for row in queued(town, Mail.VISIT)}
    assert by_channel == {
        "terminal": "王秀英请假：12月15日(周二)的学习日，腿疼。",
        "telegram": "王秀英请假：12月15日(周二)的学习日。",
    }


def test_leave_may_be_for_another_day(town: Community) -> None:
    replies = talk(town, "m1", "请假", "改一下")
    assert labels(replies[-1])[:2] == ["12月10日", "12月15日"]
    assert "志愿服务日" in said(town, "m1", "1")
    (leave,) = town.all(select(Leave))
    assert (leave.kind, leave.day) == (DayKind.SERVICE, date(2026, 12, 10))
    assert town.all(select(MakeUpTask)) == []


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("服务日我请假，家里来客人", "12月10日"),
        ("10号我请假", "12月10日"),
        ("这次学习我请假", "12月15日"),
    ],
)
def test_the_first_sentence_says_for_which_day(town: Community, words: str, day: str) -> None:
    assert said(town, "m1", words).startswith(day)


def test_the_day_meant_doesnt_change_while_the_question_stands_open(town: Community) -> None:
    town.clock.set("2026-12-14T10:00")
    assert said(town, "m1", "明天的学习我请假").startswith("12月15日")
    town.clock.set("2026-12-15T07:00")
    assert "12月15日" in said(town, "m1", "对")


def test_leave_for_a_day_without_anything_names_the_next_one(town: Community) -> None:
    assert said(town, "m1", "明天的会我来不了，要去医院拿药") == (
        "11月23日(周一)没有安排。12月15日(周二)上午9点的学习日，给您请假，对吗？"
    )


def test_a_second_leave_for_the_same_day_is_not_needed(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    assert "已经请过假" in said(town, "m1", "请假")
    talk(town, "m1", "不用")
    assert len(town.all(select(Leave))) == 1


def test_a_leave_is_taken_back_and_its_task_with_it(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    assert "等您来" in said(town, "m1", "撤销", "撤销它")
    assert town.all(select(Leave))[0].ended_at is not None
    assert town.all(select(MakeUpTask))[0].state is TaskState.DROPPED
    assert "撤销请假，会来参加" in texts(queued(town, Mail.VISIT))[-1]


def test_after_taking_it_back_one_may_ask_for_leave_again(town: Community) -> None:
    talk(town, "m1", "请假", "对", "撤销", "撤销它", "请假 感冒了", "对")
    (leave,) = town.all(select(Leave))
    assert (leave.ended_at, leave.reason) == (None, "感冒了")
    assert town.all(select(MakeUpTask))[0].state is TaskState.OPEN


def test_a_relative_asks_for_leave_and_is_recorded(town: Community) -> None:
    mother = town.person("陈桂英")
    son = town.person("韦小明", address="s1")
    town.bind(mother, "s1", relation="儿子")
    talk(town, "s1", "请假", "陈桂英")
    assert "陈桂英" in said(town, "s1", "对")
    (leave,) = town.all(select(Leave))
    assert (leave.person_id, leave.by_id) == (mother.id, son.id)


def test_without_anything_coming_there_is_nothing_to_ask_leave_for(community: Community) -> None:
    community.person("王秀英", address="m1")
    assert "不用请假" in said(community, "m1", "请假")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("请假 腿疼", "腿疼"),
        ("请假", ""),
        ("明天的会我来不了，要去医院拿药", "要去医院拿药"),
        ("后天学习我去不了要回乡下喝喜酒", "要回乡下喝喜酒"),
        ("这次学习我请假", ""),
        ("3", ""),
    ],
)
def test_the_reason_is_what_the_sentence_says_besides(words: str, reason: str) -> None:
    assert reason_in(words) == reason


def test_what_was_missed_is_made_up_for(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    town.clock.go(days=30)
    assert said(town, "m1", "补学完了") == "12月15日(周二)的学习，补学完了，对吗？"
    assert "补好了" in said(town, "m1", "对")
    assert town.all(select(MakeUpTask))[0].state is TaskState.DONE
    assert "没有要补的课" in said(town, "m1", "补学完了")


def test_what_has_not_been_yet_cannot_be_made_up_for(town: Community) -> None:
    reply = said(town, "m1", "请假", "对", "补学完了")
    assert reply == "12月15日(周二)的学习还没到。那天以后在家学完了，再说“补学完了”。"
    assert town.all(select(MakeUpTask))[0].state is TaskState.OPEN


def test_made_up_too_soon_is_taken_back(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    town.clock.go(days=30)
    assert "不着急" in said(town, "m1", "补学完了", "还没有")
    talk(town, "m1", "补学完了", "对", "撤销", "撤销它")
    assert town.all(select(MakeUpTask))[0].state is TaskState.OPEN


def test_of_two_missed_days_the_one_made_up_for_is_asked(town: Community) -> None:
    talk(town, "m1", "请假", "对", "请假", "1月15日")
    town.clock.go(days=60)
    replies = talk(town, "m1", "学完了")
    assert labels(replies[-1]) == ["12月15日", "1月15日"]
    assert "1月15日" in said(town, "m1", "2")


# ── signing in ──────────────────────────────────────────────────────────────────────────────────


def test_signing_in_on_the_day_is_kept_once(town: Community) -> None:
    town.clock.set("2026-12-15T08:50")
    assert "签到好了：12月15日(周二)的学习日" in said(town, "m1", "签到")
    assert "已经签到了" in said(town, "m1", "我到了")
    (row,) = town.all(select(Attendance))
    assert (row.kind, row.day, row.ended_at) == (DayKind.STUDY, date(2026, 12, 15), None)


def test_on_another_day_the_next_study_day_is_named(town: Community) -> None:
    assert said(town, "m1", "签到").startswith("今天没有学习和活动。下一个学习日是12月15日")
    assert town.all(select(Attendance)) == []


def test_who_comes_in_spite_of_leave_has_nothing_to_make_up(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    town.clock.set("2026-12-15T08:50")
    town.say("m1", "签到")
    assert town.all(select(MakeUpTask))[0].state is TaskState.DROPPED


def test_signing_in_is_taken_back(town: Community) -> None:
    town.clock.set("2026-12-15T08:50")
    talk(town, "m1", "签到", "撤销", "撤销它")
    assert town.all(select(Attendance))[0].ended_at is not None


def test_on_a_day_with_two_things_it_is_asked_which(town: Community) -> None:
    rule(town, "15 15:00", DayKind.EVENT, topic="合唱")
    town.clock.set("2026-12-15T08:50")
    assert labels(talk(town, "m1", "签到")[-1]) == ["1. 学习日", "2. 合唱"]
    assert "合唱" in said(town, "m1", "2")


def test_words_of_study_at_home_lead_to_making_up(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    town.clock.go(days=30)
    assert "补学完了，对吗" in said(town, "m1", "我在家里看完学习材料了")
    assert "补学完了，对吗" in said(town, "m1", "主菜单", "已經學完第三章，打卡")


# ── what is coming ──────────────────────────────────────────────────────────────────────────────


def test_everything_coming_is_listed_by_date_and_a_number_signs_up(town: Community) -> None:
    rule(town, "2026-12-20 15:00", DayKind.EVENT, topic="冬至联欢")
    first = talk(town, "m1", "最近有什么活动")[-1]
    assert [line[3:9] for line in first.text.splitlines()[:3]] == [
        "12月10日",
        "12月15日",
        "12月20日",
    ]
    assert said(town, "m1", "3") == "12月20日(周日)下午3点的冬至联欢，给您报名，对吗？"
    assert "报好名了" in said(town, "m1", "对")
    (row,) = town.all(select(SignUp))
    assert (row.kind, row.day) == (DayKind.EVENT, date(2026, 12, 20))


def test_the_list_goes_on_behind_more(town: Community) -> None:
    assert labels(talk(town, "m1", "最近有什么活动")[-1])[-1] == "更多"
    following = talk(town, "m1", "更多")[-1]
    assert following.text.splitlines()[0].startswith("1. 2027年1月15日")


def test_a_study_day_needs_no_signing_up(town: Community) -> None:
    assert "不用报名" in said(town, "m1", "最近有什么活动", "2")
    assert town.all(select(SignUp)) == []


def test_a_stranger_reads_what_is_coming_and_registers_to_sign_up(town: Community) -> None:
    town.say("x1", "你好")
    assert "要先登记" in said(town, "x1", "最近有什么活动", "1")


# ── the clock ───────────────────────────────────────────────────────────────────────────────────


def test_members_are_reminded_the_day_before_and_in_the_morning(town: Community) -> None:
    for at in ("2026-12-13T10:00", "2026-12-14T09:00", "2026-12-14T09:01", "2026-12-15T07:30"):
        tick(town, at)
    body = "12月15日(周二)上午9点学习日，在一楼会议室，内容：《论十大关系》，材料：笔记本。来不了请说“请假”。"
    assert texts(reminders(town, "study", "2026-12-15")) == [body, f"今天{body}"]


def test_who_is_on_leave_is_not_reminded(town: Community) -> None:
    town.person("黄玉兰", address="m2")
    talk(town, "m1", "请假", "对")
    tick(town, "2026-12-14T09:00")
    assert [row.address for row in reminders(town, "study", "2026-12-15")] == ["m2"]


def test_another_branch_and_volunteers_are_not_reminded(town: Community) -> None:
    town.person("黄玉兰", address="m2", branch=OTHER)
    town.person("李四", Role.VOLUNTEER, address="v1")
    tick(town, "2026-12-14T09:00")
    assert [row.address for row in reminders(town, "study", "2026-12-15")] == ["m1"]


def statements(town: Community) -> int:
    """How many statements the reminders of a month take."""
    seen: list[str] = []

    def count(*what: object) -> None:
        seen.append(str(what[2]))

    def job(session: Session) -> None:
        event.listen(session.get_bind(), "before_cursor_execute", count)
        rows, settings = SessionRows(session), town.house.settings
        (occasion,) = remind.occasions(rows, date(2026, 12, 1), date(2026, 12, 31), settings)
        list(remind.dues(rows, occasion, settings))
        event.remove(session.get_bind(), "before_cursor_execute", count)

    town.house.db.read_now(job)
    return len(seen)


def test_reminders_cost_as_many_statements_for_one_member_as_for_many(town: Community) -> None:
    few = statements(town)
    for n in range(20):
        town.person(f"党员{n}")
    assert statements(town) == few


# ── the public page ─────────────────────────────────────────────────────────────────────────────


def test_the_public_page_shows_two_months_of_every_branch_and_nobodys_name(town: Community) -> None:
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    plan(town, date(2026, 12, 20), "《矛盾论》", branch=OTHER)
    viewer = town.person("黄玉兰", branch=OTHER)
    parts = town.house.db.read_now(
        lambda s: list(pages.view(SessionRows(s), Look(viewer, {}, town.clock())))
    )
    (table,) = [part for part in parts if isinstance(part, Table)]
    assert [row[:3] for row in table.rows[:3]] == [
        ("12月10日(周四)上午9点", "三海街道离退休党支部", "志愿服务日"),
        ("12月15日(周二)上午9点", "三海街道离退休党支部", "学习日"),
        ("12月20日(周日)下午3点", "双鹤社区离退休党支部", "学习日"),
    ]
    assert not any("王秀英" in cell for row in table.rows for cell in row)


@pytest.mark.parametrize(("day", "meant"), [("2026-12-08", "服务日"), ("2026-12-01", "学习日")])
def test_who_was_just_reminded_of_a_service_day_asks_leave_for_that(
    town: Community, day: str, meant: str
) -> None:
    rule(town, "2nd thu 09:00", DayKind.SERVICE)
    town.clock.set(f"{day}T10:00")
    assert meant in talk(town, "m1", "请假 腿疼")[-1].text


def test_a_day_already_asked_leave_for_is_not_read_back_again(town: Community) -> None:
    talk(town, "m1", "请假", "对")
    assert "已经请过假" in talk(town, "m1", "请假 腿疼")[-1].text


def test_a_reason_given_at_the_read_back_is_kept(town: Community) -> None:
    assert "记下了：腿疼。12月15日" in said(town, "m1", "请假", "腿疼")
    talk(town, "m1", "好")
    assert town.all(select(Leave))[0].reason == "腿疼"


def test_another_day_said_at_the_read_back_is_taken(town: Community) -> None:
    assert "1月15日" in said(town, "m1", "请假", "1月15日")


@pytest.mark.parametrize("words", ["取消请假", "我不请假了", "把请假取消吧，我能去了", "假不请了"])
def test_a_leave_is_taken_back_by_a_sentence(town: Community, words: str) -> None:
    talk(town, "m1", "请假", "对")
    assert "假不请了，会来参加，对吗" in said(town, "m1", words)
    assert "等您来" in said(town, "m1", "对")


def test_without_a_leave_there_is_none_to_take_back(town: Community) -> None:
    assert "没有请假" in said(town, "m1", "取消请假")


def test_on_a_shared_phone_the_read_back_names_for_whom_it_is(town: Community) -> None:
    town.bind(town.person("韦建国"), "m1")
    assert "给王秀英请假" in said(town, "m1", "请假", "王秀英")
    assert said(town, "m1", "对").startswith("王秀英请好假了")
    assert "给韦建国报名" in said(town, "m1", "我参加", "韦建国")
