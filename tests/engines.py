"""The community on either engine: what a test module imports to run each of its tests on both."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot import config
from bot.app import build, sections
from bot.channels.telegram import CAN as TELEGRAM_CAN
from tests.conftest import Clock, Community
from tests.postgres import server
from tests.tables import make_tables

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """`[database] url`: empty for SQLite in the data folder."""
    with ExitStack() as stack:
        yield "" if request.param == "sqlite" else stack.enter_context(server().database())


@pytest.fixture
def community(
    url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Community]:
    """As in `tests.conftest`, on either engine; on PostgreSQL the migrations made the tables."""
    monkeypatch.setenv("YURE_DATABASE__URL", url)
    house = build(config.load(None, sections(), tmp_path), clock)
    house.post.channels = {**house.post.channels, "telegram": TELEGRAM_CAN}
    if not url:
        make_tables(house.db)
    yield Community(house, clock)
    house.close()
