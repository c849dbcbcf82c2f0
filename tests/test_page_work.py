"""What a page costs: what it asks of the database grows with what it shows, not with the roster."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain import figures, schedule
from bot.domain.foreseen import Wanted
from bot.domain.people import Grant, Role, holding
from bot.domain.schedule import DayKind, days
from bot.now import SHANGHAI
from bot.parts import Table
from bot.reminding import Stretch, rehearse
from handlers.birthday import remind
from handlers.settings import kept
from tests.calendar_house import BRANCH, OTHER, rule
from tests.calendar_house import town as town
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
        parts = desk.page("calendar", **asked)
        (at, table) = [(n, part) for n, part in enumerate(parts) if isinstance(part, Table)][-1]
        shown += [row[1] for row in table.rows]
        # Behind it: the days that wait for a word, above the month, have pages of their own.
        asked = next_of(parts[at:])
    assert sorted(shown) == sorted(f"第{n}党支部" for n in range(60))


def test_who_is_expected_on_a_day_is_found_without_reading_the_roster(town: Community) -> None:
    day = town.house.db.read_now(
        lambda s: schedule.coming(SessionRows(s), None, date(2026, 12, 10), date(2026, 12, 10))
    )[0]
    plan = town.house.db.read_now(lambda s: plan_of(s, schedule.expected(day)))
    assert plan
    assert [step for step in plan if "SCAN person" in step or "(status=?)" in step] == []


def rehearsal(town: Community, **query: str) -> Work:
    return look(Desk(town, "韦红梅"), "rehearsal", **query)


def join(town: Community, many: int) -> None:
    for n in range(many):
        town.person(f"黄{n}", address=f"n{n}{many}", joined_on=date(1980, 6, 1))


def test_a_rehearsal_reads_the_people_of_one_page_however_many_are_reminded(
    town: Community,
) -> None:
    join(town, 110)
    few = rehearsal(town, day="2026-12-10")
    join(town, 120)
    many = rehearsal(town, day="2026-12-10")
    assert many.loaded["person"] == few.loaded["person"]
    assert len(many.statements) == len(few.statements)


def test_a_rehearsal_of_a_day_reads_no_birthdays_of_other_months(town: Community) -> None:
    before = rehearsal(town, day="2026-12-10")
    for n in range(30):
        town.person(f"黄{n}", joined_on=date(1980, 1, 1 + n % 28), branch="另一个党支部")
    after = rehearsal(town, day="2026-12-10")
    assert after.loaded["person"] == before.loaded["person"]


def test_the_birthdays_of_a_month_are_read_of_the_own_branch_alone(town: Community) -> None:
    def job(session: Session) -> int:
        first = date(2026, 12, 1)
        rows, settings = SessionRows(session), town.house.settings
        lists = [
            one
            for one in remind.occasions(rows, first, first, settings)
            if one.rule == "birthday.list" and one.of.name == BRANCH
        ]
        (told,) = remind.dues(rows, lists[0], settings)
        with counted(town.house.db.engine) as work:
            told.say()
        return work.loaded["person"]

    town.person("韦大姐", joined_on=date(1980, 12, 3))
    alone = town.house.db.read_now(job)
    for n in range(10):
        town.person(f"黄{n}", joined_on=date(1980, 12, 5), branch=OTHER)
    assert town.house.db.read_now(job) == alone


def test_what_is_foreseen_is_what_the_command_rehearses(town: Community) -> None:
    """Whole: the same reminders, with the same fate, in the same order, of every day of a month."""
    join(town, 12)
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    town.person("农丽珍", address="m7", branch=OTHER, joined_on=date(1988, 12, 14))
    house, first, last = town.house, date(2026, 12, 1), date(2026, 12, 28)
    wanted = Wanted(first, last, most=1000)
    seen = house.db.read_now(lambda s: house.rehearse(SessionRows(s), wanted)).shown

    def job(session: Session) -> list[tuple[Any, ...]]:
        house.clock.planning.plan(session, town.clock(), at(last))
        stretch = Stretch(
            at(first), at(last + timedelta(days=1)) - timedelta(seconds=1), town.clock()
        )
        found = list(rehearse(house.clock.deciding, session, stretch))
        session.rollback()
        return [(d.at, d.due.occasion.rule, d.due.person_id, d.text, d.withheld) for d in found]

    said = [(one.at, one.rule, one.person.id, one.text, one.withheld) for one in seen]
    assert len(said) > 50
    assert said == town.house.db.read_now(job)


def at(day: date) -> datetime:
    """Its beginning."""
    return datetime.combine(day, time(0), SHANGHAI)
