"""Engines: how SQLite and PostgreSQL are opened, and which of their errors mean "not now"."""

import importlib.util
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.base import Refused

BUSY_SECONDS = 20
"""How long SQLite waits for another process's write lock."""
KNOCK_MS = 2
"""How long SQLite itself waits at a time where we begin to write; see `_begin_immediate`."""
CONNECT_SECONDS = 5
PAGE_COST = 1.1
"""What reading a page out of order costs beside reading the next one, on a disk without moving parts."""
_NOT_NOW = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM,
}  # fmt: skip
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NOT_NOW_STATES = ("08", "53", "57P", "58", "40001", "40P01", "55P03", "25006")
"""SQLSTATE: connection, resources, shutdown, system, serialization, deadlock, lock, read-only standby."""
CHECKED_UP_TO = 256 * 2**20
"""A larger file is not read through at every start; the nightly backup checks it."""


class Unavailable(Exception):
    """The database takes nothing now: full disk, lock, restart. Nothing of the job stayed; try again."""


class Damaged(Exception):
    """The SQLite file is not a sound database."""


def open_engine(url: str, connections: int) -> Engine:
    """The engine for `url`; opens nothing yet. `connections`: how many are kept."""
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    if importlib.util.find_spec("psycopg") is None:
        raise Refused("要先安装：pip install 'yure[postgres]' / needs the extra postgres")
    engine = create_engine(
        url,
        # Errors end in logs, and parameters are people's names, phones and words.
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=connections,
        max_overflow=4,
        connect_args={"connect_timeout": CONNECT_SECONDS} if "psycopg" in url else {},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, record: object) -> None:
        # PostgreSQL's default is a disk that turns: each piece of a notice read all addresses and all roles.
        cursor = connection.cursor()
        cursor.execute(f"SET random_page_cost = {PAGE_COST}")
        cursor.close()
        connection.commit()

    return engine


def not_now(error: BaseException) -> bool:
    """Whether an error means that the database takes nothing at the moment, rather than a bug."""
    if isinstance(error, PoolTimeout):
        return True
    driver = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(driver, sqlite3.Error):
        return _code(driver) in _NOT_NOW
    if not isinstance(error, DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", None) or "")
    cut_off = type(error.orig).__name__ == "OperationalError" and not state
    return error.connection_invalidated or cut_off or state.startswith(_NOT_NOW_STATES)


def worth_repeating(error: BaseException) -> bool:
    """Whether two PostgreSQL transactions met: the same job succeeds when it runs again."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state in ("40001", "40P01")


def is_damage(error: BaseException) -> bool:
    """Whether an error of SQLite's means that the file is not sound."""
    return isinstance(error, sqlite3.Error) and _code(error) in _DAMAGED


def check_file(url: str) -> None:
    """Raise Damaged where an SQLite file is there but not sound; a missing file is no damage."""
    name = make_url(url).database if url.startswith("sqlite") else None
    if name is None or not Path(name).exists():
        return
    try:
        connection = sqlite3.connect(f"file:{name}?mode=rw", uri=True, timeout=BUSY_SECONDS)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if Path(name).stat().st_size <= CHECKED_UP_TO:
                found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if found != "ok":
                    raise Damaged(found)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise Damaged(str(error)) from None
        raise


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        # Errors end in logs, and parameters are people's names, phones and words.
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, record: object) -> None:
        # We say BEGIN ourselves; the driver would begin late and deferred.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # NORMAL lost 100 of 100 acknowledged commits at a simulated power cut, FULL none.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is removed is overwritten: it must not be read in the file's free pages.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if connection.get_execution_options().get("yure_read"):
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_immediate(connection)

    return engine


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock, for which we wait up to BUSY_SECONDS.

    Deferred transactions that write later were "locked" in 69-73 % with four processes. SQLite's own waiting
    soon asks only every 100 ms, and beside a process that writes without a break it never found the lock
    free within 20 s; so we ask again every few milliseconds.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + BUSY_SECONDS
    driver.execute(f"PRAGMA busy_timeout={KNOCK_MS}")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def interrupt(connection: Connection) -> None:
    """End the query that runs on an SQLite connection; PostgreSQL has its own statement_timeout."""
    driver: Any = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.interrupt()


@contextmanager
def synced(connection: Connection, *, durable: bool) -> Iterator[None]:
    """SQLite's transactions in this block wait for the disk, or else leave that to the next one that does.

    The log is written in order: where a later commit is safe, the earlier ones are.
    """
    if not durable:
        connection.connection.cursor().execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        if not durable:
            connection.connection.cursor().execute("PRAGMA synchronous=FULL")


@contextmanager
def rebuilding(engine: Engine) -> Iterator[Connection]:
    """A transaction in which a table may be dropped and made anew although others refer to it.

    SQLite refuses that while it watches references, and heeds the switch only outside a transaction; so they
    are looked through before the commit. Raises Damaged where one leads nowhere.
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        is_sqlite = isinstance(driver, sqlite3.Connection)
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if is_sqlite:
                    _check_references(driver)
        finally:
            if is_sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


def _check_references(driver: sqlite3.Connection) -> None:
    lost = driver.execute("PRAGMA foreign_key_check").fetchone()
    if lost is not None:
        raise Damaged(f"{lost[0]}, row {lost[1]}: its {lost[2]} isn't there")


def has_transaction(connection: Connection) -> bool:
    """Whether SQLite still has the transaction: a full disk or an interrupted write takes it away whole."""
    driver: Any = connection.connection.driver_connection
    return bool(driver.in_transaction)


def rewrite(engine: Engine) -> None:
    """VACUUM an SQLite file and empty its log."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection  # no transaction: VACUUM takes none
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
