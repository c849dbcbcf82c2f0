"""The crowd that benchmarks measure on: benchmarks themselves don't run here, so nobody would see it break."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.db import Database
from bot.domain.people import Grant, Person, Sender, month_day
from tests.bench import crowd
from tests.engines import url as url
from tests.tables import make_tables

MEMBERS = 400


@pytest.fixture
def db(url: str, tmp_path: Path) -> Database:
    """Empty, with its tables."""
    found = Database(url or f"sqlite:///{tmp_path / 'yure.db'}")
    if not url:
        make_tables(found)
    return found


def test_a_crowd_is_on_the_roster_reachable_and_has_its_days_spread(db: Database) -> None:
    crowd.settle(db, MEMBERS)
    people = db.read_now(lambda s: s.scalars(select(Person)).unique().all())
    assert len(people) == MEMBERS
    assert all(p.joined_on and p.joined_month_day == month_day(p.joined_on) for p in people)
    assert len({p.joined_month_day for p in people}) == 12 * 28
    for table in (Grant, Sender):
        assert (
            db.read_now(lambda s, t=table: s.scalar(select(func.count()).select_from(t))) == MEMBERS
        )
    db.close()
