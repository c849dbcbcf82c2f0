"""What waits on the desk is asked as seldom as it may change, and never too seldom."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.app import House
from bot.db import SessionRows
from bot.domain.correction import Correction, Step
from bot.domain.handover import Handover
from bot.domain.people import Person
from bot.domain.versions import ROSTER
from bot.feature import Feature
from bot.web.desk.ahead import HOLDS, UNSEEN, Ahead
from bot.web.live import SELDOM, Streams
from handlers import FEATURES
from tests.bench.district import district as made
from tests.bench.district import opened
from tests.test_pages import SMALL
from tests.work import counted

_READ = re.compile(r'(?:FROM|JOIN) "?(\w+)"?')
WAITING = [one for one in FEATURES if one.waiting or one.coming]


@dataclass
class Open:
    """The page 今天, open at somebody's desk in a small district."""

    house: House
    ahead: Ahead
    id: int

    def look(self, after: timedelta = timedelta(0)) -> tuple[set[str], list[str]]:
        """What stands there so long `after` it was opened, and the statements that took."""
        with counted(self.house.db.engine) as work:
            waits, _ = self.house.db.read_now(
                lambda s: self.ahead.look(
                    SessionRows(s), s.get_one(Person, self.id), self.house.now() + after
                )
            )
        return {one.title for one in waits}, work.statements


@pytest.fixture
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    town = made(tmp_path_factory.mktemp("ahead") / "data", SMALL)
    house = opened(town.folder)
    yield Open(house, Ahead(FEATURES, house.settings), SMALL.members + 1)
    house.close()


@pytest.mark.parametrize("feature", WAITING, ids=lambda one: one.name)
def test_a_feature_names_every_table_that_what_waits_is_read_from(
    page: Open, feature: Feature
) -> None:
    page.ahead = Ahead([feature], page.house.settings)
    _, statements = page.look()
    read = {table for one in statements for table in _READ.findall(one)}
    named = {one.__tablename__ for one in (*ROSTER, *feature.waits_on)}
    assert {one for one in read if not one.startswith("anon_")} - named == {"table_version"}


def test_of_what_nobody_wrote_to_nothing_is_asked_again(page: Open) -> None:
    first, every = page.look()
    again, few = page.look()
    assert again == first
    assert len(few) < len(every) / 2
    assert not [one for one in few if re.search(r"FROM (handover|visit|calendar_rule)\b", one)]


def test_what_was_written_since_is_there_at_the_next_look(page: Open) -> None:
    first, _ = page.look()

    def call(session: Session) -> None:
        session.add(
            Handover(channel="web", address="z", why="lost", words="在吗", at=page.house.now())
        )

    page.house.db.write_now(call)
    assert page.look()[0] - first == {"没登记的朋友：没听懂"}


def test_what_a_statement_changed_is_seen_too(page: Open) -> None:
    assert [one for one in page.look()[0] if one.startswith("改资料：")]
    page.house.db.write_now(
        lambda session: session.execute(update(Correction).values(step=Step.MADE))
    )
    assert not [one for one in page.look()[0] if one.startswith("改资料：")]


def test_time_alone_changes_what_waits(page: Open) -> None:
    page.look()
    _, within = page.look(UNSEEN - timedelta(seconds=1))
    assert [one for one in within if " outbox" in one] == []
    _, messages = page.look(UNSEEN)
    assert [one for one in messages if " outbox" in one]
    _, after = page.look(HOLDS)
    assert len(after) > len(messages)


def test_many_open_pages_look_more_rarely() -> None:
    streams = Streams()
    streams._open = 3
    assert streams._pause(0.05, 5) == 5
    streams._open = 100
    assert streams._pause(0.05, 5) == pytest.approx(20)
    assert streams._pause(9, 5) == SELDOM
