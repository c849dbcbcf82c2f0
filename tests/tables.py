"""All tables in an empty database, quickly: on SQLite they are made once a process and copied."""

import functools
import tempfile
from pathlib import Path

from bot.db import Database


def make_tables(db: Database) -> None:
    """What `Database.create` does, in 1 ms instead of 30; nothing has been opened yet."""
    file = Path(str(db.engine.url.database))
    assert db.is_sqlite
    assert not file.exists()
    file.write_bytes(_template())


@functools.cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "yure.db"
        db = Database(f"sqlite:///{file}")
        db.create()
        db.close()
        return file.read_bytes()
