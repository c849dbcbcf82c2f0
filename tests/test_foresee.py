"""The rehearsal of few people says the same as that of everybody, for less; on both engines."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.foreseen import Foreseen, Wanted
from bot.domain.people import Grant, Person, Role, Status
from bot.domain.schedule import (
    By,
    CalendarException,
    DayKind,
    Expected,
    Leave,
    SignUp,
    What,
    coming,
    enter,
    expected_of,
)
from bot.feature import Due
from bot.talk import Staffing, staff_for
from handlers import FEATURES
from tests.calendar_house import OTHER, rule, talk
from tests.calendar_house import town as town
from tests.conftest import Community
from tests.engines import community, url  # noqa: F401

FIRST, LAST = date(2026, 11, 22), date(2026, 12, 21)


@pytest.fixture
def both(town: Community) -> Community:
    """Two branches with days of their own, a birthday in each, a visit nobody takes, and a coordinator of one."""
    rule(town, "2nd thu 09:00", DayKind.SERVICE)
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    town.person("农丽珍", address="m7", branch=OTHER, joined_on=date(1988, 12, 14))
    theirs = town.person("黄丽", Role.VOLUNTEER, address="c2", branch=OTHER)
    town.add(Grant(person_id=theirs.id, role=Role.COORDINATOR, branch_id=town.branch(OTHER).id))
    talk(town, "m7", "请人上门", "想有人聊聊", "星期五上午", "对")
    return town


def foreseen(town: Community, **more: Any) -> list[tuple[Any, ...]]:
    wanted = Wanted(FIRST, LAST, most=10_000, **more)
    shown = town.house.db.read_now(lambda s: town.house.rehearse(SessionRows(s), wanted)).shown
    return [_words(one) for one in shown]


def _words(one: Foreseen) -> tuple[Any, ...]:
    return (one.at, one.rule, one.person.id, one.channel, one.text, one.withheld)


def test_of_each_person_it_says_what_it_says_of_everybody(both: Community) -> None:
    every = foreseen(both)
    people = both.all(select(Person))
    assert {one[2] for one in every} > {people[0].id}
    for person in people:
        alone = foreseen(both, person_id=person.id)
        assert alone == [one for one in every if one[2] == person.id], person.name


def test_of_a_branch_it_says_what_it_says_of_everybody(both: Community) -> None:
    every, branch = foreseen(both), both.branch(OTHER)
    theirs = {person.id for person in both.all(select(Person)) if person.branch_id == branch.id}
    alone = foreseen(both, branches=frozenset({branch.id}))
    assert alone == [one for one in every if one[2] in theirs]
    assert alone


def test_of_what_is_about_a_person_nobody_else_is_reminded(both: Community) -> None:
    settings = both.house.settings

    def told(session: Any) -> Iterator[tuple[str, int]]:
        rows = SessionRows(session)
        for reminder in (reminder for feature in FEATURES for reminder in feature.reminders):
            for one in reminder.occasions(rows, FIRST, LAST + timedelta(days=400), settings):
                for due in reminder.dues(rows, one, settings):
                    if one.subject.startswith("person:"):
                        assert isinstance(due, Due)
                        yield one.subject, due.person_id

    found = both.house.db.read_now(lambda s: list(told(s)))
    assert found
    assert all(subject == f"person:{person_id}" for subject, person_id in found)


def test_who_looks_after_a_branch_is_found_the_same_for_many(both: Community) -> None:
    both.branch("龙武")

    def compare(session: Any) -> None:
        rows = SessionRows(session)
        many = Staffing(rows)
        for branch_id in (None, *(branch.id for branch in both.branches.values())):
            assert many.of(branch_id) == staff_for(rows, branch_id)

    both.house.db.read_now(compare)


@pytest.fixture
def busy(both: Community) -> Community:
    """Of both branches: somebody away, somebody paused, guests of the other branch, an event with one guest."""
    wang, nong = (both.all(select(Person).where(Person.name == n))[0] for n in ("王秀英", "农丽珍"))
    paused = both.person("莫桂英", address="m8")

    def job(session: Any) -> None:
        rows, by = SessionRows(session), By(both.clock(), None)
        session.get_one(Person, paused.id).status = Status.PAUSED
        event = CalendarException(
            branch_id=wang.branch_id, kind=DayKind.EVENT, source="", day=FIRST + timedelta(days=9),
            what=What.EXTRA, at=time(9), topic="看花", created_at=both.clock(),
        )  # fmt: skip
        rows.add(event)
        for day in coming(rows, None, FIRST, LAST):
            if day.kind is DayKind.SERVICE and day.branch_id == wang.branch_id:
                enter(rows, SignUp, nong.id, day, by)
                enter(rows, Leave, wang.id, day, by).reason = "在外地"
            if day.kind is DayKind.EVENT:
                enter(rows, SignUp, paused.id, day, by)

    both.house.db.write_now(job)
    return both


def test_many_days_together_expect_whom_each_expects_alone(busy: Community) -> None:
    def read(session: Any) -> tuple[list[list[int]], ...]:
        rows = SessionRows(session)
        every = [Expected(day) for day in coming(rows, None, FIRST, LAST)]
        ids = select(Person.id)
        second = ids.where(Person.branch_id == busy.branch(OTHER).id)
        alone = [one.query().with_only_columns(Person.id) for one in every]
        return (
            expected_of(rows, every),
            [[id_ for (id_,) in rows.table(query)] for query in alone],
            expected_of(rows, every, second),
            [[id_ for (id_,) in rows.table(q.where(Person.id.in_(second)))] for q in alone],
        )

    together, alone, some, some_alone = busy.house.db.read_now(read)
    assert together == alone
    assert some == some_alone
    assert len({*map(tuple, together)}) >= 3
    assert len({*map(tuple, some)}) >= 2
