"""The other engine: what holds on SQLite holds on PostgreSQL, test by test, and a restart is survived."""

# ruff: noqa: F403, F811, ASYNC110 - the tests of other modules run here once more, with the fixtures below
# mypy: disable-error-code="no-redef"

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot import inbox, keyring, sealing
from bot.db import Database, Unavailable, insert_once
from bot.domain.base import Base
from bot.domain.mail import Heard, Inbox
from bot.domain.sealed import SealingKey
from bot.migrations import NewerSchema, check, upgrade
from bot.now import real_now
from bot.talk import Said
from tests.conftest import Community
from tests.engines import community  # noqa: F401
from tests.postgres import server
from tests.test_birthday import *
from tests.test_engine import *
from tests.test_migrations import killed_upgrades
from tests.test_notice_sent import *
from tests.test_service_day import *


@pytest.fixture
def url() -> Iterator[str]:
    """PostgreSQL only."""
    with server().database() as name:
        yield name


def said(words: str, who: str = "m1") -> Said:
    return Said("terminal", who, f"{who}:{words}", real_now(), words)


def count(session: Session) -> int:
    return session.scalar(select(func.count(Inbox.id)).where(Inbox.state == Heard.DONE)) or 0


def test_the_history_makes_the_tables_that_the_code_describes() -> None:
    db = Database(server().empty())
    upgrade(db)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        missing = compare_metadata(context, Base.metadata)
    db.close()
    assert missing == []


def test_two_upgrades_at_once_both_succeed() -> None:
    name = server().empty()
    code = "import sys; from bot.db import Database; from bot.migrations import upgrade; upgrade(Database(sys.argv[1]))"
    both = [subprocess.Popen([sys.executable, "-c", code, name]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    db = Database(name)
    assert check(db) == ""
    db.close()


def test_an_upgrade_killed_anywhere_succeeds_when_it_is_tried_again() -> None:
    assert killed_upgrades(server().empty()) > 1


def test_a_newer_database_is_refused(url: str) -> None:
    db = Database(url)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    with pytest.raises(NewerSchema):
        upgrade(db)
    db.close()


def test_one_of_two_processes_inserts_a_row_that_both_want(url: str) -> None:
    dbs = [Database(url), Database(url)]
    barrier = threading.Barrier(2)

    def job(session: Session) -> int:
        barrier.wait(5)
        return len(inbox.accept(session, [said("一")], (), real_now()))

    futures = [db._submit(job, None) for db in dbs]
    assert sorted(f.result(10) for f in futures) == [0, 1]
    for db in dbs:
        db.close()


def test_two_transactions_that_block_each_other_both_succeed(url: str) -> None:
    db, barrier, first = Database(url), threading.Barrier(2), [True, True]
    accept = [said("a"), said("b")]
    db.write_now(lambda s: inbox.accept(s, accept, (), real_now()))

    def crossing(mine: int) -> None:
        def job(session: Session) -> None:
            for place in (mine, 1 - mine):
                session.execute(
                    text("UPDATE inbox SET attempts = attempts + 1 WHERE update_id = :id"),
                    {"id": accept[place].id},
                )
                if first[mine]:
                    first[mine] = False
                    barrier.wait(30)

        db.write_now(job)

    threads = [threading.Thread(target=crossing, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert db.read_now(lambda s: list(s.scalars(select(Inbox.attempts)))) == [2, 2]
    db.close()


async def test_two_processes_answer_one_persons_messages_in_order(community: Community) -> None:
    from bot.engine.worker import Worker

    house, seen = community.house, list[str]()

    def answer(turn: object) -> list[object]:
        seen.append(turn.said.text)  # type: ignore[attr-defined]
        time.sleep(0.002)
        return []

    house.engine._answer = answer  # type: ignore[method-assign, assignment]
    other = Worker(Database(house.db.url), house.engine, house.now)
    words = [str(n) for n in range(30)]
    for n, one in enumerate(words):
        await (house.worker, other)[n % 2].hear([said(one)])
    await asyncio.gather(house.worker.finish(), other.finish())
    other.db.close()
    assert seen == words


async def write(community: Community, number: int) -> None:
    """As a channel does: again until it is kept."""
    while True:
        try:
            await community.house.worker.hear([said(str(number), f"m{number % 7}")])
        except Unavailable:
            await asyncio.sleep(0.1)
        else:
            return


async def restart() -> None:
    await asyncio.sleep(0.1)
    await asyncio.to_thread(server().stop)
    await asyncio.sleep(0.3)
    await asyncio.to_thread(server().start)


async def test_a_restart_of_the_server_under_load_is_survived(community: Community) -> None:
    house = community.house
    house.engine._answer = lambda turn: []  # type: ignore[method-assign]
    running = asyncio.create_task(house.worker.run())
    await asyncio.gather(restart(), *(write(community, n) for n in range(200)))
    await house.worker.finish()
    # Written, but the yes was lost with the connection: taken up when its lease has run out.
    house.db.write_now(lambda s: s.execute(text("UPDATE inbox SET lease_until = NULL")))
    end = time.monotonic() + 60
    while house.db.read_now(count) < 200 and time.monotonic() < end:
        await asyncio.sleep(0.05)
    running.cancel()
    assert house.db.read_now(count) == 200


async def test_one_of_two_processes_polls_and_the_other_takes_over(url: str) -> None:
    first, second, runs = Database(url), Database(url), list[str]()

    async def poll(name: str) -> None:
        runs.append(name)
        await asyncio.Event().wait()

    one = asyncio.create_task(first.alone("telegram", lambda: poll("first")))
    while not runs:
        await asyncio.sleep(0.01)
    two = asyncio.create_task(second.alone("telegram", lambda: poll("second")))
    await asyncio.sleep(0.3)
    assert runs == ["first"]
    one.cancel()
    async with asyncio.timeout(10):
        while runs != ["first", "second"]:
            await asyncio.sleep(0.05)
    two.cancel()
    await asyncio.gather(one, two, return_exceptions=True)
    first.close()
    second.close()


def test_an_unreachable_server_is_unavailable_and_not_a_bug(tmp_path: Path) -> None:
    db = Database(f"postgresql+psycopg://postgres@/none?host={tmp_path}")
    with pytest.raises(Unavailable):
        db.write_now(
            lambda s: insert_once(s, Inbox, [], returning=Inbox.id) or s.execute(text("SELECT 1"))
        )
    db.close()


def test_what_cannot_be_read_for_the_moment_is_unavailable_too(tmp_path: Path) -> None:
    db = Database(f"postgresql+psycopg://postgres@/none?host={tmp_path}")
    with pytest.raises(Unavailable):
        db.read_now(lambda s: s.execute(text("SELECT 1")))
    db.close()


def test_processes_that_first_start_together_note_one_key(url: str) -> None:
    dbs, key = [Database(url), Database(url)], keyring.new_key(real_now())
    barrier = threading.Barrier(2)

    def note(session: Session) -> None:
        barrier.wait(5)
        sealing._note(session, key)

    for future in [db._submit(note, None) for db in dbs]:
        future.result(10)
    assert dbs[0].read_now(lambda s: list(s.scalars(select(SealingKey.id)))) == [key.name]
    for db in dbs:
        db.close()


def test_only_what_may_be_made_again_waits_for_no_disk(url: str) -> None:
    db = Database(url)
    asked = text("SHOW synchronous_commit")
    assert db.write_now(lambda s: s.scalar(asked), durable=False) == "off"
    assert db.write_now(lambda s: s.scalar(asked)) == "on"
    db.close()
