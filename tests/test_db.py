"""The writer thread outlives whatever happens to those who wait for it."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.db import Database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'yure.db'}")
    yield database
    database.close()


def one(session: Session) -> int:
    return int(session.scalar(text("SELECT 1")) or 0)


async def test_writing_goes_on_after_somebody_who_waited_was_cancelled(db: Database) -> None:
    def slow(session: Session) -> int:
        time.sleep(0.05)
        return one(session)

    running = [asyncio.ensure_future(db.write(slow)) for _ in range(3)]
    await asyncio.sleep(0.02)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    async with asyncio.timeout(2):
        assert await db.write(one) == 1
