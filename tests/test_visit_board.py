"""走访 on the desk: the board, one visit's buttons, the day sheet, who is long unseen, goals, what waits."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from bot.domain import visits
from bot.domain.access.people import access_people
from bot.domain.base import Refused
from bot.domain.deeds import Field, Sight
from bot.domain.people import Grant, Role
from bot.domain.visits import Half, Reason, State, Visit
from bot.feature import Need
from bot.parts import Board, Card, Form, Links, Press, Progress, Sheet, Table, Text
from tests.conftest import Community
from tests.desk_house import Desk
from tests.test_visit import ADDRESS, ask_for_visit, heard, invite, talk, the_visit

OTHER = "双鹤社区离退休党支部"
FRIDAY = "2026-11-27"


@pytest.fixture
def town(community: Community) -> Community:
    """A member, a volunteer and a coordinator of the branch; a coordinator and a member of another one."""
    staff = community.person("李敏", Role.VOLUNTEER, address="c1")
    community.add(Grant(person_id=staff.id, role=Role.COORDINATOR, branch_id=staff.branch_id))
    community.person("李四", Role.VOLUNTEER, address="v1")
    community.person("王秀英", address="m1")
    theirs = community.person("黄丽", Role.VOLUNTEER, branch=OTHER)
    community.add(Grant(person_id=theirs.id, role=Role.COORDINATOR, branch_id=theirs.branch_id))
    community.person("单建国", branch=OTHER)
    return community


@pytest.fixture
def desk(town: Community) -> Desk:
    return Desk(town, "李敏")


def cards(desk: Desk) -> dict[str, list[Card]]:
    (board,) = desk.of(Board, "visits")
    return {column.title: list(column.cards) for column in board.columns if column.cards}


def press(desk: Desk, action: str, **values: str) -> Any:
    return desk.press("visits", action, **({"id": str(the_visit(desk.town).id)} | values))


def made(town: Community, name: str, day: date, state: State = State.DONE) -> None:
    """A visit long over."""
    who = next(p for p in town.all(visits.named(name)))
    town.add(
        Visit(
            person_id=who.id, branch_id=who.branch_id, reason=Reason.TALK, words="", health_note="", place="",
            day=day, half=Half.MORNING, due_on=day, state=state, created_at=town.clock(),
            settled_at=town.clock(), closed_at=town.clock() - timedelta(days=30),
        )
    )  # fmt: skip


# ── the board ───────────────────────────────────────────────────────────────────────────────────


def test_a_visit_stands_in_the_column_of_its_state(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    assert list(cards(desk)) == ["待请人"]
    invite(town)
    assert list(cards(desk)) == ["等志愿者答复"]
    talk(town, "v1", "接受走访")
    assert list(cards(desk)) == ["有人去"]
    press(desk, "close", outcome="见到了")
    assert list(cards(desk)) == ["最近见到了"]


def test_a_card_says_how_long_it_waits_and_that_it_is_late(desk: Desk, town: Community) -> None:
    ask_for_visit(town, reason="生病了")
    (card,) = cards(desk)["待请人"]
    assert not card.late
    assert "今天约的，最迟11月25日(周三)" in card.lines
    town.clock.go(days=4)
    (card,) = cards(desk)["待请人"]
    assert card.late
    assert any("等了4天" in line for line in card.lines)


def test_what_is_long_over_leaves_the_board(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    press(desk, "close", outcome="见到了")
    town.clock.go(days=15)
    assert cards(desk) == {}


def test_another_branchs_coordinator_sees_and_does_nothing(town: Community) -> None:
    ask_for_visit(town)
    theirs = Desk(town, "黄丽")
    assert cards(theirs) == {}
    assert theirs.waits("visit") == []
    assert theirs.rows("visits", sheet=FRIDAY) == []
    with pytest.raises(Refused):
        theirs.page("visits", id="1")
    for action in ("look", "invite", "withdraw", "go", "release", "move", "close", "note"):
        with pytest.raises(Refused):
            press(theirs, action)


def test_no_address_and_no_health_note_stands_on_any_page(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    for query in ({}, {"id": "1"}, {"sheet": FRIDAY}, {"unseen": "1"}):
        assert ADDRESS not in str(desk.page("visits", **query))


# ── one visit ───────────────────────────────────────────────────────────────────────────────────


def test_a_coordinator_goes_in_person_and_everybody_hears_it(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    town.fetch("v1")
    press(desk, "go")
    visit = the_visit(town)
    assert (visit.state, visit.volunteer.name) == (State.ACCEPTED, "李敏")
    assert "另有安排" in heard(town, "v1")
    assert "李敏会在11月27日(周五)上午来看您" in heard(town, "m1")


def test_an_invitation_is_withdrawn_by_a_press(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    press(desk, "withdraw")
    assert the_visit(town).state is State.REQUESTED


def test_somebody_else_is_looked_for_when_the_volunteer_cant(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    talk(town, "v1", "接受走访")
    town.fetch("m1")
    press(desk, "release")
    assert the_visit(town).state is State.REQUESTED
    assert "要换一位同志" in heard(town, "m1")


def test_another_time_is_told_to_both_sides(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    town.fetch("m1")
    assert "改好了" in press(desk, "move", day="2026-11-28", half="afternoon")
    assert "改到11月28日(周六)下午" in heard(town, "m1")


@pytest.mark.parametrize(
    ("day", "half"),
    [(FRIDAY, "morning"), ("2026-11-20", "morning"), ("x", "morning"), ("2026-11-28", "night")],
)
def test_a_time_that_wont_do_is_refused(desk: Desk, town: Community, day: str, half: str) -> None:
    ask_for_visit(town)
    with pytest.raises(Refused):
        press(desk, "move", day=day, half=half)


def test_after_nobody_was_at_home_the_next_visit_is_one_link_away(
    desk: Desk, town: Community
) -> None:
    ask_for_visit(town)
    with pytest.raises(Refused, match=r"11月27日\(周五\)还没到"):
        press(desk, "close", outcome="没见到")
    town.clock.set("2026-11-27T15:00")
    press(desk, "close", outcome="没见到")
    assert [link.to for links in desk.of(Links, "visits", id="1") for link in links.links][
        -1
    ] == "?id=2"


def test_after_a_visit_the_next_one_is_arranged(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    press(desk, "close", outcome="见到了")
    way = desk.of(Links, "visits", id="1")[-1].links[0].to
    member, _, follows = way.removeprefix("?person=").partition("&follows=")
    assert follows == "1"
    town.fetch("m1")
    done = desk.press(
        "visits", "arrange", person=member, day="2026-12-10", half="morning", reason="study"
    )
    assert done.to == "/desk/visits?id=2", "where a volunteer is asked"
    assert (the_visit(town).reason, the_visit(town).day) == (Reason.STUDY, date(2026, 12, 10))
    assert "联络员给您约了12月10日(周四)上午的上门走访" in heard(town, "m1")
    with pytest.raises(Refused, match="已经约了"):
        desk.press("visits", "arrange", person=member, day="2026-12-11", half="morning")


def test_who_is_ill_and_visited_late_is_said_at_once(desk: Desk, town: Community) -> None:
    member = str(town.all(visits.named("王秀英"))[0].id)
    assert any(
        "生病的，3天内要去看。" in part.text for part in desk.of(Text, "visits", person=member)
    )
    done = desk.press(
        "visits", "arrange", person=member, day="2026-12-10", half="morning", reason="illness"
    )
    assert "病了的，最迟11月25日(周三)要去看，这一次约晚了。" in done.text


def test_nobody_is_arranged_for_in_another_branch(desk: Desk, town: Community) -> None:
    theirs = str(town.all(visits.named("单建国"))[0].id)
    with pytest.raises(Refused):
        desk.page("visits", person=theirs)
    with pytest.raises(Refused):
        desk.press("visits", "arrange", person=theirs, day="2026-12-10", half="morning")


# ── the day sheet ───────────────────────────────────────────────────────────────────────────────


def test_the_printed_sheet_has_addresses_and_each_look_is_kept(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    (row,) = desk.rows("visits", sheet=FRIDAY)
    assert row == ("上午", "王秀英", "李四（还没答复）", "有登记")
    _, sheet = desk.press("visits", "sheet", day=FRIDAY)
    assert isinstance(sheet, Sheet)
    (table,) = sheet.parts
    assert isinstance(table, Table)
    assert table.rows[0][:4] == ("上午", "李四（还没答复）", "王秀英", ADDRESS)
    *_, kept = town.all(select(Sight).order_by(Sight.id))  # those in chat came before
    assert (kept.by.name, kept.field) == ("李敏", Field.ADDRESS)


def test_a_day_without_visits_prints_nothing(desk: Desk) -> None:
    with pytest.raises(Refused, match="没有走访"):
        desk.press("visits", "sheet", day=FRIDAY)
    with pytest.raises(Refused):
        desk.page("visits", sheet="今天")


# ── who is long unseen ──────────────────────────────────────────────────────────────────────────


def test_the_longest_unseen_come_first_and_only_met_ones_count(desk: Desk, town: Community) -> None:
    for name in ("韦建国", "覃秀英"):
        town.person(name)
    made(town, "韦建国", date(2026, 6, 1))
    made(town, "王秀英", date(2026, 10, 1))
    made(town, "王秀英", date(2026, 11, 1), State.NOT_HOME)
    rows = desk.rows("visits", unseen="1")
    assert [(row[0], row[2]) for row in rows] == [
        ("覃秀英", "没有见过"), ("韦建国", "6月1日(周一)"), ("王秀英", "10月1日(周四)"),
    ]  # fmt: skip
    assert rows[0][4].label == "约一次"


def test_who_has_a_visit_coming_is_linked_to_it(desk: Desk, town: Community) -> None:
    visit = ask_for_visit(town)
    (row,) = desk.rows("visits", unseen="1")
    assert row[4].to == f"?id={visit.id}"


def test_the_list_never_scans_the_visits(desk: Desk, town: Community) -> None:
    query = access_people(desk.who(), visits.longest_unseen()).compile(
        town.house.db.engine, compile_kwargs={"literal_binds": True}
    )
    plan = town.house.db.read_now(
        lambda s: [row[3] for row in s.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
    )
    assert any("ix_visit_person_id_state_day" in line for line in plan)
    assert not any(line.startswith("SCAN visit") for line in plan)


def test_the_board_costs_as_many_statements_for_one_visit_as_for_many(
    desk: Desk, town: Community
) -> None:
    ran: list[str] = []
    engine = town.house.db.engine
    event.listen(engine, "before_cursor_execute", lambda *a: ran.append(a[2]))
    ask_for_visit(town)
    desk.page("visits")
    ran.clear()
    desk.page("visits")
    few = len(ran)
    for name in ("韦建国", "覃秀英", "卢桂芳"):
        town.person(name)
        talk(town, "m1", "替别人请", name, "想有人聊聊", "星期六上午", "对")
    ran.clear()
    desk.page("visits")
    assert len(ran) <= few + 1


# ── goals and what waits ────────────────────────────────────────────────────────────────────────


def test_the_months_goal_shows_how_far_the_branch_has_come(desk: Desk, town: Community) -> None:
    assert desk.of(Progress, "visits") == []
    goal = town.house.settings.visit.model_copy(update={"goal_a_month": 4})
    town.house.settings = town.house.settings.model_copy(update={"visit": goal})
    made(town, "王秀英", date(2026, 11, 3))
    made(town, "王秀英", date(2026, 10, 31))
    (progress,) = desk.of(Progress, "visits")
    assert (progress.done, progress.total) == (1, 4)
    assert "走访了1次，目标4次" in progress.text


def test_what_nobody_goes_to_is_settled_from_the_today_page(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    (waits,) = desk.waits("visit")
    assert (waits.kind, waits.to, waits.urgent) == (Need.VISIT, "/desk/visits?id=1", False)
    (going,) = waits.presses
    desk.press(going.page, going.action, **dict(going.values))
    assert desk.waits("visit") == []


def test_a_missing_outcome_waits_and_is_entered_by_one_press(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    press(desk, "go")
    town.clock.set("2026-11-28T09:00")
    (waits,) = desk.waits("visit")
    met, _ = waits.presses
    desk.press(met.page, met.action, **dict(met.values))
    assert the_visit(town).state is State.DONE


def test_an_overdue_visit_is_urgent_and_told_once_to_every_coordinator_of_the_branch(
    desk: Desk, town: Community
) -> None:
    ask_for_visit(town, reason="生病了")
    town.fetch("c1")
    for moment in ("2026-11-26T09:01", "2026-11-26T09:30", "2026-11-27T09:01"):
        town.clock.set(moment)
        town.house.clock.tick_now()
    told = heard(town, "c1")
    assert told.count("过期了") == 1
    assert "过期了：最迟11月25日(周三)，约在11月27日(周五)上午，待请人。" in told
    (waits,) = desk.waits("visit")
    assert (waits.urgent, waits.detail) == (True, "11月27日(周五)上午，待请人，逾期2天")


def fields(desk: Desk, **query: str) -> dict[str, str]:
    (form,) = desk.of(Form, "visits", **query)
    return {field.name: field.value for field in form.fields}


def test_the_next_visit_is_proposed_as_the_former_was(desk: Desk, town: Community) -> None:
    talk(town, "m1", "请人上门", "送学上门", "星期五下午", "对")
    press(desk, "close", outcome="见到了")
    member = str(the_visit(town).person_id)
    found = fields(desk, person=member, follows="1")
    assert (found["reason"], found["day"], found["half"]) == ("study", "2026-11-29", "afternoon")
    assert fields(desk, person=member)["reason"] == "talk", "nothing to follow"


def test_who_is_ill_is_seen_again_as_soon_as_can_be(desk: Desk, town: Community) -> None:
    ask_for_visit(town, reason="生病了")
    press(desk, "close", outcome="见到了")
    found = fields(desk, person=str(the_visit(town).person_id), follows="1")
    assert (found["reason"], found["day"]) == ("illness", "2026-11-23")


def test_the_branchs_own_coordinator_is_named_and_nobody_calls_themselves(town: Community) -> None:
    of_all = town.person("阿宝", Role.VOLUNTEER)
    town.add(Grant(person_id=of_all.id, role=Role.COORDINATOR, branch_id=None))
    assert (
        "联络员李敏会打电话"
        in talk(town, "m1", "请人上门", "想有人聊聊", "星期五上午", "对")[-1].text
    )
    asked = talk(town, "c1", "请人上门", "想有人聊聊", "星期五上午", "对")[-1].text
    assert "联络员阿宝会打电话" in asked


# ── what is past ────────────────────────────────────────────────────────────────────────────────


def test_nobody_is_asked_to_go_to_a_half_day_that_is_over(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    town.clock.set("2026-11-27T12:00")
    assert not [p for p in desk.of(Press, "visits", id="1") if p.action == "go"]
    assert any("已经过去了。请先改时间" in t.text for t in desk.of(Text, "visits", id="1"))
    with pytest.raises(Refused, match="已经过去了"):
        press(desk, "go")
    (volunteer,) = town.all(visits.volunteers_for(the_visit(town)))[:1]
    with pytest.raises(Refused, match="已经过去了"):
        press(desk, "invite", volunteer=str(volunteer.id))
    press(desk, "move", day="2026-11-28", half="morning")
    press(desk, "go")
    assert the_visit(town).state is State.ACCEPTED


def test_what_nobody_went_to_is_put_off_from_today_by_one_press(
    desk: Desk, town: Community
) -> None:
    ask_for_visit(town)
    invite(town)
    town.clock.set("2026-11-28T09:00")
    (waits,) = desk.waits("visit")
    (later,) = waits.presses
    assert later.label == "改到明天上午"
    town.fetch("m1")
    desk.press(later.page, later.action, **dict(later.values))
    assert "改到11月29日(周日)上午" in heard(town, "m1")
    assert "看王秀英的走访从11月27日(周五)上午改到11月29日(周日)上午" in heard(town, "v1")
    assert desk.waits("visit") == [], "the volunteer is asked for that day"


def test_a_late_yes_promises_nobody_a_visit_in_the_past(town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    town.clock.set("2026-11-27T12:00")
    town.fetch("m1")
    assert "这次不用您去了" in talk(town, "v1", "接受走访")[-1].text
    assert "这次不用您去了" in talk(town, "v1", "我的走访")[-1].text
    assert the_visit(town).state is State.INVITED
    assert "会在" not in heard(town, "m1")


def test_the_volunteer_is_asked_once_how_it_went(desk: Desk, town: Community) -> None:
    ask_for_visit(town)
    invite(town)
    talk(town, "v1", "接受走访")
    town.fetch("v1")
    for moment in ("2026-11-27T11:59", "2026-11-27T12:01", "2026-11-27T18:01"):
        town.clock.set(moment)
        town.house.clock.tick_now()
    asked = "11月27日(周五)上午请您去看王秀英，见到了吗？"
    assert heard(town, "v1").count(asked) == 1
    assert "有什么要告诉社区的吗" in talk(town, "v1", "见到了")[-1].text
    talk(town, "v1", "没有")
    assert the_visit(town).state is State.DONE


def test_staff_who_went_find_the_question_on_today(town: Community) -> None:
    town.person("覃勇", Role.COORDINATOR, address="c2")
    desk = Desk(town, "覃勇")
    ask_for_visit(town)
    press(desk, "go")
    town.clock.set("2026-11-27T12:01")
    town.house.clock.tick_now()
    assert "见到了吗" not in heard(town, "c2"), "only volunteers answer it in chat"
    (waits,) = desk.waits("visit")
    assert waits.detail == "11月27日(周五)上午，还没登记结果"
    assert [p.label for p in waits.presses] == ["见到了", "没见到"]
