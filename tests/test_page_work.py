"""What a page costs: what it asks of the database grows with what it shows, not with the roster."""

from datetime import date
from typing import Any

import pytest

from bot.domain import figures
from bot.domain.people import Grant, Role, holding
from bot.domain.schedule import DayKind, days
from bot.parts import Table
from handlers.settings import kept
from tests.calendar_house import rule
from tests.conftest import Community
from tests.desk_house import Desk
from tests.test_listing import all_pages, next_of
from tests.work import Work, counted, plan_of


def administrator(community: Community) -> Desk:
    community.person("李敏", Role.ADMINISTRATOR, address="c1")
    return Desk(community, "李敏")


def look(desk: Desk, path: str, **query: str) -> Work:
    """What one look at a page takes; the second one, for the first fills what is remembered."""
    desk.page(path, **query)
    with counted(desk.town.house.db.engine) as work:
        desk.page(path, **query)
    return work


def coordinators(community: Community, many: int) -> None:
    for n in range(many):
        person = community.person(f"黄{n}", Role.VOLUNTEER)
        place = community.branch(f"第{n % 30}党支部")
        community.add(Grant(person_id=person.id, role=Role.COORDINATOR, branch_id=place.id))


def test_the_list_of_the_staff_asks_as_much_for_many_as_for_few(community: Community) -> None:
    desk = administrator(community)
    coordinators(community, 4)
    few = look(desk, "roles")
    coordinators(community, 60)
    assert len(look(desk, "roles").statements) == len(few.statements)


def test_every_role_is_on_one_page_of_the_staff(community: Community) -> None:
    desk = administrator(community)
    coordinators(community, 110)
    shown = all_pages(desk, "roles")
    assert sorted(shown) == sorted(["李敏", *(f"黄{n}" for n in range(110))])


def test_who_holds_a_role_is_found_without_reading_the_roster(community: Community) -> None:
    query = holding(Role.COORDINATOR, 1)
    plan = community.house.db.read_now(lambda session: plan_of(session, query))
    assert any("ix_grant_role_branch_id" in step for step in plan)
    assert not [step for step in plan if step.startswith("SCAN")]


def test_half_a_year_of_attendance_is_counted_from_its_index_alone(community: Community) -> None:
    query = figures.came_by_day(None, date(2026, 6, 1), date(2026, 11, 30))
    plan = community.house.db.read_now(lambda session: plan_of(session, query))
    assert len(plan) == 1
    assert "USING COVERING INDEX ix_attendance_day" in plan[0]


def test_the_keeping_page_stops_counting_where_there_are_very_many(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = administrator(community)
    community.person("王秀英", address="m1")
    for _ in range(6):
        community.say("m1", "你好")
    community.clock.go(days=91)
    monkeypatch.setattr(kept, "real_now", community.clock)
    due = int(desk.rows("keeping")[0][2])
    monkeypatch.setattr(kept, "MOST", due - 1)
    work = look(desk, "keeping")
    assert desk.rows("keeping")[0][2] == f"{due - 1}以上"
    counts = [one for one in work.statements if one.startswith("SELECT count(*) AS count_1 FROM (")]
    assert counts
    assert [one for one in counts if "LIMIT" not in one] == []


def test_a_rule_that_many_branches_share_is_worked_out_once(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, asked = administrator(community), list[object]()
    worked_out = days.placed

    def noted(*about: Any) -> Any:
        asked.append(about[0])
        return worked_out(*about)

    for n in range(12):
        rule(community, "2nd thu 09:00", DayKind.SERVICE, branch=f"第{n}党支部")
    monkeypatch.setattr(days, "placed", noted)
    desk.page("calendar", month="2026-12")
    assert len(asked) == 1


def test_all_that_was_held_lately_is_on_one_page(community: Community) -> None:
    desk = administrator(community)
    for n in range(60):
        rule(community, "2nd thu 09:00", DayKind.SERVICE, branch=f"第{n}党支部")
    asked: dict[str, str] | None = {}
    shown: list[str] = []
    while asked is not None:
        shown += [row[1] for row in desk.of(Table, "calendar", **asked)[-1].rows]
        asked = next_of(desk.page("calendar", **asked))
    assert sorted(shown) == sorted(f"第{n}党支部" for n in range(60))
