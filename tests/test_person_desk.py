"""对话 on the desk: who waits, answering, ready answers, notes, and what happens when nobody does."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.handover import CannedAnswer, Handover, HandoverState
from bot.domain.people import Grant, Person, Role
from bot.feature import Need
from bot.now import SHANGHAI
from bot.parts import Form, Heading, Press, Table
from tests.conftest import Community
from tests.desk_house import PAGES, Desk, at_once

PAGE = "conversations"


@pytest.fixture
def town(community: Community) -> Community:
    """Two coordinators, one of another branch, and a member who waits."""
    for name, address in (("李敏", "c1"), ("黄志强", "c2")):
        community.person(name, Role.COORDINATOR, address=address)
    other = community.person("卢桂芳", branch="双鹤社区离退休党支部")
    community.add(Grant(person_id=other.id, role=Role.COORDINATOR, branch_id=other.branch_id))
    community.person("韦建国", address="m1")
    community.say("m1", "找人帮忙")
    community.say("m1", "想问问补贴")
    return community


@pytest.fixture
def desk(town: Community) -> Desk:
    return Desk(town, "李敏")


def tick(town: Community) -> None:
    town.house.clock.turn_now()


def state(town: Community) -> HandoverState:
    row: Handover = town.all(select(Handover))[0]
    return row.state


def test_who_waits_stands_on_the_list_and_on_today(desk: Desk) -> None:
    (row,) = desk.of(Table, PAGE)[0].rows
    assert row[:2] == ("韦建国", "想找人")
    (wait,) = desk.waits("person")
    assert (wait.kind, wait.to) == (Need.PERSON, f"/desk/{PAGE}?id=1")


def test_a_coordinator_reads_what_was_said_and_answers(desk: Desk, town: Community) -> None:
    assert [h.text for h in desk.of(Heading, PAGE, id="1")] == ["韦建国"]
    assert "想问问补贴" in str(desk.rows(PAGE, id="1"))
    assert "发给韦建国了" in desk.press(PAGE, "reply", id="1", text="您好，补贴下月发。")
    assert town.fetch("m1")[-1][1].text == "李敏：您好，补贴下月发。"
    assert ("联络员", "李敏：您好，补贴下月发。") in [row[1:] for row in desk.rows(PAGE, id="1")]
    assert state(town) is HandoverState.TAKEN
    assert town.say("m1", "谢谢") == []
    assert "谢谢" in str(desk.rows(PAGE, id="1"))


def test_a_second_coordinator_sees_who_answers_and_is_refused(desk: Desk, town: Community) -> None:
    desk.press(PAGE, "reply", id="1", text="您好。")
    other = Desk(town, "黄志强")
    assert other.of(Table, PAGE)[0].rows[0][-1] == "李敏在谈"
    with pytest.raises(Refused, match="现在李敏在谈，您的话没有发：“我也来答一句。”"):
        other.press(PAGE, "reply", id="1", text="我也来答一句。")


def test_the_list_says_who_owes_an_answer(desk: Desk, town: Community) -> None:
    desk.press(PAGE, "take", id="1", was="")
    assert desk.of(Table, PAGE)[0].rows[0][-1] == "李敏在谈，还没有回话"
    desk.press(PAGE, "reply", id="1", text="您好。")
    assert desk.of(Table, PAGE)[0].rows[0][-1] == "李敏在谈"
    town.clock.go(minutes=1)
    before = _mark(desk, "")
    town.say("m1", "那几时发？")
    assert desk.of(Table, PAGE)[0].rows[0][-1] == "李敏在谈，对方又说了话"
    assert _mark(desk, "") != before


def test_it_is_handed_back_once(desk: Desk, town: Community) -> None:
    desk.press(PAGE, "reply", id="1", text="您好。")
    assert "交还给机器人了" in desk.press(PAGE, "back", id="1")
    with pytest.raises(Refused, match="已经交还"):
        desk.press(PAGE, "back", id="1")
    assert town.say("m1", "菜单")


def test_what_the_open_page_hangs_on_changes_with_what_it_shows(
    desk: Desk, town: Community
) -> None:
    """A word heard, a word said, somebody else who took over: nothing else is looked at again."""
    marks = [_mark(desk)]
    town.say("m1", "在吗")
    marks.append(_mark(desk))
    desk.press(PAGE, "reply", id="1", text="您好。")
    marks.append(_mark(desk))
    Desk(town, "黄志强").press(PAGE, "take", id="1", was=str(desk.who().id))
    marks.append(_mark(desk))
    assert len({str(mark) for mark in marks}) == len(marks)
    town.person("王秀英", address="m2")
    before = _mark(desk)
    town.say("m2", "学习日是哪天")
    assert _mark(desk) == before


def _mark(desk: Desk, id_: str = "1") -> object:
    hangs_on = PAGES[PAGE].hangs_on
    assert hangs_on is not None
    look = desk.look(id=id_)
    return desk.town.house.db.read_now(lambda session: hangs_on(SessionRows(session), look))


def test_ready_answers_belong_to_the_branch(desk: Desk, town: Community) -> None:
    own = town.branches["三海街道离退休党支部"].id
    desk.press(PAGE, "keep", text="我下午给您打电话。", branch=str(own))
    assert "我下午给您打电话。" in str(desk.rows(PAGE, id="1"))
    other = Desk(town, "卢桂芳")
    assert "我下午给您打电话。" not in str(other.rows(PAGE))
    with pytest.raises(Refused, match="没有这一句"):
        other.press(PAGE, "drop", id="1")
    desk.press(PAGE, "drop", id="1")
    assert "我下午给您打电话。" not in str(desk.rows(PAGE))


def test_who_looks_after_several_branches_says_for_which_an_answer_is(
    desk: Desk, town: Community
) -> None:
    desk.press(PAGE, "keep", text="请到窗口来办。")
    kept = town.all(select(CannedAnswer))
    assert {one.branch_id for one in kept} == {one.id for one in town.branches.values()}
    assert ("请到窗口来办。", "双鹤社区离退休党支部") in [row[:2] for row in desk.rows(PAGE)]
    with pytest.raises(Refused, match="不归您管"):
        Desk(town, "卢桂芳").press(PAGE, "keep", text="您好。", branch=str(kept[0].branch_id))


def test_who_takes_over_is_named_on_today_and_the_machine_is_silent(
    desk: Desk, town: Community
) -> None:
    press = desk.waits("person")[0].presses[-1]
    assert "由您接着了" in desk.press(PAGE, press.action, **dict(press.values))
    assert town.say("m1", "谢谢") == []
    (wait,) = Desk(town, "黄志强").waits("person")
    assert "（李敏在谈）" in wait.detail
    assert [one.label for one in desk.waits("person")[0].presses] == ["看电话"]


def test_a_colleague_is_relieved_by_whoever_saw_who_it_was(desk: Desk, town: Community) -> None:
    other = Desk(town, "黄志强")
    seen = other.waits("person")[0].presses[-1]
    desk.press(PAGE, "reply", id="1", text="您好。")
    with pytest.raises(Refused, match="李敏在谈"):
        other.press(PAGE, seen.action, **dict(seen.values))
    assert [form.action for form in other.of(Form, PAGE, id="1")] == ["note"]
    (again,) = [press for press in other.of(Press, PAGE, id="1") if press.action == "take"]
    other.press(PAGE, "take", **dict(again.values))
    with pytest.raises(Refused, match="现在黄志强在谈"):
        desk.press(PAGE, "reply", id="1", text="您好。")


def test_of_fifty_who_take_over_at_once_one_does_and_the_others_read_who(
    desk: Desk, town: Community
) -> None:
    staff = [Desk(town, town.person(f"联络员{n}", Role.COORDINATOR).name) for n in range(50)]
    said = at_once([partial(one.press, PAGE, "take", id="1", was="") for one in staff])
    assert said.count("") == 1
    winner = town.all(select(Person).join(Handover, Handover.taken_by_id == Person.id))[0].name
    assert all(f"现在{winner}在谈" in one for one in said if one)


def test_the_phone_of_who_waits_is_one_press_away(desk: Desk, town: Community) -> None:
    phone = desk.waits("person")[0].presses[0]
    assert (phone.label, phone.page) == ("看电话", "members")
    shown = desk.press("members", phone.action, **dict(phone.values))
    assert town.all(select(Person).where(Person.name == "韦建国"))[0].phone in str(shown)
    assert "/desk/members?id=" in str(shown)


def test_a_note_is_for_coordinators(desk: Desk, town: Community) -> None:
    desk.press(PAGE, "note", id="1", text="女儿在南宁")
    assert desk.of(Table, PAGE, id="1")[-1].rows[0][1:] == ("李敏", "女儿在南宁")
    assert town.fetch("m1") == []


@pytest.mark.parametrize("action", ["reply", "note", "keep"])
def test_empty_words_are_refused(desk: Desk, action: str) -> None:
    with pytest.raises(Refused, match="请写下"):
        desk.press(PAGE, action, id="1", text=" ")


def test_another_branch_neither_sees_nor_answers(town: Community) -> None:
    other = Desk(town, "卢桂芳")
    assert other.of(Table, PAGE)[0].rows == ()
    with pytest.raises(Refused, match="不归您"):
        other.press(PAGE, "reply", id="1", text="您好。")


def test_who_waits_half_an_hour_is_told_to_all_once_more(desk: Desk, town: Community) -> None:
    town.fetch("c1"), town.fetch("c2")
    town.clock.go(minutes=31)
    for _ in range(3):
        tick(town)
    told = [reply.text for address in ("c1", "c2") for _, reply in town.fetch(address)]
    assert told == ["韦建国（想找人）等了33分钟，还没有人回。请哪位有空的联系一下。"] * 2
    assert "等久了" in desk.of(Table, PAGE)[0].rows[0][-1]


@pytest.mark.parametrize(("action", "told"), [("", 1), ("reply", 0), ("note", 0)])
def test_who_was_taken_but_not_answered_is_told_to_all(
    desk: Desk, town: Community, action: str, told: int
) -> None:
    """A word written, or a call noted down, is an answer; to press “我来接” is none."""
    desk.press(PAGE, "take", id="1", was="")
    if action:
        desk.press(PAGE, action, id="1", text="打过电话了，说好了。")
    town.fetch("c1"), town.fetch("c2")
    town.clock.go(minutes=31)
    tick(town)
    tick(town)
    late = [reply.text for _, reply in town.fetch("c2") if "等了" in reply.text]
    assert len(late) == told
    assert all("李敏接着，还没有回话" in text for text in late)
    assert ("等久了" in desk.of(Table, PAGE)[0].rows[0][-1]) is bool(told)


def test_a_conversation_held_for_a_day_is_handed_back_with_a_note(
    desk: Desk, town: Community
) -> None:
    desk.press(PAGE, "reply", id="1", text="您好。")
    town.clock.go(hours=25)
    tick(town)
    assert state(town) is HandoverState.CLOSED
    assert desk.of(Table, PAGE, id="1")[-1].rows[0][1:] == (
        "自动",
        "接着谈了24小时，自动交还给机器人。",
    )
    assert "已经交还给机器人" in str(town.fetch("c1"))


@pytest.mark.parametrize("by", ["page", "chat", "clock"])
def test_the_member_is_told_that_the_machine_answers_again(
    desk: Desk, town: Community, by: str
) -> None:
    """Whoever was talking with a person would else wait for words that don't come."""
    desk.press(PAGE, "reply", id="1", text="您好。")
    town.fetch("m1")
    if by == "page":
        desk.press(PAGE, "back", id="1")
    elif by == "chat":
        town.say("c1", "说完了")
    else:
        town.clock.go(hours=25)
        tick(town)
        tick(town)
    told = [reply.text for _, reply in town.fetch("m1")]
    assert len(told) == 1
    assert told[0].startswith("李敏和您先谈到这里")


def test_at_night_nobody_is_woken_by_a_conversation_handed_back(
    desk: Desk, town: Community
) -> None:
    desk.press(PAGE, "reply", id="1", text="您好。")
    town.fetch("m1")
    town.clock.at = town.clock.at.astimezone(SHANGHAI).replace(hour=23) + timedelta(days=1)
    tick(town)
    assert town.fetch("m1") == []
    town.clock.go(hours=9)
    assert "先谈到这里" in str(town.fetch("m1"))


def test_who_waited_a_day_for_a_person_who_was_silent_reads_that_it_goes_on(
    desk: Desk, town: Community
) -> None:
    desk.press(PAGE, "take", id="1", was="")
    town.fetch("m1")
    town.clock.go(hours=25)
    tick(town)
    assert next(reply.text for _, reply in town.fetch("m1")).startswith("让您久等了")


def test_an_emergency_keeps_what_was_asked_for_before(desk: Desk, town: Community) -> None:
    """The urgent words stand first, and the first request is not forgotten behind them."""
    before = town.all(select(Handover))[0].words
    assert before
    for said in ("我摔倒了起不来", "快来人救命", "我摔倒了起不来"):
        town.say("m1", said)
    row = town.all(select(Handover))[0]
    assert row.why == "emergency"
    assert row.words == f"我摔倒了起不来；先前说：快来人救命；先前说：{before}"
    assert "我摔倒了起不来；先前说：" in str(desk.of(Table, PAGE)[0].rows[0][2])


def test_who_was_taken_for_a_day_and_never_answered_waits_again(
    desk: Desk, town: Community
) -> None:
    desk.press(PAGE, "take", id="1", was="")
    town.clock.go(hours=25)
    town.fetch("c1"), town.fetch("c2")
    tick(town)
    tick(town)
    assert state(town) is HandoverState.OPEN
    for address in ("c1", "c2"):
        told = [reply.text for _, reply in town.fetch(address) if "没有人回过话" in reply.text]
        assert told == ["韦建国被接了24小时，没有人回过话，现在又在等。请哪位有空的联系一下。"]
    desk.press(PAGE, "take", id="1", was="")
    assert state(town) is HandoverState.TAKEN
