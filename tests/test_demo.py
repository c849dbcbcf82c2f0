"""The demonstration's past: notices made by the product's own moves, and counted the same wherever one looks."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.cli.base import clock_at, opened
from bot.db import SessionRows
from bot.demo.fill import MEMBERS
from bot.demo.notices import STORIES
from bot.domain.notices import STATE_TITLE
from bot.domain.people import Person, with_number
from bot.feature import Look
from bot.parts import Board, Chart, Table
from tests.desk_house import PAGES, flat
from tests.test_cli import yure

AT = "2026-11-28T12:00"
QUARTERS = ("2026-q3", "2026-q4")
CORRECTIONS = sum(bool(story.right) for story in STORIES)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration as it was prepared at that moment."""
    folder = tmp_path_factory.mktemp("demo")
    yure(folder, "demo", "--prepare", "--at", AT)
    return folder


@pytest.fixture(scope="module")
def shown(data: Path) -> list[dict[str, Any]]:
    """Every notice as the command shows it, the first first."""
    ids = sorted(row["id"] for row in yure(data, "notice", "list", "--at", AT))
    return [yure(data, "notice", "show", str(id_), "--at", AT)[0] for id_ in ids]


def parts_of(data: Path, path: str, **query: str) -> list[Any]:
    """What stands on a page of the desk, as the first coordinator sees it."""
    with opened(None, data, clock_at(AT)) as house:

        def look(session: Any) -> list[Any]:
            viewer: Person = session.scalars(with_number("8001")).unique().one()
            look = Look(viewer, query, house.now(), house.settings, house.post.channels)
            return list(flat(PAGES[path].view(SessionRows(session), look)))

        return house.db.read_now(look)


def table(data: Path, path: str, caption: str, **query: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table of such a page."""
    parts = parts_of(data, path, **query)
    (found,) = (p for p in parts if isinstance(p, Table) and p.caption == caption)
    yield from found.rows


def test_the_past_holds_every_story_and_its_correction(
    data: Path, shown: list[dict[str, Any]]
) -> None:
    listed = list(table(data, "notices", "最近的通知"))
    assert len(shown) == len(listed) == len(STORIES) + CORRECTIONS
    states = Counter(state for _, state, *_ in listed)
    titles = {STATE_TITLE[one] for one in STATE_TITLE if one in ("sent", "cancelled")}
    assert set(states) == titles
    assert states["停发了"] == CORRECTIONS


def test_report_and_commands_count_the_same(data: Path, shown: list[dict[str, Any]]) -> None:
    sums: Counter[str] = Counter()
    for quarter in QUARTERS:
        for name, now, _, _ in table(data, "reports", "通知", part="told", period=quarter):
            sums[name] += int(now)
    assert sums["发了几条"] == len(shown)
    assert sums["发给"] == sum(one["audience"] for one in shown)
    assert sums["到了"] == sum(one["states"]["sent"] for one in shown)
    assert sums["说收到的"] == sum(one["received"] for one in shown)
    assert sums["电话告诉的"] > 20


def test_an_ill_member_has_waited_longer_than_three_days(data: Path) -> None:
    (board,) = (part for part in parts_of(data, "visits") if isinstance(part, Board))
    late = [card for column in board.columns for card in column.cards if card.late]
    assert any("生病了" in line for card in late for line in card.lines)


def test_whoever_took_leave_of_study_has_something_to_make_up_for(data: Path) -> None:
    (ring,) = (part for part in parts_of(data, "study", month="2026-11") if isinstance(part, Chart))
    came, at_home, _, left = ring.series[0].values
    assert sum(ring.series[0].values) == MEMBERS
    assert min(came, at_home, left) > 0
    tables = (part for part in parts_of(data, "study", month="2026-11") if isinstance(part, Table))
    why = [row[2] for one in tables if "怎么回事" in one.head for row in one.rows]
    assert any("请了假，最迟" in str(words) for words in why)


def test_only_the_latest_is_still_called_about(shown: list[dict[str, Any]]) -> None:
    *earlier, latest = shown
    assert not any(one["not_reached"] for one in earlier)
    assert {row["reason"] for row in latest["not_reached"]} == {"no_address", "unread"}
    assert latest["states"]["called"] > 0


def test_whoever_tries_it_out_finds_no_notice_waiting(data: Path) -> None:
    rows = yure(data, "outbox", "list")
    assert {row["state"] for row in rows} == {"sent", "waiting", "unreachable", "cancelled"}
    assert all(row["member"] > "0070" for row in rows if row["state"] == "waiting")


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2027, 2, 28)])
def test_the_past_can_be_told_on_any_day(tmp_path: Path, day: date) -> None:
    at = f"{day}T23:30"
    yure(tmp_path, "demo", "--prepare", "--at", at)
    assert len(yure(tmp_path, "notice", "list", "--at", at)) == len(STORIES) + CORRECTIONS
