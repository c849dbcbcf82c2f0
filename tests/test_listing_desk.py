"""Lists of the desk with more rows than a page shows: every row is on exactly one page."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest

from bot.db import SessionRows
from bot.domain.correction import Correction, What
from bot.domain.deeds import Deed, Field, look
from bot.domain.handover import Handover
from bot.domain.imports import Doing, Kind, RosterImport, RosterImportLine, Stage
from bot.domain.mail import Inbox, Mail, Outbox
from bot.domain.people import Consent, Person, Role, Sender, StatusChange
from bot.domain.schedule import Attendance, Day, DayKind, Leave, MakeUpTask
from bot.domain.settings import SettingChange
from bot.domain.visits import Half, Reason, State, Visit
from bot.now import local_day
from bot.parts import Board, Links, Part, Table
from handlers.calendar.about import ahead
from handlers.roster.lately import LATELY
from tests.calendar_house import BRANCH, OTHER, rule
from tests.conftest import Community
from tests.desk_house import Desk

DAY = date(2026, 11, 15)
MANY = 3 * LATELY + 5


@pytest.fixture
def desk(community: Community) -> Desk:
    community.person("李敏", Role.ADMINISTRATOR, address="c1")
    return Desk(community, "李敏")


@pytest.fixture
def one(community: Community) -> Person:
    return community.person("韦建国", address="m1")


def pages(desk: Desk, path: str, key: str, **query: str) -> Iterator[list[Part]]:
    """Each page of the list that is read on by `key`; other lists of the page stay where they are."""
    asked: dict[str, str] | None = query
    while asked is not None:
        parts, before = desk.page(path, **asked), asked.get(key)
        yield parts
        links = [link for part in parts if isinstance(part, Links) for link in part.links]
        nexts = [dict(parse_qsl(link.to[1:])) for link in links if link.label == "下一页"]
        asked = next((to for to in nexts if to.get(key) not in (None, before)), None)


def rows(desk: Desk, caption: str, key: str, one: Person) -> list[tuple[str, ...]]:
    """What stands in one table of a person's page, over all pages."""
    return [
        row
        for parts in pages(desk, "members", key, id=str(one.id))
        for table in parts
        if isinstance(table, Table) and table.caption == caption
        for row in table.rows
    ]


# ── a member's page ─────────────────────────────────────────────────────────────────────────────


def device(town: Community, one: Person, n: int) -> Sender:
    return Sender(
        channel="web", address=f"d{n}", person_id=one.id, relation=f"第{n}个", bound_at=town.clock()
    )


def consent(town: Community, one: Person, n: int) -> Consent:
    return Consent(person_id=one.id, purpose="voice", version=f"第{n}版", given_at=town.clock())


def visit(town: Community, one: Person, n: int, state: State = State.CANCELLED) -> Visit:
    now, day = town.clock() - timedelta(hours=n), DAY - timedelta(days=n)
    return Visit(
        person_id=one.id, branch_id=one.branch_id, reason=Reason.TALK, words="", health_note="", place="", day=day,
        half=Half.MORNING, due_on=day, state=state, created_at=now, settled_at=now,
        closed_at=now if state in (State.DONE, State.NOT_HOME) else None,
    )  # fmt: skip


def asking(town: Community, one: Person, n: int) -> Handover:
    at = town.clock()
    return Handover(
        channel="web",
        address="w",
        person_id=one.id,
        why="asked",
        words=f"第{n}次",
        at=at,
        state="closed",
    )


def sight(town: Community, one: Person, n: int) -> object:
    return look(one, one, Field.PHONE, town.clock() - timedelta(minutes=n * 61))


BY_NUMBER: dict[str, tuple[str, Callable[[Community, Person, int], object]]] = {
    "devices": ("手机和网页", device), "consents": ("同意书", consent), "visits": ("走访", visit),
    "asked": ("找过人的话", asking), "looks": ("谁看过电话和住址", sight),
}  # fmt: skip


@pytest.mark.parametrize("key", BY_NUMBER)
def test_every_row_of_a_members_list_is_on_one_page(desk: Desk, one: Person, key: str) -> None:
    caption, make = BY_NUMBER[key]
    before = rows(desk, caption, key, one)
    for n in range(MANY):
        desk.town.add(make(desk.town, one, n))
    found = rows(desk, caption, key, one)
    assert len(found) == len(before) + MANY
    assert len(set(found)) == len(found)


def test_every_day_on_which_somebody_was_there_or_away_is_on_one_page(
    desk: Desk, one: Person
) -> None:
    for n in range(MANY):
        day, town = DAY - timedelta(days=n // 3), desk.town
        for table, more in ((Attendance, {}), (Leave, {"reason": ""})):
            town.add(table(
                person_id=one.id, branch_id=one.branch_id, kind=DayKind.STUDY, source=f"rule:{n}", named=day,
                day=day, at=town.clock(), **more,
            ))  # fmt: skip
    found = rows(desk, "学习和服务", "came", one)
    assert len(found) == 2 * MANY
    assert [how for _, _, how in found].count("请假") == MANY


def test_every_message_is_on_one_page(desk: Desk, one: Person) -> None:
    town = desk.town
    for n in range(MANY):
        at = town.clock() - timedelta(minutes=n // 4)
        town.add(
            Inbox(
                channel="terminal", update_id=f"u{n}", address="m1", at=at, media=[], state="done"
            )
        )
        for whose in (one.id, None):
            town.add(Outbox(
                key=f"k{n}{whose}", kind=Mail.ANSWER, person_id=whose, channel="terminal", address="m1",
                state="sent", due_at=at, created_at=at,
            ))  # fmt: skip
    found = rows(desk, "消息来往", "messages", one)
    assert [who for _, who, *_ in found].count("本人") == MANY
    assert [who for _, who, *_ in found].count("我们") == 2 * MANY


def test_every_change_is_on_one_page(desk: Desk, one: Person) -> None:
    town = desk.town
    for n in range(MANY):
        at = town.clock() - timedelta(minutes=n // 4)
        town.add(StatusChange(person_id=one.id, status="paused", at=at, reason=f"第{n}次"))
        town.add(
            Deed(at=at, by_id=one.id, via="web", did="visits.invite", objects=[], person_id=one.id)
        )
        town.add(Correction(
            person_id=one.id, what=What.PHONE, new="1", asked_by_id=one.id, at=at, due_on=DAY, step="made",
        ))  # fmt: skip
        done = town.add(
            RosterImport(by_id=one.id, at=at, stage=Stage.STORED, stored_at=at, sheet=[])
        )
        line = {"import_id": done.id, "row": 2, "kind": Kind.NEW, "doing": Doing.STORED}
        town.add(RosterImportLine(**line, person_id=one.id, plan={}))
    found = rows(desk, "每次改动", "changes", one)
    assert len(found) == 4 * MANY
    assert len({row for row in found if row[2] == "改为暂停"}) == MANY


def test_a_key_that_is_none_shows_the_first_page(desk: Desk, one: Person) -> None:
    for key in ("devices", "came", "messages", "changes"):
        for odd in (
            "x",
            "2026-11-20",
            "2026-11-20_0_1_2",
            "99999999999999999999",
            "2026-11-20T10:00_0_1",
        ):
            assert desk.page("members", id=str(one.id), **{key: odd})


# ── visits, make-up tasks, settings ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", [State.REQUESTED, State.DONE])
def test_every_visit_is_reached_from_the_board(desk: Desk, state: State) -> None:
    for n in range(120):
        someone = desk.town.person(f"黄{n}")
        desk.town.add(visit(desk.town, someone, n % 7, state))
    (board,) = desk.of(Board, "visits")
    column = next(c for c in board.columns if c.more and c.more.to == f"?state={state.value}")
    assert len(column.cards) == 40
    found = [
        card.title
        for parts in pages(desk, "visits", "after", state=state.value)
        for board in parts
        if isinstance(board, Board)
        for card in board.columns[0].cards
    ]
    assert len(found) == len(set(found)) == 120


def test_every_make_up_task_that_is_done_is_on_one_page(desk: Desk) -> None:
    names = [f"黄{n}" for n in range(60)]
    for n, name in enumerate(names):
        person = desk.town.person(name)
        leave = desk.town.add(Leave(
            person_id=person.id, branch_id=person.branch_id, kind=DayKind.STUDY, source="rule:1", named=DAY,
            day=DAY, at=desk.town.clock(), reason="",
        ))  # fmt: skip
        due = DAY + timedelta(days=n % 3)
        desk.town.add(
            MakeUpTask(leave_id=leave.id, due_on=due, state="done", done_at=desk.town.clock())
        )
    shown = [
        str(row[0])
        for parts in pages(desk, "study", "made", tasks="1")
        for row in [part for part in parts if isinstance(part, Table)][1].rows
    ]
    assert sorted(shown) == sorted(names)


def test_every_change_of_a_setting_is_on_one_page(desk: Desk) -> None:
    at = desk.town.clock()
    for n in range(50):
        desk.town.add(SettingChange(name="visit.goal_a_month", value=str(n), file="0", at=at))
    shown = [
        row[2]
        for parts in pages(desk, "settings", "after", name="visit.goal_a_month")
        for table in parts
        if isinstance(table, Table) and table.caption == "改过几次"
        for row in table.rows
    ]
    assert len(shown) == len(set(shown)) == 50


def test_every_day_that_waits_for_a_word_is_on_one_page(desk: Desk) -> None:
    """No holidays of 2027 are known, so who moves days for them must be told what is meant."""
    for nth in ("1st", "2nd", "3rd", "4th"):
        for weekday in ("mon", "tue", "wed", "thu", "fri"):
            for branch in (BRANCH, OTHER):
                rule(desk.town, f"{nth} {weekday} 09:00 shift holidays", DayKind.SERVICE, branch)
    waiting = [day for day in ahead_of(desk) if day.asks]
    assert len(waiting) > 12
    links = [
        link
        for parts in pages(desk, "calendar", "asks")
        for link in next(part for part in parts if isinstance(part, Table)).links
    ]
    assert len(links) == len(set(links)) == len(waiting)


def ahead_of(desk: Desk) -> list[Day]:
    look = desk.look()
    return desk.town.house.db.read_now(
        lambda session: ahead(SessionRows(session), look.viewer, local_day(look.now))
    )
