"""Many coordinators decide one thing at the same moment, on either engine: one does, the others read what was done."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.domain.correction import Correction
from bot.domain.coverage import Delivery
from bot.domain.deeds import Deed
from bot.domain.mail import Mail, Outbox
from bot.domain.people import Grant, Person, Role, StatusChange
from bot.domain.schedule import DayKind, MakeUpTask
from bot.domain.visits import State, Visit
from bot.talk import Note
from tests.calendar_house import rule
from tests.conftest import Community
from tests.desk_house import Desk, at_once
from tests.engines import community, url

__all__ = ["community", "url"]
MANY = 12
NAMES = [f"卢桂{sign}" for sign in "一二三四五六七八九十百千"]


@pytest.fixture
def town(community: Community) -> Community:
    """Twelve coordinators; a member at m1, and a stranger at s1 who is nearly the member."""
    for name in NAMES:
        person = community.person(name)
        community.add(Grant(person_id=person.id, role=Role.COORDINATOR, branch_id=person.branch_id))
    community.person("王秀英", address="m1")
    return community


def contest(town: Community, page: str, action: str, **values: str) -> list[str]:
    """All press the same button; "" for who did it, else what the others read."""
    start = threading.Barrier(MANY)

    def press(name: str) -> None:
        desk = Desk(town, name)
        desk.who()
        start.wait(20)
        desk.press(page, action, **values)

    jobs: list[Callable[[], object]] = [partial(press, name) for name in NAMES]
    said = at_once(jobs)
    assert len(said) == MANY, "one of them broke"
    return said


def test_one_of_many_goes_to_visit(town: Community) -> None:
    for words in ("请人上门", "想有人聊聊", "明天上午", "对", "对"):
        town.say("m1", words)
    visit = town.all(select(Visit))[0]
    said = contest(town, "visits", "go", id=str(visit.id))
    assert said.count("") == 1, said
    (now,) = town.all(select(Visit))
    assert now.state is State.ACCEPTED
    assert len(town.all(select(Deed).where(Deed.did == "visits.go"))) == 1


def test_one_of_many_approves_a_registration(town: Community) -> None:
    for words in ("登记", "同意", "王秀音", "1234", "对"):
        town.say("s1", words)
    number = town.all(select(Person).where(Person.name == "王秀英"))[0].number
    said = contest(town, "registrations", "approve", id="1", who=number)
    assert said.count("") == 1, said


def test_one_of_many_makes_a_correction(town: Community) -> None:
    for words in ("改我的资料", "电话", "13900005678", "对"):
        town.say("m1", words)
    said = contest(town, "corrections", "make", id=str(town.all(select(Correction))[0].id))
    assert said.count("") == 1, said


def test_one_of_many_says_where_somebody_stands(town: Community) -> None:
    id_ = str(town.all(select(Person).where(Person.name == "王秀英"))[0].id)
    said = contest(town, "members", "standing", id=id_, to="paused", was="active", reason="住院")
    assert said.count("") == 1, said
    assert len(town.all(select(StatusChange))) == 1


def test_one_of_many_arranges_a_visit(town: Community) -> None:
    id_ = str(town.all(select(Person).where(Person.name == "王秀英"))[0].id)
    when = {"day": "2026-11-27", "half": "morning"}
    said = contest(town, "visits", "arrange", person=id_, reason="talk", **when)
    assert said.count("") == 1, said
    assert len(town.all(select(Visit))) == 1


def test_one_of_many_gives_a_role(town: Community) -> None:
    for name in NAMES:
        boss = town.all(select(Person).where(Person.name == name))[0]
        town.add(Grant(person_id=boss.id, role=Role.ADMINISTRATOR))
    said = contest(town, "roles", "give", who="王秀英", role="volunteer")
    assert said.count("") == 1, said


def test_one_of_many_tells_somebody_by_phone(town: Community) -> None:
    one = town.person("韦建国")
    note = Note(
        one.id,
        "明天有志愿服务日。",
        "r:1",
        Mail.REMINDER,
        useful_until=town.clock() + timedelta(days=1),
    )
    post = town.house.post
    town.house.db.write_now(
        lambda s: post.queue(s, note, town.clock(), post.addresses(s, [one.id]))
    )
    read = str(town.all(select(Outbox).where(Outbox.person_id == one.id))[0].id)
    said = contest(town, "calls", "called", person=str(one.id), read=read, outcome="told")
    assert said.count("") == 1, said


def test_one_of_many_writes_down_that_somebody_made_up(town: Community) -> None:
    rule(town, "24 09:00", DayKind.STUDY)
    who = str(town.all(select(Person).where(Person.name == "王秀英"))[0].id)
    Desk(town, NAMES[0]).press("study", "leave", day="rule:1@2026-11-24", who=who, reason="腿疼")
    (task,) = town.all(select(MakeUpTask))
    town.clock.set("2026-11-25T09:00")
    said = contest(town, "study", "done", task=str(task.id))
    assert said.count("") == 1, said
    assert len(town.all(select(Deed).where(Deed.did == "study.done"))) == 1


def test_what_was_brought_is_written_down_once(town: Community) -> None:
    number = town.all(select(Person).where(Person.name == "王秀英"))[0].number
    how = {"who": number, "day": "2026-11-20", "by": "李敏", "what": "十二月的学习材料"}
    said = contest(town, "study", "brought", **how)
    assert said.count("") == 1, said
    (row,) = town.all(select(Delivery))
    said = contest(town, "study", "unbrought", id=str(row.id))
    assert said.count("") == 1, said
