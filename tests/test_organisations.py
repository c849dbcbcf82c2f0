"""The five signs: entered with the roster or by command, filtered by, taken back with the import."""

import json
from pathlib import Path

import pytest

from bot.domain.organisations import Membership, Organisation
from bot.domain.people import Person, Role
from bot.parts import Text
from tests.commands import invoke
from tests.conftest import Community
from tests.desk_house import Desk
from tests.roster_house import drop, person, store, undo
from tests.sheets import healthy
from tests.sheets.lines import one_cell

HEAD = ("姓名", "出生日期", "所属组织")
DAY = "1948-03-05"


@pytest.fixture
def town(community: Community) -> Community:
    """An administrator and a member."""
    community.person("李敏", Role.ADMINISTRATOR, address="c1")
    community.person("黄月娥")
    return community


@pytest.fixture
def desk(town: Community) -> Desk:
    return Desk(town, "李敏")


def sheet(folder: Path, *lines: tuple[str, ...]) -> bytes:
    return healthy.xlsx(folder / "r.xlsx", [HEAD, *lines]).read_bytes()


def signs(somebody: Person | None) -> list[str]:
    assert somebody
    return [one.name for one in somebody.organisations]


def joined(town: Community, name: str) -> list[str]:
    """The organisations of somebody, asked within a transaction."""
    return town.house.db.read_now(
        lambda s: signs(s.query(Person).filter(Person.name == name).first())
    )


@pytest.mark.parametrize("cell", ["老体协、关工委", "老體協 關工委", " 老体协;关工委；"])
def test_a_cell_names_several_organisations(cell: str) -> None:
    (entry,) = one_cell("所属组织", cell).entries
    assert entry.organisations == {"老体协", "关工委"}


def test_a_cell_that_is_no_name_is_faulty() -> None:
    (fault,) = one_cell("组织", "我们这里所有的组织他都参加而且都当过会长和副会长").faulty
    assert "不像组织的名字" in fault.reason
    assert one_cell("组织", "无").entries[0].organisations == frozenset()


def test_an_import_enters_organisations_and_says_so_first(
    desk: Desk,
    town: Community,
    tmp_path: Path,
) -> None:
    id_ = drop(desk, sheet(tmp_path, ("黄月娥", DAY, "老体协、关工委")))
    assert any("会新建组织：关工委、老体协" in t.text for t in desk.of(Text, "import", id=id_))
    store(desk, id_)
    assert joined(town, "黄月娥") == ["关工委", "老体协"]


def test_a_roster_adds_organisations_and_never_takes_them(
    desk: Desk,
    town: Community,
    tmp_path: Path,
) -> None:
    for cell in ("老体协", "关工委"):
        store(desk, drop(desk, sheet(tmp_path, ("黄月娥", DAY, cell))))
    assert joined(town, "黄月娥") == ["老体协", "关工委"]


def test_taking_an_import_back_takes_its_organisations_back(
    desk: Desk,
    town: Community,
    tmp_path: Path,
) -> None:
    id_ = drop(desk, sheet(tmp_path, ("黄月娥", DAY, "老体协"), ("农大哥", DAY, "关工委")))
    store(desk, id_)
    undo(desk, id_)
    assert (joined(town, "黄月娥"), person(town, "农大哥")) == ([], None)


def test_members_are_filtered_by_organisation(desk: Desk, town: Community) -> None:
    sign = town.add(Organisation(name="老体协"))
    someone = person(town, "黄月娥")
    assert someone
    town.person("农大哥")
    town.add(Membership(person_id=someone.id, organisation_id=sign.id))
    assert [row[0] for row in desk.rows("members", org=str(sign.id))] == ["黄月娥"]


def test_one_is_added_by_command_once(tmp_path: Path) -> None:
    def yure(*words: str) -> str:
        result = invoke([*words, "--data", str(tmp_path)])
        return result.output + str(result.exception or "")

    yure("organisation", "add", "老體協")
    assert "已经有了" in yure("organisation", "add", "老体协")
    assert json.loads(yure("organisation", "list", "--json")) == {"name": "老体协"}
