"""What a coordinator of one branch can't do to another branch's people, nor to an administrator, whatever is sent."""

from pathlib import Path
from typing import Any

import pytest
from alembic.command import stamp
from sqlalchemy import select

from bot.domain.base import OutOfReach, Refused
from bot.domain.handover import CannedAnswer
from bot.domain.notices import Notice
from bot.domain.people import Grant, Person, Role, Sender, Status, bound_to
from bot.domain.registration import RegistrationRequest
from bot.domain.visits import State, Visit
from bot.migrations import configuration
from bot.parts import Sheet, Table, Text
from tests.commands import invoke
from tests.conftest import Community
from tests.desk_house import Desk
from tests.roster_house import drop, seen_now, sheet, store

OURS, OTHER = "三海街道离退休党支部", "双鹤社区离退休党支部"


@pytest.fixture
def town(community: Community) -> Community:
    """韦红梅 administers all and belongs to no branch; 李敏 and 覃勇 coordinate a branch each; a member in each."""
    chief = community.person("韦红梅", Role.COORDINATOR, Role.ADMINISTRATOR, address="c1")
    no_branch(community, chief)
    for name, branch, address in (("李敏", OURS, "c2"), ("覃勇", OTHER, "c3")):
        staff = community.person(name, Role.MEMBER, address=address, branch=branch)
        community.add(Grant(person_id=staff.id, role=Role.COORDINATOR, branch_id=staff.branch_id))
    community.person("王秀英", address="m1", phone="13900005678")
    community.person("单建国", address="m2", branch=OTHER, phone="13900009999")
    return community


def no_branch(town: Community, person: Person) -> None:
    def job(session: Any) -> None:
        session.get_one(Person, person.id).branch_id = None

    town.house.db.write_now(job)


def who(town: Community, name: str) -> Person:
    found: Person = town.all(select(Person).where(Person.name == name))[0]
    return found


def change(town: Community, name: str, **values: Any) -> None:
    """Set columns of a person behind everybody's back."""

    def job(session: Any) -> None:
        person = session.get_one(Person, who(town, name).id)
        for column, value in values.items():
            setattr(person, column, value)

    town.house.db.write_now(job)


def give_branch(town: Community, name: str, branch: str) -> None:
    """A coordinator looks after another branch from now on."""

    def job(session: Any) -> None:
        person = session.get_one(Person, who(town, name).id)
        grant = next(grant for grant in person.grants if grant.role is Role.COORDINATOR)
        grant.branch_id = town.branch(branch).id

    town.house.db.write_now(job)


def cancel_a_visit(town: Community) -> None:
    """李敏 does, for the office."""
    for said in ("请人上门", "想聊聊天", "明天上午", "对"):
        town.say("m1", said)
    for said in ("走访", "1", "登记结果", "取消走访", "没有"):
        town.say("c2", said)


def words(replies: Any) -> str:
    return "\n".join([r.text + "".join(c.label for c in r.choices) for r in replies])


# ── staff are left to administrators ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("action", "values"),
    [("new_phone", {}), ("standing", {"to": "deceased", "was": "active", "reason": "去世"})],
)
def test_a_coordinator_does_nothing_to_an_administrator(
    town: Community, action: str, values: dict[str, str]
) -> None:
    """A card of an administrator signs in as the administrator."""
    with pytest.raises(OutOfReach, match="请管理员来办"):
        Desk(town, "李敏").press("members", action, id=str(who(town, "韦红梅").id), **values)


def test_an_administrator_makes_a_card_for_a_coordinator(town: Community) -> None:
    parts = Desk(town, "韦红梅").press("members", "new_phone", id=str(who(town, "李敏").id))

    assert any(isinstance(part, Sheet) for part in parts)


def test_a_stack_of_cards_holds_none_of_another_coordinators(town: Community) -> None:
    parts = Desk(town, "李敏").press("cards", "make", whom="all")
    named = str([part.parts[0] for part in parts if isinstance(part, Sheet)])

    assert [name for name in ("李敏", "王秀英", "韦红梅", "单建国") if name in named] == [
        "李敏",
        "王秀英",
    ]


def test_a_sheet_changes_nothing_of_an_administrator(town: Community, tmp_path: Path) -> None:
    desk = Desk(town, "李敏")
    number = who(town, "韦红梅").number
    line = (number, "韦红梅", "1948-03-05", "1976-12-26", "", "13700000000", "别处1号", "")
    id_ = drop(desk, sheet(tmp_path, line))

    desk.press("import", "store", id=id_, seen=seen_now(town))
    town.house.importer.work()
    assert "要改" in desk.of(Text, "import", id=id_)[0].text
    assert who(town, "韦红梅").phone == "13800001234"


def test_who_got_another_branch_takes_no_import_of_the_old_one_back(
    town: Community, tmp_path: Path
) -> None:
    desk = Desk(town, "李敏")
    id_ = drop(desk, sheet(tmp_path, ("", "新来的", "1950-03-05", "1980-12-26", OURS, "", "", "")))
    store(desk, id_)
    give_branch(town, "李敏", OTHER)

    with pytest.raises(OutOfReach):
        desk.press("import", "undo", id=id_)


def test_an_administrators_correction_is_not_a_coordinators_to_make(town: Community) -> None:
    for said in ("改我的资料", "电话", "13700000000", "对"):
        town.say("c1", said)
    desk = Desk(town, "李敏")
    id_ = desk.rows("corrections")[0][0]

    with pytest.raises(OutOfReach, match="请管理员来办"):
        desk.press("corrections", "make", id=id_)


# ── registrations ───────────────────────────────────────────────────────────────────────────────


def register(town: Community, name: str, tail: str) -> str:
    """A stranger at s1 says a name and a number that don't quite fit; the request's number."""
    for said in ("登记", "同意", name, tail, "对"):
        town.say("s1", said)
    return str(town.all(select(RegistrationRequest))[-1].id)


@pytest.mark.parametrize("name", ["单建国", "韦红梅"])
def test_a_phone_is_bound_to_nobody_out_of_reach(town: Community, name: str) -> None:
    id_ = register(town, "赵无名", "1111")

    with pytest.raises(Refused):
        Desk(town, "李敏").press("registrations", "approve", id=id_, who=who(town, name).number)
    assert not town.all(bound_to("terminal", "s1"))


def test_nor_by_naming_them_in_chat(town: Community) -> None:
    register(town, "赵无名", "1111")
    for said in ("待登记", "1", "另选一位"):
        town.say("c2", said)
    answer = town.say("c2", who(town, "单建国").number)

    assert "名册上找不到" in words(answer)
    assert not town.all(bound_to("terminal", "s1"))


def test_who_resembles_people_of_two_branches_shows_each_only_their_own(town: Community) -> None:
    town.person("王秀音", branch=OTHER, phone="13900005678")
    register(town, "王秀莺", "5678")
    shown = str(Desk(town, "李敏").page("registrations"))
    heard = [words([reply]) for _, reply in town.fetch("c2")]

    assert "王秀英" in shown
    assert "王秀音" not in shown
    assert not any("王秀音" in text for text in heard)


# ── visits, ready answers, notices ──────────────────────────────────────────────────────────────


def test_a_visit_is_not_put_onto_somebody_of_another_branch(town: Community) -> None:
    """Their address would stand on the visit."""
    for said in ("请人去看看隔壁陈伯", "想聊聊天", "明天上午", "对"):
        town.say("m1", said)
    for said in ("走访", "1", "认人"):
        town.say("c2", said)
    answer = town.say("c2", who(town, "单建国").number)

    assert "不归您这个支部" in words(answer)
    assert [visit.person_id for visit in town.all(select(Visit))] == [None]


def test_ready_answers_are_the_branchs_own(town: Community) -> None:
    other = who(town, "覃勇").branch_id
    assert other is not None
    row = town.add(CannedAnswer(branch_id=other, text="双鹤下午三点开门。"))
    change(town, "李敏", branch_id=None)
    desk = Desk(town, "李敏")

    assert "双鹤下午三点开门。" not in str(desk.page("conversations"))
    with pytest.raises(OutOfReach):
        desk.press("conversations", "drop", id=str(row.id))


def test_the_writer_of_a_notice_who_got_another_branch_sees_it_no_more(town: Community) -> None:
    desk = Desk(town, "李敏")
    desk.press("notices", "write", text="明天停水。", audience="all")
    number = str(town.all(select(Notice))[-1].id)

    give_branch(town, "李敏", OTHER)
    with pytest.raises(OutOfReach):
        desk.page("notices", id=number)
    assert number not in [row[0] for table in desk.of(Table, "notices") for row in table.rows]


# ── who is paused or gone ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [Status.PAUSED, Status.MOVED, Status.DECEASED])
def test_a_coordinator_off_the_roster_has_no_powers_in_chat(
    town: Community, status: Status
) -> None:
    register(town, "赵无名", "1111")
    change(town, "李敏", status=status)

    assert "赵无名" not in words(town.say("c2", "待登记"))
    assert "工作" not in words(town.say("c2", "主菜单"))


def test_nor_on_a_phone_that_somebody_else_uses_too(town: Community) -> None:
    register(town, "赵无名", "1111")
    town.bind(who(town, "王秀英"), "c2")
    change(town, "李敏", status=Status.MOVED)

    assert "王秀英" in words(town.say("c2", "我的资料"))
    assert "赵无名" not in words(town.say("c2", "待登记"))


def test_nor_by_a_button_of_a_page_that_is_still_open(town: Community) -> None:
    change(town, "李敏", status=Status.PAUSED)

    with pytest.raises(Refused, match="现在不能办"):
        Desk(town, "李敏").press("conversations", "keep", text="你好。")


def test_nor_takes_back_what_was_done_for_the_office(town: Community) -> None:
    cancel_a_visit(town)
    change(town, "李敏", status=Status.PAUSED)

    assert "由社区联络员来办" in words(town.say("c2", "撤销"))
    assert [visit.state for visit in town.all(select(Visit))] == [State.CANCELLED]


def test_nor_what_was_done_for_a_branch_that_is_another_s_by_now(town: Community) -> None:
    cancel_a_visit(town)
    town.say("c2", "撤销")
    give_branch(town, "李敏", OTHER)

    assert "不归您这个支部" in words(town.say("c2", "撤销它"))
    assert "不归您这个支部" in words(town.say("c2", "撤销"))
    assert [visit.state for visit in town.all(select(Visit))] == [State.CANCELLED]


def test_what_is_one_s_own_comes_back_all_the_same(town: Community) -> None:
    town.say("c2", "少提醒我")
    cancel_a_visit(town)
    give_branch(town, "李敏", OTHER)

    assert "少提醒我" in words(town.say("c2", "撤销"))
    town.say("c2", "撤销它")
    assert not who(town, "李敏").reminders_off


# ── commands ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "command",
    [
        ("pause", "单建国"), ("pause", "韦红梅"), ("invite", "单建国"), ("revoke", "单建国", "--devices"),
        ("pause", "王秀英", "--as", "覃勇"),
    ],
)  # fmt: skip
def test_a_command_obeys_the_same_gates(
    town: Community, tmp_path: Path, command: tuple[str, ...]
) -> None:
    with town.house.db.engine.begin() as connection:
        stamp(configuration(connection), "head")
    by = () if "--as" in command else ("--as", "李敏")
    done = invoke(["members", *command, *by, "--data", str(tmp_path)])

    assert isinstance(done.exception, OutOfReach)
    assert not town.all(select(Sender).where(Sender.ended_at.is_not(None)))


def test_a_paused_administrator_adds_nobody_by_command(town: Community, tmp_path: Path) -> None:
    with town.house.db.engine.begin() as connection:
        stamp(configuration(connection), "head")
    town.person("黄志强", Role.ADMINISTRATOR)
    change(town, "韦红梅", status=Status.PAUSED)
    add = ["members", "add", "新来的", "--role", "administrator", "--as", "韦红梅"]
    done = invoke([*add, "--data", str(tmp_path)])

    assert isinstance(done.exception, Refused)
    assert not town.all(select(Person).where(Person.name == "新来的"))
