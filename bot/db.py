"""The database: the only place that tells SQLite from PostgreSQL.

Everything else hands over a *job*, a plain function of a session, and awaits its result. On SQLite one
writer thread runs the jobs that wait in one transaction, each in a savepoint of its own (group commit:
one fsync for many); on PostgreSQL a pool of threads runs a transaction a job. A result is given out only
after the commit.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine, Insert, Select, Update, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from bot.domain.base import Base

T = TypeVar("T")
Row = TypeVar("Row")
Job = Callable[[Session], T]

GROUP = 64
"""Jobs in one SQLite transaction at the most."""
BUSY_SECONDS = 20
"""How long SQLite waits for another process's write lock."""


class SessionRows:
    """A session as dialogs and views see it (`bot.talk.Rows`)."""

    def __init__(self, session: Session) -> None:
        """Wrap the session of one job."""
        self.session = session

    def all(self, query: Select[Row]) -> Sequence[Row]:
        """Every row of the query's first column."""
        return self.session.scalars(query).unique().all()

    def add(self, row: object) -> None:
        """Keep a new row; its id is known afterwards."""
        self.session.add(row)
        self.session.flush()

    def get(self, table: type[Row], key: object) -> Row | None:
        """One row by its primary key."""
        return self.session.get(table, key)

    def remove(self, row: object) -> None:
        """Delete a row."""
        self.session.delete(row)
        self.session.flush()

    def flush(self) -> None:
        """Write what was changed."""
        self.session.flush()

    def change(self, statement: Update) -> int:
        """Change many rows at once; returns how many."""
        self.session.flush()
        return int(self.session.execute(statement).rowcount)  # type: ignore[attr-defined]


class Database:
    """Connections, threads and transactions. `url` as SQLAlchemy takes it (sqlite:// or postgresql+psycopg://)."""

    def __init__(self, url: str, readers: int = 4, writers: int = 8) -> None:
        """Open nothing yet; threads start with the first job."""
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = (
            _sqlite_engine(url)
            if self.is_sqlite
            else create_engine(url, pool_pre_ping=True, pool_size=readers + writers, max_overflow=4)
        )
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="read")
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="write")
        self._queue: queue.SimpleQueue[tuple[Job[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()
        self.after_commit: list[Callable[[], None]] = []
        """Called in the writing thread after a commit: wakes whoever sends or shows."""

    async def write(self, job: Job[T]) -> T:
        """Run `job` in a transaction and return its result once that is committed."""
        return await asyncio.wrap_future(self._submit(job))

    def write_now(self, job: Job[T]) -> T:
        """The same for commands, blocking."""
        return self._submit(job).result()

    async def read(self, job: Job[T]) -> T:
        """Run `job` on a snapshot; what it writes is rolled back."""
        return await asyncio.wrap_future(self._readers.submit(self._read, job))

    def read_now(self, job: Job[T]) -> T:
        """The same for commands, blocking."""
        return self._read(job)

    def create(self) -> None:
        """Make all tables in an empty database (tests; a deployment runs the migrations)."""
        Base.metadata.create_all(self.engine)

    def close(self) -> None:
        """Finish the jobs that wait, then close every connection."""
        with self._start:
            if self._thread is not None:
                self._queue.put(None)
                self._thread.join()
                self._thread = None
        self._readers.shutdown()
        self._writers.shutdown()
        self.engine.dispose()

    # ── threads ─────────────────────────────────────────────────────────────────────────────────

    def _submit(self, job: Job[T]) -> "Future[T]":
        if not self.is_sqlite:
            return self._writers.submit(self._write, job)
        future: Future[T] = Future()
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._group, name="write", daemon=True)
                self._thread.start()
        self._queue.put((job, future))
        return future

    def _group(self) -> None:
        while True:
            batch = [self._queue.get()]
            while len(batch) < GROUP and batch[-1] is not None:
                try:
                    batch.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            # Nobody awaits a cancelled job any more; once running it can't be cancelled.
            wanted = [item for item in batch if item and item[1].set_running_or_notify_cancel()]
            if wanted:
                self._commit(wanted)
            if batch[-1] is None:
                return

    def _commit(self, batch: list[tuple[Job[Any], "Future[Any]"]]) -> None:
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with self.engine.begin() as connection:
                outcomes = [(future, *_attempt(connection, job)) for job, future in batch]
        except Exception as error:  # the commit itself failed: nobody gets a false yes
            for _, future in batch:
                future.set_exception(error)
            return
        self._committed()
        for future, result, failure in outcomes:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)

    def _write(self, job: Job[T]) -> T:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            result = job(session)
        self._committed()
        return result

    def _read(self, job: Job[T]) -> T:
        engine = self.engine.execution_options(yure_read=True)
        with Session(engine, expire_on_commit=False) as session:
            return job(session)

    def _committed(self) -> None:
        for wake in self.after_commit:
            wake()


def _attempt(connection: Connection, job: Job[T]) -> tuple[T | None, BaseException | None]:
    """One job in its own savepoint: a failing one takes none of the others with it."""
    with Session(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    ) as session:
        try:
            result = job(session)
            session.commit()
        except Exception as error:  # given to whoever awaits the job
            session.rollback()
            return None, error
        return result, None


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, record: object) -> None:
        # We say BEGIN ourselves; the driver would begin late and deferred.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # NORMAL lost 100 of 100 acknowledged commits at a simulated power cut, FULL none.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # Deferred transactions that write later were "locked" in 69-73 % with four processes.
        reading = connection.get_execution_options().get("yure_read")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def insert_once(
    session: Session, table: type[Base], values: Sequence[dict[str, Any]], *, returning: Any
) -> list[Any]:
    """INSERT … ON CONFLICT DO NOTHING RETURNING: what was new, the same on both engines.

    Checking first and inserting afterwards races on PostgreSQL.
    """
    if not values:
        return []
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement: Insert = (
        insert(table).values(list(values)).on_conflict_do_nothing().returning(returning)
    )
    return list(session.scalars(statement))
