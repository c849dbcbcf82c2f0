"""All tables in an empty database, quickly: on SQLite they are made once a process and copied."""

import functools
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.cli import base
from bot.db import Database
from bot.migrations import upgrade


def make_tables(db: Database) -> None:
    """What `Database.create` does, in 1 ms instead of 30; nothing has been opened yet."""
    file = Path(str(db.engine.url.database))
    assert db.is_sqlite
    assert not file.exists()
    file.write_bytes(_made(Database.create).read_bytes())


def share_migrations() -> None:
    """From now on commands called in this process migrate an empty SQLite database in 4 ms instead of a second."""
    base.upgrade = migrated  # type: ignore[attr-defined]


def migrated(db: Database) -> None:
    """What `upgrade` does; of an empty SQLite database by copying one that it migrated."""
    if not db.is_sqlite or not _is_empty(db):
        upgrade(db)
        return
    with sqlite3.connect(_made(upgrade)) as ready, db.engine.connect() as connection:
        ready.backup(_driver(connection))
    ready.close()


def _is_empty(db: Database) -> bool:
    with db.engine.connect() as connection:
        asked = _driver(connection).execute("SELECT count(*) FROM sqlite_master")
        return asked.fetchone() == (0,)


def _driver(connection: Any) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.driver_connection
    return driver


@functools.cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory()


@functools.cache
def _made(make: Callable[[Database], None]) -> Path:
    file = Path(_folder().name) / f"{make.__name__}.db"
    db = Database(f"sqlite:///{file}")
    make(db)
    db.close()
    return file
