"""The collective political birthday as coordinators have it: the list by decade, and cards for the absent."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.people import Role, holding
from bot.domain.schedule import DayKind
from bot.domain.visits import Reason, State, Visit, VisitEvent
from bot.feature import Look
from bot.parts import Form, Table
from handlers.birthday import ceremony
from tests.calendar_house import rule, said
from tests.conftest import Community, labels

NAMES = {"王秀英": 1958, "韦建国": 1972, "覃桂芳": 1976, "陆秀兰": 2003}


@pytest.fixture
def town(community: Community) -> Community:
    """Four members of one branch, admitted in three decades; a ceremony on 1 July 2027; it is 20 June."""
    rule(community, "yearly 07-01 09:00", DayKind.COLLECTIVE)
    community.person("韦红梅", Role.COORDINATOR, address="c1")
    community.person("李四", Role.VOLUNTEER, address="v1")
    for n, (name, year) in enumerate(NAMES.items(), 1):
        community.person(name, address=f"m{n}", joined_on=date(year, 12, 26))
    community.clock.set("2027-06-20T10:00")
    return community


def absent(town: Community, *who: str) -> None:
    """These take leave of the ceremony."""
    for one in who:
        reply = town.say(one, "7月1日请假")[0]
        assert "7月1日" in reply.text, reply
        town.say(one, "对")


def visits(town: Community) -> list[Visit]:
    found: list[Visit] = town.all(select(Visit).order_by(Visit.id))
    return found


def test_the_invited_are_grouped_by_decade_of_admission(town: Community) -> None:
    reply = town.say("c1", "七一名单")[0]
    assert "请4位：1950年代1位、1970年代2位、2000年代1位" in reply.text
    assert labels(reply) == ["1950年代", "1970年代", "2000年代", "知道了"]
    assert "韦建国(0004)、覃桂芳(0005)" in said(town, "c1", "2")


def test_who_cannot_come_gets_a_card_at_home(town: Community) -> None:
    absent(town, "m1", "m2")
    assert "来不了的2位（王秀英、韦建国）" in town.say("c1", "送贺卡")[0].text
    assert "开好了2张走访单" in said(town, "c1", "1")
    found = visits(town)
    assert [(v.name, v.reason, v.words) for v in found] == [
        ("王秀英", Reason.FESTIVAL, "送集体政治生日贺卡（入党69周年）"),
        ("韦建国", Reason.FESTIVAL, "送集体政治生日贺卡（入党55周年）"),
    ]
    assert all(v.day == date(2027, 6, 27) for v in found)
    ((_, told),) = town.fetch("m1")
    assert "贺卡会送到您家" in told.text
    assert [m.kind for m in told.media] == ["picture"]
    assert "没有要送贺卡的" in said(town, "c1", "送贺卡")


def test_the_volunteer_reads_what_to_bring(town: Community) -> None:
    absent(town, "m1")
    said(town, "c1", "送贺卡", "1", "走访", "1", "请志愿者", "李四", "对")
    assert any("送集体政治生日贺卡（入党69周年）" in r.text for _, r in town.fetch("v1"))


def test_after_the_day_who_did_not_sign_in_is_absent_and_coordinators_are_asked(
    town: Community,
) -> None:
    town.clock.set("2027-07-01T09:00")
    for who in ("m1", "m2"):
        said(town, who, "签到", "对")
    town.house.clock.tick_now()
    town.clock.set("2027-07-02T09:01")
    town.house.clock.tick_now()
    asked = "".join(reply.text for _, reply in town.fetch("c1"))
    assert "有2位没来" in asked
    assert "覃桂芳、陆秀兰" in town.say("c1", "送贺卡")[0].text


def test_who_has_a_visit_open_gets_the_card_with_it(town: Community) -> None:
    absent(town, "m1")
    said(town, "m1", "请人上门", "想有人聊聊", "6月25日上午", "对")
    assert "开好了0张" in said(town, "c1", "送贺卡", "1")
    assert len(visits(town)) == 1
    notes = [event.note for event in town.all(select(VisitEvent).order_by(VisitEvent.id))]
    assert notes[-1] == "顺便送集体政治生日贺卡（入党69周年）"


def test_the_cards_are_taken_back_within_a_day(town: Community) -> None:
    absent(town, "m1")
    said(town, "c1", "送贺卡", "1", "撤销", "1")
    assert [v.state for v in visits(town)] == [State.CANCELLED]


def test_the_page_shows_decades_and_absent_and_opens_the_visits(town: Community) -> None:
    absent(town, "m1")
    tables, forms = seen(town)
    assert tables[0].rows[0] == ("1950年代", "1", "王秀英")
    assert tables[1].rows == (("王秀英", "0003", "还没有安排"),)
    assert [form.action for form in forms] == ["cards"]
    said(town, "c1", "送贺卡", "1")
    tables, forms = seen(town)
    assert tables[1].rows == (("王秀英", "0003", "有人送"),)
    assert forms == []


def seen(town: Community) -> tuple[list[Table], list[Form]]:
    def look(session: Any) -> Any:
        rows = SessionRows(session)
        (viewer,) = rows.all(holding(Role.COORDINATOR))
        return ceremony.view(rows, Look(viewer, {}, town.clock()))

    parts = town.house.db.read_now(look)
    return [p for p in parts if isinstance(p, Table)], [p for p in parts if isinstance(p, Form)]
