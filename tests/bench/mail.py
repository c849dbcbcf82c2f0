"""What the outbox costs beside the raw driver: claim + mark in groups and one by one, and enqueueing in chunks.

    python -m tests.bench.mail

Floors are the same rows moved by the driver itself (sqlite3, psycopg), a transaction a step, in the same run;
medians of five. Also: four workers on PostgreSQL never claim a row twice. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
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
) -> bool:
    """Print a line; whether ours takes at most `bar` times the floor."""
    mine, theirs = zip(*[(measure(), floor()) for _ in range(ROUNDS)], strict=True)
    ratio = statistics.median(m / t for m, t in zip(mine, theirs, strict=True))
    micro = [statistics.median(series) * 1e6 for series in (mine, theirs)]
    met = ratio <= bar
    print(
        f"{name:<34} {micro[0]:>9.0f} {micro[1]:>9.0f} {ratio:>7.2f} {bar:>6.2f} {'met' if met else 'MISSED'}",
        flush=True,
    )
    return met


def main() -> int:
    """Print a table; 1 where a bar is missed."""
    print(f"{'claim + mark, µs a message':<34} {'ours':>9} {'raw':>9} {'ratio':>7} {'bar':>6}")
    keyring.use(KeyRing([new_key(real_now())]))
    server = Server(safe=True)
    with tempfile.TemporaryDirectory() as folder, server.database() as url:
        lite, grand = Database(f"sqlite:///{Path(folder) / 'yure.db'}"), Database(url)
        upgrade(lite)
        driver = sqlite3.connect(Path(folder) / "yure.db", isolation_level=None)
        driver.execute("PRAGMA synchronous=FULL")
        link = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

        def by_link(statement: str) -> list[tuple[int, ...]]:
            cursor = link.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

        def by_driver(statement: str) -> list[tuple[int, ...]]:
            return driver.execute(statement).fetchall()

        locked = " FOR UPDATE SKIP LOCKED"
        met = [
            compare("SQLite, in groups", lambda: ours(lite, GROUP), lambda: raw(lite, by_driver, GROUP, ""), 4),
            compare(
                "SQLite, 16 senders one by one", lambda: asyncio.run(one_by_one(lite)),
                lambda: raw(lite, by_driver, 1, ""), 4,
            ),
            compare(
                "PostgreSQL, in groups", lambda: ours(grand, GROUP),
                lambda: raw(grand, by_link, GROUP, locked), 1 / 0.35,
            ),
            compare(
                "PostgreSQL, one by one", lambda: ours(grand, 1),
                lambda: raw(grand, by_link, 1, locked), 1 / 0.30,
            ),
        ]  # fmt: skip
        met.append(never_twice(url))
        print(f"four workers never claim a row twice: {'met' if met[-1] else 'MISSED'}")
        for closing in (link, driver, lite, grand):
            closing.close()
    server.close()
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main())
