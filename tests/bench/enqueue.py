"""A notice to 100,000 people put into the outbox, beside one raw INSERT … SELECT; and how long others wait meanwhile.

    python -m tests.bench.enqueue [--recipients 100000]

The floor writes the same columns of the same rows into the same table, with its six indexes, by the driver, in one
transaction. Another writer writes one row every 5 ms while the notice is expanded. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import time as hour
from pathlib import Path

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from bot.channels.telegram import CAN
from bot.db import Database
from bot.domain.base import UTCDateTime
from bot.domain.mail import Outbox, said_as
from bot.domain.notices import Notice, State
from bot.migrations import upgrade
from bot.notices.expand import Batch, chunk, reply_of
from bot.now import real_now
from bot.outbox import Post, Quiet
from tests.bench import crowd
from tests.bench.another import Another
from tests.bench.table import Line, at_most, beside, holds, report, times
from tests.postgres import Server

ROUNDS = 5
WORDS = "明天上午停水，请您提前接好水。"
RAW = (
    "INSERT INTO outbox (key, kind, lane, person_id, channel, address, reply_sealed, state, due_at, attempts,"
    " claimed_by, reason, notice_id, created_at) SELECT 'notice:' || {id} || ':0:' || p.id, 'notice', 1, p.id,"
    " s.channel, s.address, :words, 'queued', :now, 0, '', '', {id}, :now"
    " FROM person p JOIN sender s ON s.person_id = p.id"
    " WHERE p.status = 'active' AND s.relation = 'self' ORDER BY p.id ON CONFLICT DO NOTHING"
)
POST = Post({"telegram": CAN}, Quiet(hour(0), hour(0)))


def write_notice(session: Session) -> int:
    """A notice to all, ready to be expanded."""
    now = real_now()
    number = session.query(Notice).count() + 1
    session.add(
        Notice(
            code=f"b{number}", text=WORDS, text_hash=f"b{number}", audience="all", audience_title="全体", by_id=1,
            state=State.SENDING, starts_at=now, created_at=now,
        )
    )  # fmt: skip
    return number


def ours(db: Database) -> float:
    """Seconds to expand a notice, chunk by chunk, each a transaction."""
    id_ = db.write_now(write_notice)
    now, start = real_now(), time.perf_counter()

    def step(session: Session) -> bool:
        return chunk(session, Batch(session.get_one(Notice, id_), POST, "三海街道", now))

    while db.write_now(step, durable=False):
        pass
    return time.perf_counter() - start


def raw(db: Database) -> float:
    """The same rows in one statement."""
    id_ = db.write_now(write_notice)
    values = db.read_now(lambda s: reply_of(s.get_one(Notice, id_), "三海街道").values())
    words = Outbox.reply.seal(said_as("", id_), values)
    statement = text(RAW.format(id=id_)).bindparams(
        bindparam("words", words, Outbox.__table__.c.reply_sealed.type),
        bindparam("now", real_now(), UTCDateTime()),
    )
    start = time.perf_counter()
    with db.engine.begin() as connection:
        connection.execute(statement)
    return time.perf_counter() - start


def clear(db: Database) -> None:
    """An empty outbox for every measurement."""
    sqlite = db.is_sqlite
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM outbox" if sqlite else "TRUNCATE outbox CASCADE"))


def rows(db: Database) -> int:
    """How many messages there are."""
    return db.read_now(lambda s: s.scalar(select(func.count(Outbox.id)))) or 0


def measure(db: Database, name: str, recipients: int, most: float) -> Iterator[Line]:
    """The lines of one engine."""
    crowd.settle(db, recipients)

    def mine() -> float:
        clear(db)
        return ours(db)

    def floor() -> float:
        clear(db)
        return raw(db)

    seconds, fastest = beside(mine, floor, ROUNDS)
    yield times(f"{name}: enqueue {recipients}, s", seconds, fastest, most)
    clear(db)
    with Another(db) as other:
        ours(db)
    yield holds(f"{name}: everybody has a row", rows(db) == recipients)
    yield at_most(f"{name}: another writer meanwhile, p99, ms", other.p99, 50)


def lines(recipients: int = 100_000) -> Iterator[Line]:
    """Both engines."""
    with tempfile.TemporaryDirectory() as folder:
        lite = Database(f"sqlite:///{Path(folder) / 'yure.db'}")
        upgrade(lite)
        yield from measure(lite, "SQLite", recipients, 2)
        lite.close()
    server = Server(safe=True)
    with server.database() as url:
        grand = Database(url)
        yield from measure(grand, "PostgreSQL", recipients, 1.5)
        grand.close()
    server.close()


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m tests.bench.enqueue")
    options.add_argument("--recipients", type=int, default=100_000)
    sys.exit(report(lines(options.parse_args().recipients)))
