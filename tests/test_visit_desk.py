"""Home visits as coordinators arrange them, and what the clock reminds of."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain import visits
from bot.domain.base import Refused
from bot.domain.people import Grant, Person, Role
from bot.domain.visits import Act, State, Visit, What
from bot.engine.turn import drive
from bot.feature import Due, Look
from bot.parts import Press
from bot.talk import Said, Talk
from handlers.visit import one, pages, remind
from handlers.visit.closing import close_for
from tests.conftest import Community, labels
from tests.test_visit import ADDRESS, ask_for_visit, heard, invite, talk, the_visit, town

__all__ = ["town"]

DAY = date(2026, 11, 27)
NAMES = ("陈阿福", "韦秀兰", "黄大妹", "农阿娇")


def accept(town: Community) -> None:
    invite(town)
    talk(town, "v1", "接受走访")


def person(town: Community, name: str) -> Person:
    found: Person = town.all(select(Person).where(Person.name == name))[0]
    return found


def many_visits(town: Community, count: int) -> None:
    for n in range(count):
        talk(town, "m1", "替别人请", NAMES[n], "想有人聊聊", "星期六上午", "对")


# ── in chat ─────────────────────────────────────────────────────────────────────────────────────


def test_the_list_shows_three_at_a_time_and_then_the_next_page(town: Community) -> None:
    many_visits(town, 4)
    first = talk(town, "c1", "走访")[-1]
    assert "有4件" in first.text
    assert labels(first)[-1] == "下一页"
    assert labels(talk(town, "c1", "下一页")[-1]) == ["4号农阿娇", "下一页"]
    assert "农阿娇" in talk(town, "c1", "1")[-1].text


def test_a_coordinator_of_another_branch_sees_nothing_of_it(town: Community) -> None:
    ask_for_visit(town)
    other = town.branch("双鹤社区离退休党支部").id
    stranger = town.person("黄丽", Role.VOLUNTEER, address="c2")
    town.add(Grant(person_id=stranger.id, role=Role.COORDINATOR, branch_id=other))
    assert "没有要办的走访" in talk(town, "c2", "走访")[-1].text


def test_members_do_not_arrange_visits(town: Community) -> None:
    ask_for_visit(town)
    assert "请志愿者" not in labels(talk(town, "m1", "走访")[-1])


def test_an_invitation_names_day_and_person_and_waits_for_a_yes(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    assert the_visit(town).state is State.INVITED
    assert "11月27日(周五)上午去看王秀英" in heard(town, "v1")


def test_without_volunteers_the_coordinator_is_told_what_to_do(community: Community) -> None:
    community.person("韦红梅", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    ask_for_visit(community)
    assert "自己去" in talk(community, "c1", "走访", "1", "请志愿者")[-1].text


def test_an_invitation_can_be_taken_back_until_it_is_answered(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    town.fetch("v1")
    talk(town, "c1", "撤销", "撤销它")
    assert the_visit(town).state is State.REQUESTED
    assert "不用答复了" in heard(town, "v1")


def test_inviting_another_volunteer_tells_the_first(town: Community) -> None:
    town.person("赵六", Role.VOLUNTEER, address="v2")
    ask_for_visit(town)
    invite(town)
    town.fetch("v1")
    talk(town, "c1", "走访", "1", "请志愿者", "赵六", "对")
    assert "另有安排" in heard(town, "v1")
    assert "您能去吗" in heard(town, "v2")


@pytest.mark.parametrize(
    ("word", "state"),
    [("见到了", State.DONE), ("没见到", State.NOT_HOME), ("取消走访", State.CANCELLED)],
)
def test_a_coordinator_enters_the_result(town: Community, word: str, state: State) -> None:
    ask_for_visit(town)
    town.clock.set("2026-11-27T10:00")
    talk(town, "c1", "走访", "1", "登记结果", word, "没有")
    assert town.all(select(Visit).order_by(Visit.id))[0].state is state


def test_nobody_was_missed_at_a_visit_that_is_still_to_come(town: Community) -> None:
    ask_for_visit(town)
    said = talk(town, "c1", "走访", "1", "登记结果", "没见到", "没有")
    assert "11月27日(周五)还没到，到了那天再登记没见到" in said[-1].text
    assert town.all(select(Visit))[0].state is State.REQUESTED


def test_a_coordinator_moves_a_visit_and_both_sides_hear_of_it(town: Community) -> None:
    ask_for_visit(town)
    accept(town)
    talk(town, "c1", "走访", "1", "改走访时间", "星期六上午", "对")
    for who in ("m1", "v1"):
        assert "改到11月28日(周六)上午" in heard(town, who)


def test_a_coordinator_writes_something_down(town: Community) -> None:
    ask_for_visit(town)
    talk(town, "c1", "走访", "1", "记一笔", "带一份学习材料")
    assert events(town)[-1] == (What.NOTED, "带一份学习材料")


def events(town: Community) -> list[tuple[What, str]]:
    def read(session: Any) -> list[tuple[What, str]]:
        return [(e.what, e.note) for e in session.get(Visit, 1).events]

    return town.house.db.read_now(read)


def test_a_neighbours_words_are_put_to_a_name_on_the_roster(town: Community) -> None:
    town.person("陈建国", number="0088")
    many_visits(town, 1)
    talk(town, "c1", "走访", "1", "认人", "0088", "对")
    assert the_visit(town).name == "陈建国"


def test_a_name_that_is_not_on_the_roster_is_not_guessed(town: Community) -> None:
    many_visits(town, 1)
    assert "名册上找不到" in talk(town, "c1", "走访", "1", "认人", "张三丰")[-1].text


def test_who_has_an_open_visit_is_not_given_a_second(town: Community) -> None:
    many_visits(town, 1)
    ask_for_visit(town)
    said = talk(town, "c1", "走访", "1号陈阿福", "认人", "王秀英")[-1].text
    assert "已经有一次走访" in said


def test_a_cancelled_visit_does_not_come_back_beside_a_new_one(town: Community) -> None:
    ask_for_visit(town)
    talk(town, "c1", "走访", "1", "登记结果", "取消走访", "没有")
    ask_for_visit(town)
    assert "不用恢复" in talk(town, "c1", "撤销", "撤销它")[-1].text
    assert len(town.all(visits.open_about(person(town, "王秀英").id))) == 1


# ── on the page ─────────────────────────────────────────────────────────────────────────────────


def view(town: Community, viewer: str, **query: str) -> list[Any]:
    def read(session: Any) -> list[Any]:
        who = session.get(Person, person(town, viewer).id)
        return list(
            pages.view(SessionRows(session), Look(who, query, town.clock(), town.house.settings))
        )

    return town.house.db.read_now(read)


def act(town: Community, action: Callable[..., Any], **form: str) -> str:
    """What a form of the page does, by the coordinator."""

    def write(session: Any) -> str:
        me = session.get(Person, person(town, "韦红梅").id)
        said = Said("web", "desk", "1", town.clock())
        settings = town.house.settings
        return str(
            drive(action(Talk(said, me, (me,), SessionRows(session), said.at, settings), form))
        )

    return town.house.db.write_now(write)


def test_the_page_of_one_visit_offers_its_address_and_shows_its_history(town: Community) -> None:
    ask_for_visit(town)
    parts = view(town, "韦红梅", id="1")
    assert not any(ADDRESS in str(part) for part in parts)
    assert [part.label for part in parts if isinstance(part, Press)] == ["看住址", "我自己去"]
    assert parts[-1].rows[0][1:3] == ("预约", "王秀英")


def test_the_page_invites_closes_and_notes_as_the_chat_does(town: Community) -> None:
    ask_for_visit(town)
    volunteer = str(person(town, "李四").id)
    assert "李四" in act(town, one.invite, id="1", volunteer=volunteer)
    assert act(town, one.note, id="1", note="带书") == "记下了。"
    assert "见到了" in act(town, one.close, id="1", outcome="见到了")
    assert [what for what, _ in events(town)] == [
        What.REQUESTED, What.INVITED, What.NOTED, What.DONE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("action", "form"),
    [
        (one.invite, {"id": "1", "volunteer": "99"}),
        (one.close, {"id": "1"}),
        (one.note, {"id": "1", "note": " "}),
        (one.note, {"id": "77", "note": "x"}),
        (one.note, {"id": "甲", "note": "x"}),
    ],
)
def test_a_form_filled_in_wrongly_is_refused(
    town: Community, action: Callable[..., Any], form: dict[str, str]
) -> None:
    ask_for_visit(town)
    with pytest.raises(Refused):
        act(town, action, **form)


def test_the_today_page_names_what_nobody_goes_to_and_what_is_overdue(town: Community) -> None:
    ask_for_visit(town)
    who = person(town, "韦红梅")
    town.clock.go(days=7)
    waits = town.house.db.read_now(
        lambda s: list(pages.waits(SessionRows(s), who, town.clock(), town.house.settings))
    )
    assert [(w.title, w.urgent) for w in waits] == [("走访：王秀英", True)]


# ── reminders ───────────────────────────────────────────────────────────────────────────────────


def dues(town: Community, occasions: Any, words: Any, day: date) -> list[Due]:
    def read(session: Any) -> list[Due]:
        rows, settings = SessionRows(session), town.house.settings
        found = list(occasions(rows, day, day, settings))
        return [due for occasion in found for due in words(rows, occasion, settings)]

    return town.house.db.read_now(read)


def test_both_sides_are_reminded_the_day_before(town: Community) -> None:
    ask_for_visit(town)
    accept(town)
    found = {due.person_id: due for due in dues(town, remind.upcoming, remind.before, DAY)}
    member, volunteer = (found[person(town, name).id] for name in ("王秀英", "李四"))
    assert member.at.isoformat() == "2026-11-26T09:00:00+08:00"
    assert "明天上午李四会来看您" in member.text
    assert ADDRESS in volunteer.text
    assert ADDRESS not in volunteer.plain


def test_while_nobody_goes_the_coordinators_are_reminded_twice(town: Community) -> None:
    ask_for_visit(town)
    coordinator = person(town, "韦红梅").id
    found = [
        d for d in dues(town, remind.upcoming, remind.before, DAY) if d.person_id == coordinator
    ]
    assert [(due.lead, due.at.hour) for due in found] == [("T-1", 9), ("T-1 evening", 18)]


def test_a_visit_of_today_agreed_on_today_needs_no_reminder(town: Community) -> None:
    talk(town, "m1", "请人上门", "想有人聊聊", "今天下午", "对")
    assert dues(town, remind.upcoming, remind.before, the_visit(town).day) == []


def test_an_overdue_visit_climbs_to_coordinators_and_administrators(town: Community) -> None:
    boss = town.person("覃勇", Role.ADMINISTRATOR)
    ask_for_visit(town, reason="生病了")
    found = dues(town, remind.overdue, remind.climbs, date(2026, 11, 26))
    assert {due.person_id for due in found} == {person(town, "韦红梅").id, boss.id}
    assert all("生病" not in due.text for due in found)


def test_nothing_is_overdue_once_it_is_done(town: Community) -> None:
    ask_for_visit(town)
    talk(town, "c1", "走访", "1", "登记结果", "见到了", "没有")
    assert dues(town, remind.overdue, remind.climbs, date(2026, 11, 28)) == []


def test_the_clock_sends_the_reminder_to_both_sides(town: Community) -> None:
    ask_for_visit(town)
    accept(town)
    for who in ("m1", "v1", "c1"):
        town.fetch(who)
    town.clock.set("2026-11-26T09:01")
    town.house.clock.tick_now()
    assert "明天上午李四会来看您" in heard(town, "m1")
    assert "明天上午请您去看王秀英" in heard(town, "v1")


def test_who_asked_for_somebody_unknown_is_reminded_instead(town: Community) -> None:
    talk(town, "m1", "替别人请", "陈伯", "想有人聊聊", "星期五上午", "对")
    asker = person(town, "王秀英").id
    texts = [
        d.text for d in dues(town, remind.upcoming, remind.before, DAY) if d.person_id == asker
    ]
    assert texts == ["明天上午社区会请人去看陈伯。"]


def test_who_waited_for_nobody_is_told_when_the_half_day_is_past(town: Community) -> None:
    ask_for_visit(town)
    town.fetch("m1")
    town.clock.set("2026-11-27T11:59")
    town.house.clock.tick_now()
    town.fetch("m1")
    town.clock.set("2026-11-27T12:01")
    town.house.clock.tick_now()
    told = heard(town, "m1")
    assert "没请到人来看您" in told
    assert "我的上门" in told
    assert "时间过了" in talk(town, "m1", "我的上门")[-1].text


def test_who_asked_for_a_neighbour_hears_that_nobody_went(town: Community) -> None:
    talk(town, "m1", "替别人请", "陈伯", "想有人聊聊", "星期五上午", "对")
    (due,) = dues(town, remind.passing, remind.nobody_came, DAY)
    assert due.person_id == person(town, "王秀英").id
    assert "没请到人去看陈伯" in due.text


def test_who_is_expected_by_a_volunteer_is_not_told_that_nobody_comes(town: Community) -> None:
    ask_for_visit(town)
    accept(town)
    assert dues(town, remind.passing, remind.nobody_came, DAY) == []


# ── leaving the roster ──────────────────────────────────────────────────────────────────────────


def leave(town: Community, name: str) -> list[str]:
    def write(session: Any) -> list[str]:
        who = session.get(Person, person(town, name).id)
        return [n.text for n in close_for(SessionRows(session), None, who, Act(town.clock(), None))]

    return town.house.db.write_now(write)


def test_visits_to_somebody_who_leaves_the_roster_are_cancelled(town: Community) -> None:
    ask_for_visit(town)
    accept(town)
    told = leave(town, "王秀英")
    assert the_visit(town).state is State.CANCELLED
    assert any("您不用去了" in text for text in told)
    assert not any("想再约" in text for text in told)


def test_a_volunteer_who_leaves_is_replaced(town: Community) -> None:
    ask_for_visit(town)
    accept(town)
    assert any("另请一位" in text for text in leave(town, "李四"))
    assert the_visit(town).state is State.REQUESTED


def test_an_invitation_to_a_volunteer_who_leaves_is_withdrawn(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    leave(town, "李四")
    assert town.all(visits.invitations_of(person(town, "李四").id)) == []
