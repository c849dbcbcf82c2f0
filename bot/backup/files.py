"""What is a database file, and what a sound copy of one."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from bot.db import Damaged, Database
from bot.domain.base import Refused

PREFIX: Final = "yure-"
LEFT: Final = ".yure-"
"""How folders begin in which a copy is made; a killed backup leaves its own behind."""
_LOG: Final = ("-wal", "-shm")


def check(db: Database, folder: Path) -> None:
    """Refuse to go on with a damaged database, or with an empty one where backups show that it is lost.

    Raises Refused, naming the newest good backup.
    """
    good = newest_good(folder)
    try:
        db.check()
        lost = db.is_sqlite and good is not None and not has_tables(file_of(db))
    except Damaged as damage:
        raise Refused(f"数据库坏了：{damage}。{_advice(good)} / the database is damaged") from None
    if lost:
        raise Refused(
            f"数据库不见了。{_advice(good)} / the database is gone, but there are backups"
        )


def newest_good(folder: Path) -> Path | None:
    """The newest sound backup in a folder, however it is called."""
    files = [path for path in folder.glob(f"{PREFIX}*") if path.is_file()]
    found = sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)
    return next((path for path in found if not fault_in(path)), None)


def fault_in(path: Path) -> str:
    """ "" where a file is a sound backup, else what is wrong with it. An encrypted one can't be looked into."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith((b"PGDMP", b"age-encryption.org")):
        return ""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            connection.execute("SELECT count(*) FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def file_of(db: Database) -> Path:
    """Where an SQLite database stands."""
    return Path(str(make_url(db.url).database))


def has_tables(path: Path) -> bool:
    """Whether something is in a file: one that a command has merely opened has no tables."""
    if not path.exists() or not path.stat().st_size:
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.DatabaseError:
        return True
    return found > 0


def put_log_aside(path: Path) -> None:
    """Keep SQLite from reading the log of a former database into the one that comes to `path`.

    Such a log stays where only the file of a damaged database was moved away.
    """
    for end in _LOG:
        log = Path(f"{path}{end}")
        if log.exists():
            log.replace(f"{log}.old")


def vacuum_into(source: Path, copy: Path) -> None:
    """A consistent copy of an SQLite file, beside whoever writes. Raises Refused where there is no room."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=20)) as connection:
        try:
            connection.execute("VACUUM INTO ?", (str(copy),))
        except sqlite3.OperationalError as error:
            raise Refused(f"备份没有做成，请看磁盘满没满 / not made: {error}") from None


def keep(copy: Path, target: Path) -> None:
    """Give a finished file its name, once its bytes are on the disk."""
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    copy.replace(target)


def _advice(good: Path | None) -> str:
    if good is None:
        return "没有找到好的备份，请找懂电脑的人"
    return f"最新的好备份是 {good}；把坏的文件移走，再运行 yure db restore {good}"
