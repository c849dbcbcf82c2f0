"""An import goes on some lines at a time: cut short, beside others who change the roster, page by page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.imports import Doing, RosterImportLine
from bot.domain.organisations import Organisation
from bot.domain.people import Branch, Grant, Person, Role, Status
from bot.members import version_now
from bot.members.importing import importer
from bot.parts import Link, Links, Live, Progress, Text
from tests.conftest import Community
from tests.desk_house import Desk
from tests.roster_house import confirm, drop, person, result, sheet, store, undo
from tests.test_listing import all_pages, next_of
from tests.work import counted

OURS = "三海街道离退休党支部"
MANY = [(f"T{n:03}", f"莫{'甲乙丙丁戊己庚辛'[n % 8]}{'东西南北'[n // 8 % 4]}", f"19{40 + n % 20}-01-01",
         "", OURS, f"1390000{n:04}", "", "") for n in range(importer.PIECE)]  # fmt: skip
"""As many new lines as are stored in one transaction."""
JIAN = ("0002", "韦建国", "1948-03-05", "1976-12-26", OURS, "13800001234", "建设路1号", "")
XIUYING = ("0777", "覃秀英", "1950-01-01", "", OURS, "13900001111", "", "")


class Stopped(Exception):
    """As if the process had been killed between two transactions."""


@pytest.fixture
def town(community: Community) -> Community:
    community.person("李敏", Role.ADMINISTRATOR, address="c1")
    community.person("韦建国", address="m1")
    return community


@pytest.fixture
def desk(town: Community) -> Desk:
    return Desk(town, "李敏")


def stop() -> None:
    raise Stopped


def half_stored(desk: Desk, folder: Path, *more: tuple[str, ...]) -> str:
    """An import of which the first transaction is stored and the lines behind it are not."""
    id_ = drop(desk, sheet(folder, *MANY, *more))
    confirm(desk, id_)
    with pytest.raises(Stopped):
        desk.town.house.importer.work(stop)
    return id_


def by_hand(town: Community, job: Callable[[Session, Person], object]) -> None:
    """Somebody else changes 韦建国 meanwhile."""

    def change(session: Session) -> None:
        job(session, session.scalars(select(Person).where(Person.name == "韦建国")).unique().one())

    town.house.db.write_now(change)


def move(_: Session, one: Person) -> None:
    one.address = "新路2号"


# ── cut short ───────────────────────────────────────────────────────────────────────────────────


def test_cut_short_it_says_how_far_it_is_and_goes_on(desk: Desk, tmp_path: Path) -> None:
    id_ = half_stored(desk, tmp_path, JIAN, XIUYING)
    (bar,) = [part for part in desk.page("import", id=id_) if isinstance(part, Progress)]
    assert bar.text == f"正在存：{len(MANY)}/{len(MANY) + 2}"
    desk.town.house.importer.work()
    assert result(desk, id_).startswith(f"存好了：新增{len(MANY) + 1}位，改了1位。")
    assert person(desk.town, "覃秀英")


def test_cut_short_while_it_is_planned_each_line_is_stored_once(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "PLANNED", 10)
    house, id_ = desk.town.house, drop(desk, sheet(tmp_path, *MANY))
    confirm(desk, id_)
    write = house.importer.db.write_now
    monkeypatch.setattr(
        house.importer.db, "write_now", lambda job, **how: write(job, **how) and stop()
    )
    with pytest.raises(Stopped):
        house.importer.work()
    monkeypatch.undo()
    assert len(desk.town.all(select(RosterImportLine))) == 10
    house.importer.work()
    assert result(desk, id_).startswith(f"存好了：新增{len(MANY)}位，改了0位。")


def test_taken_back_in_the_middle_nothing_of_it_is_left(desk: Desk, tmp_path: Path) -> None:
    id_ = half_stored(desk, tmp_path, JIAN, XIUYING)
    assert undo(desk, id_) == f"撤销了：去掉{len(MANY)}位，改回0位。"
    assert {one.name for one in desk.town.all(select(Person))} == {"李敏", "韦建国"}


def test_an_undo_that_is_cut_short_goes_on(desk: Desk, tmp_path: Path) -> None:
    id_ = drop(desk, sheet(tmp_path, *MANY, JIAN, XIUYING))
    store(desk, id_)
    desk.press("import", "undo", id=id_)
    with pytest.raises(Stopped):
        desk.town.house.importer.work(stop)
    desk.town.house.importer.work()
    assert result(desk, id_) == f"撤销了：去掉{len(MANY) + 1}位，改回1位。"
    one = person(desk.town, "韦建国")
    assert one
    assert one.address == "青年路8号"


# ── beside others ───────────────────────────────────────────────────────────────────────────────


def test_what_changed_since_it_was_looked_at_is_looked_at_again(desk: Desk, tmp_path: Path) -> None:
    id_ = drop(desk, sheet(tmp_path, JIAN))
    seen = str(desk.town.house.db.read_now(lambda s: version_now(SessionRows(s))))
    by_hand(desk.town, move)
    with pytest.raises(Refused, match="名册又变了"):
        desk.press("import", "store", id=id_, seen=seen)


def test_what_changed_before_it_began_stops_all(desk: Desk, tmp_path: Path) -> None:
    id_ = drop(desk, sheet(tmp_path, JIAN))
    confirm(desk, id_)
    by_hand(desk.town, move)
    desk.town.house.importer.work()
    assert desk.of(Text, "import", id=id_)[0].text == importer.CHANGED
    assert store(desk, id_).startswith("存好了：新增0位，改了1位。")


def test_what_somebody_changes_meanwhile_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    id_ = half_stored(desk, tmp_path, JIAN)
    by_hand(desk.town, move)
    desk.town.house.importer.work()
    assert result(desk, id_).startswith(f"存好了：新增{len(MANY)}位，改了0位，1位没有全存。")
    assert desk.rows("import", id=id_) == [(str(len(MANY) + 2), "韦建国", "住址：刚才有人改过。")]
    one = person(desk.town, "韦建国")
    assert one
    assert one.address == "新路2号"


@pytest.mark.parametrize(
    ("number", "name", "why"),
    [("0777", "莫小妹", "编号0777刚才给了别人。"), ("0778", "覃秀英", "刚才有人登记了覃秀英（编号0778），没有再加。")],
)  # fmt: skip
def test_who_is_registered_meanwhile_is_not_registered_twice(
    desk: Desk, tmp_path: Path, number: str, name: str, why: str
) -> None:
    id_ = half_stored(desk, tmp_path, XIUYING)
    branch, now = desk.town.branch(OURS).id, desk.town.clock()
    phone = "13900001111"
    desk.town.add(Person(
        number=number, name=name, phone=phone, branch_id=branch, status=Status.ACTIVE, created_at=now
    ))  # fmt: skip
    desk.town.house.importer.work()
    assert desk.rows("import", id=id_) == [(str(len(MANY) + 2), "覃秀英", why)]


def test_a_number_of_ours_that_was_given_away_is_given_anew(desk: Desk, tmp_path: Path) -> None:
    id_ = half_stored(desk, tmp_path, ("", *XIUYING[1:]))
    planned = imported(desk.town, Doing.PLANNED)[0].plan["entry"]["number"]
    branch, now = desk.town.branch(OURS).id, desk.town.clock()
    desk.town.add(Person(number=planned, name="莫小妹", branch_id=branch, created_at=now))
    desk.town.house.importer.work()
    assert "没有全存" not in result(desk, id_)
    one = person(desk.town, "覃秀英")
    assert one
    assert one.number > planned


def imported(town: Community, doing: Doing) -> list[RosterImportLine]:
    return list(town.all(select(RosterImportLine).where(RosterImportLine.doing == doing)))


def test_whoever_loses_the_role_meanwhile_stores_nothing_more(desk: Desk, tmp_path: Path) -> None:
    id_ = half_stored(desk, tmp_path, JIAN)

    def hand_over(session: Session, one: Person) -> None:
        one.grants.append(Grant(role=Role.ADMINISTRATOR))
        me = session.scalars(select(Person).where(Person.name == "李敏")).unique().one()
        me.status = Status.PAUSED

    by_hand(desk.town, hand_over)
    desk.town.house.importer.work()
    assert "不在您负责的支部" in desk.rows("import", id=id_)[0][2]


# ── page by page ────────────────────────────────────────────────────────────────────────────────


def test_a_click_on_a_filter_compares_nothing_until_the_roster_changes(
    desk: Desk, tmp_path: Path
) -> None:
    for n in range(20):
        desk.town.person(f"农{n}")
    id_ = drop(desk, sheet(tmp_path, JIAN, *MANY))
    desk.page("import", id=id_)
    with counted(desk.town.house.db.engine) as work:
        assert len(desk.rows("import", id=id_, show="missing")) == 21
        desk.page("import", id=id_, show="new")
    assert work.loaded["person"] <= 4
    desk.town.person("农大哥")
    assert len(desk.rows("import", id=id_, show="missing")) == 22


def test_every_line_of_a_comparison_is_on_one_page(desk: Desk, tmp_path: Path) -> None:
    names = [f"农{n}" for n in range(120)]
    for name in names:
        desk.town.person(name)
    id_ = drop(desk, sheet(tmp_path, JIAN))
    shown = [row[1] for row in pages(desk, id_, "missing")]
    assert len(shown) == len(set(shown)) == 121
    assert {row.partition("（")[0] for row in shown} == {"李敏", *names}


def test_every_fault_is_on_one_page(desk: Desk, tmp_path: Path) -> None:
    faulty = [
        (f"T{n:03}", "莫小妹", "1950-13-01", "1976-13-01", OURS, "", "", "") for n in range(40)
    ]
    id_ = drop(desk, sheet(tmp_path, *faulty))
    (head,) = [
        part for part in desk.page("import", id=id_) if isinstance(part, Links) and part.here
    ]
    many = next(link for link in head.links if link.label.startswith("有误"))
    assert isinstance(many, Link)
    assert many.label == f"有误 {len(pages(desk, id_, 'faulty'))}"


def test_every_import_is_on_one_page(desk: Desk, town: Community, tmp_path: Path) -> None:
    body = sheet(tmp_path, JIAN)
    ids = {drop(desk, body) for _ in range(60)}
    assert len(ids) == 60
    assert len(all_pages(desk, "import")) == 60


def pages(desk: Desk, id_: str, kind: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    asked: dict[str, str] | None = {"id": id_, "show": kind}
    while asked is not None:
        found += desk.rows("import", **asked)
        asked = next_of(desk.page("import", **asked))
    return found


def test_the_page_follows_it_to_its_end(desk: Desk, tmp_path: Path) -> None:
    id_ = half_stored(desk, tmp_path, JIAN)
    assert [part.name for part in desk.of(Live, "import", id=id_)] == ["far"]
    desk.town.house.importer.work()
    (live,) = desk.of(Live, "import", id=id_)
    assert isinstance(live.parts[0], Text)
    assert live.parts[0].text.endswith("一天之内可以撤销。")


# ── the version of the roster ───────────────────────────────────────────────────────────────────

WRITES: dict[str, Callable[[Session, Person], object]] = {
    "a field": move,
    "a standing": lambda _, one: setattr(one, "status", Status.PAUSED),
    "a role": lambda _, one: one.grants.append(Grant(role=Role.VOLUNTEER)),
    "a role taken": lambda _, one: one.grants.clear(),
    "an organisation": lambda _, one: one.organisations.append(Organisation(name="老体协")),
    "a branch": lambda session, _: session.add(Branch(name="新支部")),
    "a statement": lambda session, _: session.execute(update(Person).values(sex="女")),
}


@pytest.mark.parametrize("how", WRITES)
def test_whatever_writes_the_roster_moves_its_version(town: Community, how: str) -> None:
    before = town.house.db.read_now(lambda s: version_now(SessionRows(s)))
    by_hand(town, WRITES[how])
    assert town.house.db.read_now(lambda s: version_now(SessionRows(s))) > before


def test_what_members_say_does_not_move_it(town: Community) -> None:
    before = town.house.db.read_now(lambda s: version_now(SessionRows(s)))
    town.say("m1", "菜单")
    assert town.house.db.read_now(lambda s: version_now(SessionRows(s))) == before
