"""The writer thread: who gets which answer, and that it outlives whatever happens."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.cli.base import opened
from bot.db import Damaged, Database, TooLong, Unavailable
from bot.db.writer import Task


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'yure.db'}")
    database.write_now(
        lambda s: s.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT)"))
    )
    yield database
    database.close()


def one(session: Session) -> int:
    return int(session.scalar(text("SELECT 1")) or 0)


def keep(words: str) -> Any:
    return lambda session: session.execute(
        text("INSERT INTO note (words) VALUES (:w)"), {"w": words}
    )


def kept(db: Database) -> list[str]:
    return db.read_now(lambda s: list(s.scalars(text("SELECT words FROM note ORDER BY id"))))


def together(db: Database, *jobs: Any, seconds: float | None = None) -> list[Any]:
    """Run jobs in one group: the writer is held up until all of them wait."""
    gate = threading.Event()
    first = db._submit(lambda session: gate.wait(5), None)
    futures: list[Future[Any]] = [db._submit(job, seconds) for job in jobs]
    gate.set()
    first.exception(5)
    return [f.exception(30) or f.result() for f in futures]


def failing(session: Session) -> None:
    keep("of the failing one")(session)
    raise LookupError("a bug")


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


def test_a_failing_job_takes_none_of_its_group_with_it(db: Database) -> None:
    ended = together(db, keep("before"), failing, keep("after"))
    assert isinstance(ended[1], LookupError)
    assert kept(db) == ["before", "after"]


def test_a_job_that_leaves_as_no_exception_should_is_told_so_and_the_thread_lives(
    db: Database,
) -> None:
    def leaves(session: Session) -> None:
        raise SystemExit(1)

    assert isinstance(together(db, leaves)[0], RuntimeError)
    assert db.write_now(one) == 1


def test_a_commit_that_fails_gives_nobody_a_false_yes(db: Database) -> None:
    def late_fault(session: Session) -> str:
        session.execute(text("CREATE TABLE IF NOT EXISTS far (id INTEGER PRIMARY KEY)"))
        session.execute(text(
            "CREATE TABLE IF NOT EXISTS near (far INTEGER REFERENCES far (id) DEFERRABLE INITIALLY DEFERRED)"
        ))  # fmt: skip
        session.execute(text("INSERT INTO near VALUES (7)"))
        return "yes"

    ended = together(db, keep("of the same group"), late_fault)
    assert isinstance(ended[1], IntegrityError)
    assert kept(db) == ["of the same group"]


def test_a_job_that_takes_the_transaction_away_costs_its_group_nothing(db: Database) -> None:
    def takes_it_away(session: Session) -> None:
        session.execute(text("ROLLBACK"))

    ended = together(db, keep("before"), takes_it_away, keep("after"))
    assert isinstance(ended[1], Exception)
    assert kept(db) == ["before", "after"]


def test_a_full_disk_is_unavailable_and_over_when_there_is_room(db: Database) -> None:
    def limit(pages: int) -> None:
        db.write_now(lambda s: s.execute(text(f"PRAGMA max_page_count = {pages}")))

    pages = db.read_now(lambda s: s.scalar(text("PRAGMA page_count")))
    limit(pages)
    with pytest.raises(Unavailable):
        db.write_now(keep("x" * 100_000))
    limit(1_000_000)
    db.write_now(keep("there is room again"))
    assert kept(db) == ["there is room again"]


def test_a_full_disk_inside_a_group_loses_no_yes(db: Database) -> None:
    pages = db.read_now(lambda s: s.scalar(text("PRAGMA page_count")))
    db.write_now(lambda s: s.execute(text(f"PRAGMA max_page_count = {pages}")))
    ended = together(db, keep("small"), keep("x" * 100_000), keep("small too"))
    assert isinstance(ended[1], Unavailable)
    assert kept(db) == ["small", "small too"]


def test_a_loop_that_never_ends_is_cut_off_and_its_group_goes_on(db: Database) -> None:
    def hangs(session: Session) -> None:
        keep("of the hanging one")(session)
        while True:
            pass

    ended = together(db, keep("before"), hangs, keep("after"), seconds=0.3)
    assert isinstance(ended[1], TooLong)
    assert kept(db) == ["before", "after"]


def test_a_query_that_never_ends_is_cut_off(db: Database) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    ended = together(db, keep("before"), lambda s: s.scalar(text(endless)), seconds=0.3)
    assert isinstance(ended[1], TooLong)
    assert kept(db) == ["before"]


def test_what_was_cut_off_never_hits_the_next_job(db: Database) -> None:
    def just_late(session: Session) -> None:
        until = time.monotonic() + 0.051
        while time.monotonic() < until:
            pass

    for _ in range(30):
        db._submit(just_late, 0.001).exception(5)
        assert db.write_now(one) == 1


async def test_waking_somebody_whose_loop_ended_does_no_harm(db: Database) -> None:
    def wake() -> None:
        raise RuntimeError("Event loop is closed")

    db.after_commit.append(wake)
    assert await db.write(one) == 1
    assert await db.write(one) == 1


def test_what_a_reader_writes_is_gone(db: Database) -> None:
    db.read_now(keep("of a rehearsal"))
    assert kept(db) == []


def test_jobs_that_wait_are_finished_before_closing_and_later_ones_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'yure.db'}")
    future: Future[int] = Future()
    assert database.write_now(one) == 1
    assert database._writer is not None
    database._writer.submit(Task(one, future, None))
    database.close()
    assert future.result(0) == 1
    with pytest.raises(RuntimeError):
        database.write_now(one)


def test_a_file_that_is_no_database_is_damaged_and_a_missing_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "yure.db"
    Database(f"sqlite:///{path}").check()
    path.write_bytes(b"what is this? " * 1000)
    with pytest.raises(Damaged):
        Database(f"sqlite:///{path}").check()


def test_only_what_may_be_made_again_waits_for_no_disk(db: Database) -> None:
    def synchronous(session: Session) -> int:
        return int(session.scalar(text("PRAGMA synchronous")) or 0)

    full, normal = 2, 1
    assert db.write_now(synchronous, durable=False) == normal
    assert db.write_now(synchronous) == full


OTHER = """
import sys, time
from sqlalchemy import text
from bot.db import Database
db = Database(sys.argv[1])
for _ in range(9):
    start = time.monotonic()
    db.write_now(lambda s: s.execute(text("INSERT INTO note (words) VALUES ('of a command')")))
    print(time.monotonic() - start)
"""


def test_a_command_gets_its_turn_beside_a_process_that_writes_without_a_break(db: Database) -> None:
    stop = threading.Event()

    def busy(session: Session) -> None:
        keep("of the product")(session)
        until = time.monotonic() + 0.002
        while time.monotonic() < until:
            pass

    def load() -> None:
        while not stop.is_set():
            db.write_now(busy)

    loads = [threading.Thread(target=load) for _ in range(16)]
    for thread in loads:
        thread.start()
    try:
        done = subprocess.run(
            [sys.executable, "-c", OTHER, db.url], capture_output=True, text=True, check=True
        )
    finally:
        stop.set()
        for thread in loads:
            thread.join()
    waits = sorted(float(line) for line in done.stdout.split())
    assert waits[4] < 0.8, waits


@pytest.mark.parametrize(("alone", "pages"), [(True, 1000), (False, 0)])
def test_a_command_beside_the_product_leaves_the_log_to_it(
    tmp_path: Path, alone: bool, pages: int
) -> None:
    with opened(None, tmp_path, alone=alone) as house:
        assert house.db.write_now(lambda s: s.scalar(text("PRAGMA wal_autocheckpoint"))) == pages
