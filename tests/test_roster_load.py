"""导入名册 on the desk: compared, stored, taken back; by whom and how much."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.administrators import administrators
from bot.domain.base import Refused
from bot.domain.deeds import Deed
from bot.domain.imports import RosterImport, Stage
from bot.domain.mail import Mail, Outbox
from bot.domain.people import Branch, Grant, Person, Role, Status
from bot.domain.roster import heading_words
from bot.members import branches, roles
from bot.parts import Table, Text
from bot.sheets import read_bytes
from tests.conftest import Community
from tests.desk_house import Desk
from tests.roster_house import drop, person, seen_now, sheet, store, undo
from tests.sheets import healthy

OURS, OTHER = "三海街道离退休党支部", "双鹤社区离退休党支部"
JIAN = ("0002", "韦建国", "1948-03-05", "1976-12-26", OURS, "13800001234", "青年路8号", "")
XIUYING = ("", "覃秀英", "1950-01-01", "", OURS, "13900001111", "", "")
"""Somebody new."""


@pytest.fixture
def town(community: Community) -> Community:
    """An administrator, a coordinator of one branch, members of two."""
    community.person("李敏", Role.ADMINISTRATOR, address="c1")
    community.person("韦建国", address="m1")
    community.person("单红", branch=OTHER)
    staff = community.person("黄志强")
    community.add(Grant(person_id=staff.id, role=Role.COORDINATOR, branch_id=staff.branch_id))
    return community


@pytest.fixture
def desk(town: Community) -> Desk:
    return Desk(town, "李敏")


def test_a_sheet_without_members_says_so(desk: Desk, tmp_path: Path) -> None:
    id_ = drop(desk, sheet(tmp_path))
    (said,) = [part for part in desk.of(Text, "import", id=id_) if part.tone == "warning"]
    assert "没有会员" in said.text


def test_what_would_change_is_shown_and_nothing_is_stored(
    desk: Desk, town: Community, tmp_path: Path
) -> None:
    moved = (*JIAN[:6], "建设路1号", "")
    id_ = drop(desk, sheet(tmp_path, moved, XIUYING))
    lead = next(part for part in desk.of(Text, "import", id=id_) if part.tone == "lead")
    assert lead.text == "会新增1位，改1位。存了以后，一天之内可以整份撤销。"
    assert desk.rows("import", id=id_, show="changed") == [("2", "韦建国（0002）", "住址")]
    assert desk.of(Table, "import", id=id_, show="changed")[0].head == ("行", "谁", "改什么")
    assert [row[1] for row in desk.rows("import", id=id_, show="missing")] == [
        "李敏（0001）", "单红（0003）", "黄志强（0004）",
    ]  # fmt: skip
    assert person(town, "覃秀英") is None


def test_it_is_stored_and_taken_back(desk: Desk, town: Community, tmp_path: Path) -> None:
    moved = (*JIAN[:6], "建设路1号", "志愿者")
    id_ = drop(desk, sheet(tmp_path, moved, XIUYING))
    assert store(desk, id_) == "存好了：新增1位，改了1位。一天之内可以撤销。"
    one = person(town, "韦建国")
    assert one
    assert (one.address, Role.VOLUNTEER in one.roles) == ("建设路1号", True)
    assert person(town, "覃秀英")
    assert undo(desk, id_) == "撤销了：去掉1位，改回1位。"
    one = person(town, "韦建国")
    assert one
    assert (one.address, one.roles) == ("青年路8号", {Role.MEMBER})
    assert person(town, "覃秀英") is None


def test_taking_back_keeps_what_happened_since(desk: Desk, town: Community, tmp_path: Path) -> None:
    moved = (*JIAN[:6], "建设路1号", "")
    id_ = drop(desk, sheet(tmp_path, moved, XIUYING))
    store(desk, id_)
    new = person(town, "覃秀英")
    assert new
    town.bind(new, "m9")
    town.house.db.write_now(
        lambda s: setattr(
            s.scalars(select(Person).where(Person.name == "韦建国")).unique().one(),
            "address",
            "新路2号",
        )
    )
    assert undo(desk, id_) == "撤销了：去掉0位，改回0位，2位后来又动过，没有全改回。"
    assert desk.rows("import", id=id_) == [
        ("3", "覃秀英", "已经有了自己的记录，没有去掉，改成了迁出。"),
        ("2", "韦建国", "住址：后来又改过。"),
    ]
    new, one = person(town, "覃秀英"), person(town, "韦建国")
    assert new
    assert one
    assert (new.status, one.address) == (Status.MOVED, "新路2号")


def test_a_faulty_line_stops_all(desk: Desk, town: Community, tmp_path: Path) -> None:
    id_ = drop(desk, sheet(tmp_path, JIAN, ("", "覃秀英", "1950-13-40", "", OURS, "", "", "")))
    assert [row[:2] for row in desk.rows("import", id=id_)] == [("3", "出生日期")]
    desk.press("import", "store", id=id_, seen=seen_now(town))
    town.house.importer.work()
    assert "要改" in desk.of(Text, "import", id=id_)[0].text
    assert person(town, "覃秀英") is None


def test_a_day_later_it_stands(desk: Desk, town: Community, tmp_path: Path) -> None:
    id_ = drop(desk, sheet(tmp_path, (*JIAN[:6], "建设路1号", "")))
    store(desk, id_)
    with pytest.raises(Refused, match="已经存好了"):
        desk.press("import", "store", id=id_)
    town.clock.go(days=2)
    with pytest.raises(Refused, match="超过一天"):
        desk.press("import", "undo", id=id_)


def test_a_coordinator_imports_the_own_branch_only(town: Community, tmp_path: Path) -> None:
    desk = Desk(town, "黄志强")
    foreign = ("", "莫小妹", "1950-01-01", "", OTHER, "13900001111", "", "")
    id_ = drop(desk, sheet(tmp_path, JIAN, foreign))
    assert [row[2] for row in desk.rows("import", id=id_)] == [
        "莫小妹不在您负责的支部，请那个支部的联络员来导入。"
    ]
    assert "单红" not in str(desk.rows("import", id=id_, show="missing"))


def test_a_coordinator_gives_nobody_power_by_a_sheet(town: Community, tmp_path: Path) -> None:
    desk = Desk(town, "黄志强")
    id_ = drop(desk, sheet(tmp_path, (*JIAN[:7], "联络员")))
    assert "要请管理员来给" in desk.rows("import", id=id_)[0][2]


def test_nobody_sees_the_import_of_another(desk: Desk, town: Community, tmp_path: Path) -> None:
    id_ = drop(desk, sheet(tmp_path, JIAN))
    with pytest.raises(Refused, match="不是您导入的"):
        Desk(town, "黄志强").page("import", id=id_)


def test_a_file_must_be_chosen(desk: Desk) -> None:
    with pytest.raises(Refused, match="先选一个文件"):
        desk.press("import", "compare")


def test_the_empty_sheet_can_be_filled_in_and_read(desk: Desk) -> None:
    file = desk.file("import", "template")
    read = read_bytes(file.content, headings=heading_words())
    assert [row.cells[1] for row in read.rows] == ["姓名", "韦建国"]


@pytest.mark.parametrize(
    ("name", "status", "faulty"),
    [("覃秀英", "", True), ("韦建国", "", True), ("单红", "在册", True), ("单红", "", False)],
)
def test_nobody_comes_into_a_branch_that_has_ended(
    desk: Desk, town: Community, tmp_path: Path, name: str, status: str, faulty: bool
) -> None:
    """单红 moved away before it ended, and may be listed with it."""

    def end(session: Session) -> None:
        rows = SessionRows(session)
        roles.meant(rows, "单红").status = Status.MOVED
        branches.end(rows, session.get_one(Branch, town.branch(OTHER).id), town.clock())

    town.house.db.write_now(end)
    lines = [("姓名", "出生日期", "所属支部", "状态"), (name, "1948-03-05", "双鹤", status)]
    id_ = drop(desk, healthy.xlsx(tmp_path / "r.xlsx", lines).read_bytes())
    told = [(row[0], row[2]) for row in desk.rows("import", id=id_, show="faulty")]
    reason = f"{OTHER}已经停了，请改成现在的支部。"
    assert told == ([("2", reason)] if faulty else [])


def test_no_sheet_pauses_the_last_administrator(
    desk: Desk, town: Community, tmp_path: Path
) -> None:
    lines = [("编号", "姓名", "状态"), ("0001", "李敏", "暂停")]
    id_ = drop(desk, healthy.xlsx(tmp_path / "r.xlsx", lines).read_bytes())
    assert store(desk, id_).startswith("存好了：新增0位，改了0位，1位没有全存")
    assert "最后一位管理员" in desk.rows("import", id=id_)[0][2]
    administrator = person(town, "李敏")
    assert administrator
    assert administrator.status is Status.ACTIVE


def test_somebody_imported_alone_goes_when_it_is_taken_back(
    desk: Desk, town: Community, tmp_path: Path
) -> None:
    id_ = drop(desk, sheet(tmp_path, XIUYING))
    store(desk, id_)
    kept = [deed.did for deed in town.all(select(Deed))]
    assert undo(desk, id_) == "撤销了：去掉1位，改回0位。"
    assert person(town, "覃秀英") is None
    assert [deed.did for deed in town.all(select(Deed))][: len(kept)] == kept


@pytest.mark.parametrize(("state", "left"), [("unreachable", False), ("sent", True)])
def test_who_only_stood_on_the_call_list_goes_when_it_is_taken_back(
    desk: Desk, town: Community, tmp_path: Path, state: str, left: bool
) -> None:
    id_ = drop(desk, sheet(tmp_path, XIUYING))
    store(desk, id_)
    new, now = person(town, "覃秀英"), town.clock()
    assert new
    town.add(Outbox(
        key="birthday", kind=Mail.REMINDER, person_id=new.id, channel="phone", address="", state=state,
        reply={"text": ""}, due_at=now, created_at=now,
    ))  # fmt: skip
    undo(desk, id_)
    assert (person(town, "覃秀英") is not None) == left
    assert bool(town.all(select(Outbox).where(Outbox.key == "birthday"))) == left


def test_taking_back_does_not_remove_the_last_administrator(
    desk: Desk, town: Community, tmp_path: Path
) -> None:
    id_ = drop(desk, sheet(tmp_path, XIUYING))
    store(desk, id_)

    def hand_over_and_undo(session: Session) -> None:
        rows = SessionRows(session)
        for grant in rows.all(administrators()):
            session.delete(grant)
        roles.give(rows, roles.meant(rows, "覃秀英"), Role.ADMINISTRATOR, None)
        session.get_one(RosterImport, int(id_)).stage = Stage.UNDOING

    town.house.db.write_now(hand_over_and_undo)
    town.house.importer.work()
    found = person(town, "覃秀英")
    assert found
    assert found.powers == {Role.MEMBER, Role.ADMINISTRATOR}
