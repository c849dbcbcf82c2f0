"""What the outbox costs beside the raw driver: claim + mark in groups and one by one, and enqueueing in chunks.

    python -m tests.bench.mail

Floors are the same rows moved by the driver itself (sqlite3, psycopg), a transaction a step, in the same run;
medians of five. Also: procrastinate on the same PostgreSQL (extra [bench]), and four workers there never claim a row
twice. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import keyring, outbox
from bot.db import Database, insert_once
from bot.domain.mail import Mail, Outbox, Sending
from bot.keyring import KeyRing, new_key
from bot.migrations import upgrade
from bot.now import real_now
from bot.outbox import Wanted
from bot.talk import Reply
from tests.bench import peer
from tests.bench.table import Line, beside, holds, report, times
from tests.postgres import Server

ROWS, GROUP, ROUNDS = 300, 30, 5


def fill(db: Database) -> None:
    """Rows that are all due now, one an address; those of an earlier round are out of the way."""
    now = real_now()

    def job(session: Session) -> None:
        session.execute(update(Outbox).values(state=Sending.SENT))
        insert_once(
            session, Outbox,
            [{
                "key": f"{now.timestamp()}:{n}", "kind": Mail.ANSWER, "lane": 0, "person_id": None,
                "channel": "telegram", "address": str(n), "state": Sending.QUEUED, "due_at": now,
                **Outbox.reply.values(f"{now.timestamp()}:{n}", Reply("好").values()), "created_at": now,
            } for n in range(ROWS)],
            returning=Outbox.id,
        )  # fmt: skip

    db.write_now(job)


def ours(db: Database, group: int) -> float:
    """Seconds a row: claim up to `group`, then mark them, each a transaction."""
    fill(db)
    now, start, done = real_now(), time.perf_counter(), 0
    wanted = Wanted("w", "telegram", group, group)
    while done < ROWS:
        taken = db.write_now(lambda s: outbox.claim(s, wanted, now, now))
        ids = [message.id for message in taken]
        db.write_now(lambda s, ids=ids: outbox.confirm(s, ids, now))  # type: ignore[misc]
        done += len(taken)
    return (time.perf_counter() - start) / ROWS


CLAIM = "UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE id IN ({}) RETURNING id"
MARK = "UPDATE outbox SET state = 'sent' WHERE id IN ({})"
NEXT = "SELECT id, address, reply_sealed FROM outbox WHERE state = 'queued' ORDER BY lane, due_at, id LIMIT {}"


def raw(
    db: Database, execute: Callable[[str], list[tuple[int, ...]]], group: int, lock: str
) -> float:
    """The same by the driver."""
    fill(db)
    start, done = time.perf_counter(), 0
    while done < ROWS:
        execute("BEGIN IMMEDIATE" if not lock else "BEGIN")
        ids = ",".join(str(row[0]) for row in execute(NEXT.format(group) + lock))
        done += len(execute(CLAIM.format(ids)))
        execute("COMMIT")
        execute(MARK.format(ids))
    return (time.perf_counter() - start) / ROWS


def never_twice(url: str) -> bool:
    """Four workers claim at once."""
    dbs = [Database(url) for _ in range(4)]
    fill(dbs[0])
    now = real_now()

    def work(db: Database) -> list[int]:
        mine: list[int] = []
        wanted = Wanted("w", "telegram", 7, 7)
        while taken := db.write_now(lambda s: outbox.claim(s, wanted, now, now)):
            mine += [message.id for message in taken]
        return mine

    with ThreadPoolExecutor() as pool:
        claimed = Counter(id_ for found in pool.map(work, dbs) for id_ in found)
    for db in dbs:
        db.close()
    return len(claimed) == ROWS and max(claimed.values()) == 1


async def one_by_one(db: Database) -> float:
    """Sixteen senders at once, each claiming and marking single messages: the group commit at work."""
    fill(db)
    now, left = real_now(), ROWS
    wanted = Wanted("w", "telegram", 1, 1)

    async def sender() -> None:
        nonlocal left
        while left > 0:
            taken = await db.write(lambda s: outbox.claim(s, wanted, now, now))
            left -= len(taken)
            ids = [message.id for message in taken]
            await db.write(lambda s, ids=ids: outbox.confirm(s, ids, now))  # type: ignore[misc]

    start = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(16)))
    return (time.perf_counter() - start) / ROWS


def compare(
    name: str, measure: Callable[[], float], floor: Callable[[], float], bar: float
) -> Line:
    """Microseconds a message, ours at most `bar` times the floor."""
    mine, theirs = beside(measure, floor, ROUNDS)
    return times(f"claim + mark, µs a message: {name}", mine * 1e6, theirs * 1e6, bar)


def lines() -> Iterator[Line]:
    """Both engines."""
    keyring.use(KeyRing([new_key(real_now())]))
    with tempfile.TemporaryDirectory() as folder:
        yield from on_sqlite(Path(folder) / "yure.db")
    server = Server(safe=True)
    with server.database() as url:
        yield from on_postgresql(url)
    server.close()


def on_sqlite(path: Path) -> Iterator[Line]:
    """Group commit beside the driver, a transaction a step."""
    db = Database(f"sqlite:///{path}")
    upgrade(db)
    driver = sqlite3.connect(path, isolation_level=None)
    driver.execute("PRAGMA synchronous=FULL")

    def execute(statement: str) -> list[tuple[int, ...]]:
        return driver.execute(statement).fetchall()

    yield compare(
        "SQLite, in groups", lambda: ours(db, GROUP), lambda: raw(db, execute, GROUP, ""), 4
    )
    yield compare(
        "SQLite, 16 senders",
        lambda: asyncio.run(one_by_one(db)),
        lambda: raw(db, execute, 1, ""),
        4,
    )
    driver.close()
    db.close()


def beside_peer(db: Database, url: str) -> Line:
    """A message beside a job of procrastinate on the same server, each in its best way."""
    try:
        theirs = statistics.median(
            peer.seconds_a_job(url.replace("+psycopg", ""), ROWS) for _ in range(3)
        )
    except peer.Missing as missing:
        return holds(f"procrastinate is there ({missing})", False)
    mine = statistics.median(ours(db, GROUP) for _ in range(3))
    return times("claim + mark: procrastinate, µs a message", mine * 1e6, theirs * 1e6, 0.5)


def on_postgresql(url: str) -> Iterator[Line]:
    """In groups, one by one, and four workers at once."""
    db = Database(url)
    link = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    locked = " FOR UPDATE SKIP LOCKED"

    def execute(statement: str) -> list[tuple[int, ...]]:
        cursor = link.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

    for name, group, share in (("in groups", GROUP, 0.35), ("one by one", 1, 0.30)):
        yield compare(
            f"PostgreSQL, {name}", lambda group=group: ours(db, group),  # type: ignore[misc]
            lambda group=group: raw(db, execute, group, locked), 1 / share,  # type: ignore[misc]
        )  # fmt: skip
    link.close()
    yield beside_peer(db, url)
    db.close()
    yield holds("four workers never claim a row twice", never_twice(url))


if __name__ == "__main__":
    sys.exit(report(lines()))
