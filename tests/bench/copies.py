"""How long another writer waits while a backup of the database is made.

    python -m tests.bench.copies [--members 200000]

The bar is 100 ms a write for each 34 MB. Exits 1 where it is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from bot import backup
from bot.db import Database
from bot.migrations import upgrade
from tests.bench import crowd
from tests.bench.another import Another
from tests.bench.table import Line, at_most, holds, report
from tests.postgres import Server

MOST, FOR = 100, 34 * 2**20
"""Milliseconds, for so many bytes."""


def measure(db: Database, name: str, members: int, target: Path) -> Iterator[Line]:
    """The lines of one engine."""
    crowd.settle(db, members)
    large = _bytes(db)
    with Another(db) as other:
        backup.make(db, target)
    size = f"{large / 2**20:.0f} MB"
    yield at_most(f"{name}: a write beside a backup of {size}, p99, ms", other.p99, MOST)
    yield at_most(
        f"{name}: the longest, ms for 34 MB", max(other.waits) * 1000 / max(1, large / FOR), MOST
    )
    yield holds(f"{name}: the copy is sound", backup.fault_in(target) == "")


def _bytes(db: Database) -> int:
    of_sqlite = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    of_postgresql = "SELECT pg_database_size(current_database())"
    with db.engine.connect() as connection:
        return connection.execute(text(of_sqlite if db.is_sqlite else of_postgresql)).scalar_one()


def lines(members: int = 200_000) -> Iterator[Line]:
    """Both engines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lite = Database(f"sqlite:///{folder / 'yure.db'}")
        upgrade(lite)
        yield from measure(lite, "SQLite", members, folder / "copy.db")
        lite.close()
        server = Server(safe=True)
        with server.database() as url:
            grand = Database(url)
            yield from measure(grand, "PostgreSQL", members, folder / "copy.dump")
            grand.close()
        server.close()


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m tests.bench.copies")
    options.add_argument("--members", type=int, default=200_000)
    sys.exit(report(lines(options.parse_args().members)))
