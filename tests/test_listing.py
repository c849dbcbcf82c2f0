"""Long lists a page at a time, by a key: on its own, and where the desk has one."""

from datetime import date, timedelta
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.coverage import bring
from bot.domain.people import Grant, Person, Role
from bot.domain.registration import RegistrationRequest
from bot.domain.schedule import By, DayKind, Leave, MakeUpTask
from bot.domain.visits import Half, Reason, State, Visit
from bot.listing import SHOWN, behind, page_of
from bot.parts import Links, Part, Table
from tests.conftest import Community
from tests.desk_house import Desk


def next_of(parts: list[Part]) -> dict[str, str] | None:
    """The query of the next page; None on the last one."""
    for part in parts:
        if isinstance(part, Links):
            for link in part.links:
                if link.label == "下一页":
                    return dict(parse_qsl(link.to.removeprefix("?")))
    return None


def number(row: int) -> str:
    return f"{row:04}"


@given(st.sets(st.integers(0, 9999), max_size=180))
def test_all_pages_together_show_every_row_once(rows: set[int]) -> None:
    query: dict[str, str] | None = {}
    shown: list[int] = []
    while query is not None:
        page, ways = page_of(behind(sorted(rows), query, number), query, number)
        assert len(page) <= SHOWN
        shown += page
        query = next_of(ways)
    assert shown == sorted(rows)


def test_who_goes_meanwhile_takes_nobody_else_off_the_next_page() -> None:
    rows = list(range(120))
    first, ways = page_of(rows, {}, number)
    left = [row for row in rows if row not in (3, 49)]
    query = next_of(ways)
    assert query
    second, _ = page_of(behind(left, query, number), query, number)
    assert (first[-1], second[0]) == (49, 50)


def test_what_was_asked_stays_asked_on_the_next_page() -> None:
    _, ways = page_of(list(range(51)), {"q": "韦", "after": "", "role": ""}, number)
    assert next_of(ways) == {"q": "韦", "after": "0049"}


def coordinator(community: Community) -> Desk:
    staff = community.person("李敏", address="c1")
    community.add(Grant(person_id=staff.id, role=Role.COORDINATOR, branch_id=staff.branch_id))
    return Desk(community, "李敏")


def all_pages(desk: Desk, path: str, **query: str) -> list[str]:
    """The first cells of the first table, over all pages."""
    found: list[str] = []
    asked: dict[str, str] | None = query
    while asked is not None:
        found += [str(row[0]) for row in desk.of(Table, path, **asked)[0].rows]
        asked = next_of(desk.page(path, **asked))
    return found


def test_every_make_up_task_is_on_one_page(community: Community) -> None:
    desk, names = coordinator(community), [f"黄{place}" for place in range(60)]
    day = date(2026, 11, 15)
    for place, name in enumerate(names):
        person = community.person(name)
        leave = Leave(
            person_id=person.id, branch_id=person.branch_id, kind=DayKind.STUDY, source="rule:1", named=day,
            day=day, at=community.clock(), reason="",
        )  # fmt: skip
        community.add(leave)
        due = day + timedelta(days=place % 3)
        community.add(MakeUpTask(leave_id=leave.id, due_on=due, topic="", state="open"))
    shown = all_pages(desk, "study", tasks="1")
    assert len(shown) == 60
    assert set(shown) == set(names)


def test_every_registration_is_on_one_page(community: Community) -> None:
    desk = coordinator(community)
    for place in range(60):
        community.add(
            RegistrationRequest(
                channel="web", address=f"r{place}", name=f"黄{place}", phone="", why="unknown", candidates=[],
                at=community.clock(), relation="self",
            )
        )  # fmt: skip
    shown = all_pages(desk, "registrations")
    assert len(shown) == len(set(shown)) == 60


def test_who_was_not_seen_for_long_is_on_one_page_of_the_list(community: Community) -> None:
    desk, names = coordinator(community), [f"黄{place}" for place in range(110)]
    people = [community.person(name) for name in names]
    for person, back in zip(people[:60], range(60), strict=True):
        community.add(seen(community, person, date(2026, 11, 1) - timedelta(days=back % 7)))
    shown = all_pages(desk, "visits", unseen="1")
    assert len(shown) == 111
    assert set(shown[:51]) == {"李敏", *names[60:]}
    assert set(shown[51:]) == set(names[:60])


def seen(community: Community, person: Person, day: date) -> Visit:
    """A visit that met somebody."""
    now = community.clock()
    return Visit(
        person_id=person.id, branch_id=person.branch_id, reason=Reason.TALK, words="", health_note="", place="",
        day=day, half=Half.MORNING, due_on=day, state=State.DONE, created_at=now, settled_at=now, closed_at=now,
    )  # fmt: skip


def test_every_delivery_of_a_month_is_on_one_page(community: Community) -> None:
    desk, names = coordinator(community), [f"黄{place}" for place in range(60)]
    for name in names:
        brought = (name, "《党员学习材料》")
        by = By(community.clock(), None)
        community.add(bring(community.person(name), date(2026, 11, 3), brought, by))
    asked: dict[str, str] | None = {"month": "2026-11"}
    shown: list[str] = []
    while asked is not None:
        shown += [row[1] for row in desk.of(Table, "study", **asked)[0].rows]
        asked = next_of(desk.page("study", **asked))
    assert sorted(shown) == sorted(names)
