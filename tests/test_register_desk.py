"""The coordinators' pages of registrations and corrections: what they show, what their buttons do."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.people import Grant, Person, Role, bound_to
from bot.domain.registration import RegistrationRequest
from bot.feature import Look, Page, Waits
from bot.parts import Table
from bot.web.acting import Act, Running, perform
from handlers import FEATURES
from tests.conftest import Community

PAGES = {page.path: page for feature in FEATURES for page in feature.pages}


@pytest.fixture
def town(community: Community) -> Community:
    """A coordinator, 王秀英 at m1 with a wrong phone, and a stranger at s1 who is nearly 王秀英."""
    community.person("韦红梅", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    for words in ("登记", "同意", "王秀音", "1234", "对"):
        community.say("s1", words)
    for words in ("改我的资料", "电话", "13900005678", "对"):
        community.say("m1", words)
    return community


def who(town: Community, name: str) -> Person:
    found: Person = town.all(select(Person).where(Person.name == name))[0]
    return found


def press(town: Community, path: str, action: str, by: str = "韦红梅", **values: str) -> str:
    """What a button of a page does, as the web runs it."""
    house, page = town.house, PAGES[path]
    running = Running(town.clock, town.clock, house.settings, house.folder, house.carry_out)
    act = Act(page, page.actions[action], who(town, by).id, "b1", f"{path}{action}", values)
    return house.db.write_now(lambda session: perform(act, running, session))


def shown(town: Community, path: str, by: str = "韦红梅") -> list[tuple[str, ...]]:
    """The rows of a page's table."""
    page: Page = PAGES[path]
    parts = town.house.db.read_now(
        lambda s: list(page.view(SessionRows(s), Look(who(town, by), {}, town.clock())))
    )
    return [row for part in parts if isinstance(part, Table) for row in part.rows]


def waiting(town: Community, by: str = "韦红梅") -> Iterator[Waits]:
    viewer = who(town, by)
    for feature in FEATURES:
        if feature.name in ("registration", "profile") and feature.waiting is not None:
            found = feature.waiting
            yield from town.house.db.read_now(
                lambda s, found=found: list(
                    found(SessionRows(s), viewer, town.clock(), town.house.settings)
                )  # type: ignore[misc]
            )


def bound(town: Community) -> list[str]:
    return [sender.person.name for sender in town.all(bound_to("terminal", "s1"))]


def test_the_page_shows_who_asks_and_who_it_may_be(town: Community) -> None:
    (row,) = shown(town, "registrations")
    assert row[:4] == ("1", "王秀音，电话尾号1234", "王秀英(0002)", "姓名有点不一样")


def test_approving_binds_and_tells(town: Community) -> None:
    assert "通过了：王秀英(0002)" in press(town, "registrations", "approve", id="1", who="0002")
    assert bound(town) == ["王秀英"]
    assert "登记好了" in town.fetch("s1")[0][1].text
    assert shown(town, "registrations") == []


@pytest.mark.parametrize("name", ["", "没有这人", "9999"])
def test_approving_needs_one_certain_person(town: Community, name: str) -> None:
    with pytest.raises(Refused, match="编号"):
        press(town, "registrations", "approve", id="1", who=name)
    assert bound(town) == []


def test_rejecting_tells_kindly(town: Community) -> None:
    press(town, "registrations", "reject", id="1")
    assert "不要紧" in town.fetch("s1")[0][1].text
    assert bound(town) == []


def test_what_the_rule_bound_is_taken_back_on_the_page(town: Community) -> None:
    for words in ("登记", "同意", "王秀英", "1234", "对"):
        town.say("s1", words)
    (request,) = town.all(select(RegistrationRequest).where(RegistrationRequest.stage == "bound"))
    press(town, "registrations", "take_back", id=str(request.id))
    assert bound(town) == []


def test_a_request_decided_meanwhile_is_not_decided_again(town: Community) -> None:
    press(town, "registrations", "reject", id="1")
    with pytest.raises(Refused, match="已经办过"):
        press(town, "registrations", "approve", id="1", who="0002")


def test_a_coordinator_of_another_branch_sees_and_decides_nothing(town: Community) -> None:
    other = town.person("卢桂芳", branch="双鹤社区离退休党支部")
    town.add(Grant(person_id=other.id, role=Role.COORDINATOR, branch_id=other.branch_id))
    assert shown(town, "registrations", "卢桂芳") == shown(town, "corrections", "卢桂芳") == []
    assert list(waiting(town, "卢桂芳")) == []
    with pytest.raises(Refused):
        press(town, "registrations", "approve", "卢桂芳", id="1", who="0002")


def test_what_waits_stands_on_the_today_page(town: Community) -> None:
    assert [one.title for one in waiting(town)] == ["登记：王秀音", "改资料：王秀英的电话"]
    assert not any(one.urgent for one in waiting(town))


def test_an_overdue_correction_is_urgent(town: Community) -> None:
    town.clock.go(days=5)
    assert [one.urgent for one in waiting(town)] == [False, True]


def test_a_correction_is_made_on_the_page(town: Community) -> None:
    assert shown(town, "corrections")[0][2:5] == ("电话", "13800001234", "13900005678")
    press(town, "corrections", "make", id="1")
    assert who(town, "王秀英").phone == "13900005678"
    assert "改好了" in town.fetch("m1")[0][1].text


def test_a_correction_is_refused_on_the_page(town: Community) -> None:
    press(town, "corrections", "refuse", id="1")
    assert who(town, "王秀英").phone == "13800001234"
    with pytest.raises(Refused, match="已经办过"):
        press(town, "corrections", "make", id="1")
