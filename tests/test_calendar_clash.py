"""Days in each other's way are said in chat, on Today and by command; who is concerned is told, each once."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.mail import Mail, Sending
from bot.domain.people import Role
from bot.domain.schedule import By, CalendarException, Day, DayKind, Held, HolidayYear, What
from bot.talk import Rows
from handlers.calendar.about import ahead, as_seen
from handlers.calendar.follow import effect
from tests.calendar_house import BRANCH, OTHER, queued, rule, said, talk, texts, tick
from tests.calendar_house import town as town
from tests.conftest import Community
from tests.desk_house import Desk

STUDY, SERVICE = DayKind.STUDY, DayKind.SERVICE
SPRING = "2027,已确认\n2027-02-05..2027-02-13,放假,春节\n2027-02-20,上班,春节"
"""The service day of 2027-02-11 moves to Monday 02-15, which is the study day of the same hour and room."""


def one(
    kind: DayKind = STUDY, at: time | None = time(9), branch: int = 1, place: str = "会议室"
) -> Day:
    day = date(2026, 12, 15)
    return Day(day, day, kind, branch, f"第{branch}支部", f"rule:{kind}{branch}", at, place)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (one(SERVICE), "同一时间还有志愿服务日（也在会议室）。"),
        (one(SERVICE, time(10, 59), place="公园"), "同一时间还有志愿服务日。"),
        (one(SERVICE, time(11)), ""),
        (one(SERVICE, None, place="公园"), "同一时间还有志愿服务日。"),
        (one(STUDY, branch=2), "同一时间还有第2支部的学习日（也在会议室）。"),
        (one(STUDY, branch=2, place="活动室"), ""),
        (one(STUDY, time(14)), ""),
    ],
)
def test_days_meet_in_their_branch_or_in_their_room(other: Day, words: str) -> None:
    assert schedule.clash_words(one(), [one(), other]) == words


def test_a_moved_service_day_that_meets_the_study_day_is_asked_about(town: Community) -> None:
    town.add(HolidayYear(year=2027, text=SPRING, confirmed=True, at=town.clock()))
    tick(town, "2027-01-20T09:00")
    (asked,) = [row for row in queued(town, Mail.VISIT) if row.key.startswith("calendar:ask:")]
    assert (
        "顺延到2月15日(周一)上午9点，行吗？同一时间还有学习日（也在一楼会议室）。"
        in asked.reply["text"]
    )
    (waits,) = Desk(town, "韦红梅").waits("calendar")
    assert "同一时间还有学习日（也在一楼会议室）" in waits.detail


def test_a_day_in_doubt_is_settled_from_the_today_page_by_one_press(town: Community) -> None:
    town.add(HolidayYear(year=2027, text=SPRING, confirmed=True, at=town.clock()))
    tick(town, "2027-01-20T09:00")
    desk = Desk(town, "韦红梅")
    (waits,) = desk.waits("calendar")
    (press,) = waits.presses
    assert (press.label, press.page) == ("照常办", "calendar")
    desk.press(press.page, press.action, **dict(press.values))
    assert desk.waits("calendar") == []
    with pytest.raises(Refused, match="刚才有人改过了"):
        desk.press(press.page, press.action, **dict(press.values))


def test_two_rules_that_meet_are_asked_about_until_somebody_decides(town: Community) -> None:
    rule(town, "15 10:00", SERVICE)
    desk = Desk(town, "韦红梅")
    found = [one.title for one in desk.waits("calendar") if "撞上了" in one.title]
    assert f"{BRANCH}：12月15日(周二)的志愿服务日撞上了" in found
    talk(town, "c1", "改日程", "12月15日服务", "改期", "12月15日下午3点", "错开", "对")
    found = [one.title for one in desk.waits("calendar") if "撞上了" in one.title]
    assert not any("12月15日" in title for title in found)


def test_moving_onto_another_thing_is_said_before_it_is_done(town: Community) -> None:
    asked = said(town, "c1", "改日程", "12月10日服务", "改期", "12月15日", "会议室维修")
    assert asked.endswith("会议室维修。同一时间还有学习日（也在一楼会议室）。对吗？")


def test_how_many_were_reminded_is_said_before_it_is_done(town: Community) -> None:
    tick(town, "2026-12-07T09:00")
    town.fetch("m1")
    asked = said(town, "c1", "改日程", "12月10日服务", "取消这次", "台风")
    assert asked.endswith("台风。已提醒的1位会再告诉。对吗？")


def test_what_another_coordinator_changed_meanwhile_is_seen_and_not_overwritten(
    town: Community,
) -> None:
    town.person("黄丽", Role.COORDINATOR, address="c2")
    talk(town, "c1", "改日程", "12月10日服务", "取消这次", "台风")
    talk(town, "c2", "改日程", "12月10日服务", "改期", "12月10日下午3点", "会议室上午有人", "对")
    assert "刚才有人改过了，现在是12月10日(周四)下午3点的志愿服务日" in said(town, "c1", "对")
    assert [row.what for row in town.all(select(CalendarException))] == [What.MOVED]


def test_a_day_seen_otherwise_is_refused_and_one_seen_rightly_is_not() -> None:
    day = one()
    assert as_seen(day, day.version) is day
    assert as_seen(day, "") is day
    with pytest.raises(Refused, match="现在是12月15日"):
        as_seen(day, one(at=time(10)).version)


# ── who is told ─────────────────────────────────────────────────────────────────────────────────


def the_day(rows: Rows, town: Community, named: date) -> Day:
    viewer = Desk(town, "韦红梅").who()
    return next(day for day in ahead(rows, viewer, date(2026, 11, 22)) if day.named == named)


def test_what_is_said_to_follow_is_what_follows(town: Community) -> None:
    for n in range(2, 6):
        town.person(f"黄玉{n}", address=f"m{n}")
    tick(town, "2026-12-07T09:00")
    for address in ("m1", "m2"):
        town.fetch(address)
    talk(town, "m3", "我参加", "对")
    tick(town, "2026-12-07T10:00")

    def counted(session: Any) -> Any:
        rows = SessionRows(session)
        day = the_day(rows, town, date(2026, 12, 10))
        return effect(rows, schedule.Change(day, None))

    found = town.house.db.read_now(counted)
    before = {row.key for row in queued(town, Mail.VISIT)}
    talk(town, "c1", "改日程", "12月10日服务", "取消这次", "台风", "对")
    tick(town, "2026-12-07T10:05")
    new = [row for row in queued(town, Mail.VISIT) if row.key not in before]
    withdrawn = [row for row in queued(town, Mail.REMINDER) if row.state is Sending.CANCELLED]
    told = [row for row in new if row.key.startswith("change:")]
    assert (found.told, found.bound, found.unsent) == (
        len(told),
        len(new) - len(told),
        len(withdrawn),
    )
    assert (found.told, found.bound, found.unsent) == (3, 0, 2)


def test_who_joined_is_told_though_the_reminder_still_waits_on_the_page(town: Community) -> None:
    talk(town, "m1", "我参加", "对")
    tick(town, "2026-12-07T09:00")
    talk(town, "c1", "改日程", "12月10日服务", "取消这次", "台风", "对")
    tick(town, "2026-12-07T09:20")
    assert texts(queued(town, Mail.VISIT)) == [
        "12月10日(周四)的志愿服务日取消了，请您别跑空：台风。"
    ]


def test_who_read_that_a_day_is_cancelled_reads_that_it_is_held_after_all(town: Community) -> None:
    talk(town, "m1", "我参加", "对")
    talk(town, "c1", "改日程", "12月10日服务", "取消这次", "台风", "对")
    talk(town, "c1", "撤销", "撤销它")
    assert (
        texts(queued(town, Mail.VISIT))[-1]
        == "12月10日(周四)上午9点的志愿服务日照常办，在一楼会议室。"
    )


def test_another_room_alone_is_told_to_who_was_reminded(town: Community) -> None:
    tick(town, "2026-12-07T09:00")
    town.fetch("m1")
    desk = Desk(town, "韦红梅")

    def job(session: Any) -> str:
        day = the_day(SessionRows(session), town, date(2026, 12, 10))
        return schedule.ref_of(day)

    ref = town.house.db.read_now(job)
    desk.press("calendar", "move", day=ref, to="2026-12-10", at="", place="二楼", reason="维修")
    tick(town, "2026-12-07T09:20")
    assert texts(queued(town, Mail.VISIT)) == [
        "12月10日(周四)的志愿服务日改到12月10日(周四)上午9点，在二楼：维修。"
    ]


def test_who_was_reminded_of_a_collective_day_reads_of_its_change_once(town: Community) -> None:
    rule(town, "yearly 12-20 09:00", DayKind.COLLECTIVE)
    talk(town, "m1", "最近活动", "12月20日(周日)的集体政治生日", "对")
    tick(town, "2026-12-13T10:00")
    town.fetch("m1")
    talk(town, "c1", "改日程", "12月20日集体", "取消这次", "台风", "对")
    tick(town, "2026-12-13T10:10")
    assert (
        len(
            [
                row
                for row in queued(town, Mail.VISIT)
                if "取消" in str(row.reply) or "不办" in str(row.reply)
            ]
        )
        == 1
    )


# ── taking back ─────────────────────────────────────────────────────────────────────────────────


def decisions(town: Community) -> list[CalendarException]:
    found: list[CalendarException] = town.all(
        select(CalendarException).order_by(CalendarException.id)
    )
    return found


def test_an_older_decision_is_not_taken_back_under_a_newer_one(town: Community) -> None:
    talk(town, "c1", "改日程", "12月10日服务", "改期", "12月17日", "会议室维修", "对")
    first = decisions(town)[0]
    talk(town, "c1", "改日程", "12月17日服务", "改期", "12月18日", "再改", "对")
    with pytest.raises(Refused, match="后来又改过"):
        schedule.take_back(first, By(town.clock(), None), decisions(town))


def test_a_day_whose_place_is_taken_meanwhile_can_not_be_taken_back(town: Community) -> None:
    talk(town, "c1", "改日程", "12月10日服务", "改期", "12月17日", "会议室维修", "对")

    def job(session: Any) -> None:
        rows = SessionRows(session)
        branch = rows.all(schedule.branches())[0]
        by = By(town.clock(), None, "补一次")
        rows.add(schedule.add_day(branch, SERVICE, Held(date(2026, 12, 10), time(9)), by, ()))

    town.house.db.write_now(job)
    talk(town, "c1", "撤销")
    assert "排不上了" in said(town, "c1", "撤销它")
    assert all(row.taken_back_at is None for row in decisions(town))


def test_the_other_branchs_room_is_warned_of(town: Community) -> None:
    rule(town, "17 09:00", STUDY, branch=OTHER)
    asked = said(town, "c1", "改日程", BRANCH, "12月10日服务", "改期", "12月17日", "会议室维修")
    assert f"同一时间还有{OTHER}的学习日（也在一楼会议室）" in asked


def test_reminders_are_found_by_index(town: Community) -> None:
    day = one()
    for query in (schedule.reminded(day), schedule.unsent(day), schedule.concerned(day)):
        sql = str(query.compile(compile_kwargs={"literal_binds": True}))

        def explain(session: Any, sql: str = sql) -> Any:
            return session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()

        plan = town.house.db.read_now(explain)
        assert not any(str(row[-1]).startswith("SCAN outbox") for row in plan), plan
