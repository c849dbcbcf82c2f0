"""A branch that is no more: who belonged to it and comes back, on the page, by command, by a sheet."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.people import Branch, Person, Role, Status
from bot.members import branches, roles
from bot.members.adding import Wish, add
from bot.standing import Decision, Standing
from handlers import FEATURES
from tests import roster_house
from tests.conftest import Community
from tests.desk_house import Desk
from tests.roster_house import drop, undo
from tests.sheets import healthy

OTHER = "双鹤社区离退休党支部"
GONE = f"“{OTHER}”已经停了，单红不能回到那里。"


@pytest.fixture
def town(community: Community) -> Community:
    """单红 moved away from a branch; then the branch ended."""
    community.person("李敏", Role.ADMINISTRATOR, address="c1")
    community.person("单红", branch=OTHER)
    set_standing(community, Status.MOVED)
    end(community)
    return community


@pytest.fixture
def desk(town: Community) -> Desk:
    return Desk(town, "李敏")


def end(town: Community) -> None:
    def job(session: Session) -> None:
        branch = session.get_one(Branch, town.branch(OTHER).id)
        branches.end(SessionRows(session), branch, town.clock())

    town.house.db.write_now(job)


def set_standing(town: Community, status: Status) -> None:
    """As `yure members moved` and `resume` do."""

    def job(session: Session) -> None:
        rows = SessionRows(session)
        standing = Standing(FEATURES, lambda note: None, None)
        standing.change(rows, roles.meant(rows, "单红"), status, Decision(None, "", town.clock()))

    town.house.db.write_now(job)


def there(town: Community) -> tuple[Status, str]:
    person = town.all(select(Person).where(Person.name == "单红"))[0]
    return person.status, person.branch.name if person.branch else ""


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.PAUSED])
def test_nobody_comes_back_into_it_by_command(town: Community, status: Status) -> None:
    with pytest.raises(Refused, match=GONE):
        set_standing(town, status)
    assert there(town) == (Status.MOVED, OTHER)


def test_nor_on_the_page_which_says_so_before_it_asks_why(town: Community, desk: Desk) -> None:
    id_ = str(town.all(select(Person.id).where(Person.name == "单红"))[0])
    with pytest.raises(Refused, match=GONE):
        desk.page("members", id=id_, to="active")
    with pytest.raises(Refused, match=GONE):
        desk.press("members", "standing", id=id_, to="active", was="moved", reason="回来了")


def test_but_death_is_still_written_down(town: Community) -> None:
    set_standing(town, Status.DECEASED)
    assert there(town) == (Status.DECEASED, OTHER)


def test_a_line_of_a_sheet_brings_somebody_into_a_branch_that_is_there(
    town: Community, desk: Desk, tmp_path: Path
) -> None:
    """What the refusal advises, and the way back in one go."""
    store(desk, tmp_path, "三海", "在册")
    assert there(town) == (Status.ACTIVE, "三海街道离退休党支部")


def test_first_the_branch_and_then_the_standing_does_too(
    town: Community, desk: Desk, tmp_path: Path
) -> None:
    store(desk, tmp_path, "三海", "")
    set_standing(town, Status.ACTIVE)
    assert there(town) == (Status.ACTIVE, "三海街道离退休党支部")


@pytest.mark.parametrize(
    ("branch", "now"),
    [("三海", (Status.ACTIVE, "三海街道离退休党支部")), ("", (Status.MOVED, OTHER))],
)
def test_taking_an_import_back_puts_nobody_into_it(
    community: Community, tmp_path: Path, branch: str, now: tuple[Status, str]
) -> None:
    """The branch ended after the sheet and before its 撤销: what can not come back stays, and is counted."""
    community.person("李敏", Role.ADMINISTRATOR, address="c1")
    community.person("单红", branch=OTHER)
    desk = Desk(community, "李敏")
    id_ = store(desk, tmp_path, branch, "迁出")
    end(community)
    assert "1位后来又动过，没有全改回" in undo(desk, id_)
    assert there(community) == now


def test_nobody_new_is_added_to_it(town: Community) -> None:
    with pytest.raises(Refused, match="已经停了，请写现在的支部"):
        town.house.db.write_now(
            lambda session: add(
                session,
                Wish("周新", Role.MEMBER, "双鹤"),
                roles.meant(SessionRows(session), "李敏"),
                town.clock(),
            )
        )


def store(desk: Desk, folder: Path, branch: str, status: str) -> str:
    lines = [("编号", "姓名", "所属支部", "状态"), ("0002", "单红", branch, status)]
    id_ = drop(desk, healthy.xlsx(folder / "r.xlsx", lines).read_bytes())
    roster_house.store(desk, id_)
    return id_
