"""`Database`: hands jobs to the thread that writes (SQLite) or to a pool of threads (PostgreSQL)."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from bot.db.alone import run_alone
from bot.db.engines import Unavailable, check_file, not_now, open_engine, rewrite, worth_repeating
from bot.db.limit import Limit
from bot.db.versions import watch_tables
from bot.db.writer import Task, Writer, told
from bot.domain.base import Base
from bot.log import log

T = TypeVar("T")
Job = Callable[[Session], T]

AGAIN = 3
"""So often a job runs on PostgreSQL where it met another transaction."""


class Database:
    """Connections, threads and transactions. `url` as SQLAlchemy takes it (sqlite:// or postgresql+psycopg://)."""

    def __init__(self, url: str, readers: int = 4, writers: int = 8) -> None:
        """Open nothing yet; threads start with the first job."""
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        watch_tables()
        self.engine = open_engine(url, readers + writers)
        self._reading = self.engine.execution_options(yure_read=True)
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="read")
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="write")
        self._limit = Limit()
        self._writer: Writer | None = None
        self._start = threading.Lock()
        self._closed = False
        self.around: Callable[[Job[Any]], Job[Any]] | None = None
        """What commands put around their jobs (`write_now`): the audit log."""
        self.after_commit: list[Callable[[], None]] = []
        """Called in the writing thread after a commit: wakes whoever sends or shows."""

    async def write(self, job: Job[T], seconds: float | None = None, *, durable: bool = True) -> T:
        """Run `job` in a transaction and return its result once that is committed.

        `durable=False` for what is simply done again after a power cut: it waits for no disk, and is safe
        as soon as any later job is. Raises Unavailable where nothing can be written now, TooLong where it
        takes more than `seconds`.
        """
        return await asyncio.wrap_future(self._submit(job, seconds, durable))

    def write_now(self, job: Job[T], seconds: float | None = None, *, durable: bool = True) -> T:
        """The same for commands, blocking."""
        wrapped: Job[T] = self.around(job) if self.around is not None else job
        return self._submit(wrapped, seconds, durable).result()

    async def read(self, job: Job[T]) -> T:
        """Run `job` on a snapshot; what it writes is rolled back. Raises Unavailable."""
        return await asyncio.wrap_future(self._readers.submit(self._read, job))

    def read_now(self, job: Job[T]) -> T:
        """The same for commands, blocking."""
        return self._read(job)

    async def alone(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        """Run `part` in one process at a time; on SQLite there is only one anyway."""
        if self.is_sqlite:
            await part()
        else:
            await run_alone(self.engine, name, part)

    def leave_log(self) -> None:
        """SQLite: never move the log into the file, for another process (the product) does that."""
        if self.is_sqlite:
            event.listen(self.engine, "connect", _leave_log)

    def create(self) -> None:
        """Make all tables in an empty database (tests; a deployment runs the migrations)."""
        Base.metadata.create_all(self.engine)

    def check(self) -> None:
        """Raise Damaged where the SQLite file is not sound."""
        check_file(self.url)

    def wipe(self) -> None:
        """Write an SQLite file anew, so that nothing of what stood there is left in free pages and log."""
        if self.is_sqlite:
            rewrite(self.engine)

    def close(self) -> None:
        """Finish the jobs that wait, then close every connection. Jobs that come later raise RuntimeError."""
        with self._start:
            self._closed = True
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        self._readers.shutdown()
        self._writers.shutdown()
        self.engine.dispose()

    # ── threads ─────────────────────────────────────────────────────────────────────────────────

    def _submit(self, job: Job[T], seconds: float | None, durable: bool = True) -> "Future[T]":
        if not self.is_sqlite:
            return self._writers.submit(self._write, job if durable else lazily(job), seconds)
        future: Future[T] = Future()
        with self._start:
            if self._closed:
                raise RuntimeError("the database is closed")
            if self._writer is None:
                self._writer = Writer(self.engine, self._limit, self._committed)
            self._writer.submit(Task(job, future, seconds, durable))
        return future

    def _write(self, job: Job[T], seconds: float | None) -> T:
        """One transaction on PostgreSQL, again where it met another one."""
        for left in reversed(range(AGAIN)):
            try:
                result = self._transact(job, seconds)
            except BaseException as error:
                if not (left and worth_repeating(error)):
                    raise told(error) from None
            else:
                self._committed()
                return result
        raise AssertionError("unreachable")

    def _transact(self, job: Job[T], seconds: float | None) -> T:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            if seconds is None:
                return job(session)
            limit = text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
            session.execute(limit)
            return self._limit.run(seconds, lambda: job(session), lambda: None)

    def _read(self, job: Job[T]) -> T:
        try:
            with Session(self._reading, expire_on_commit=False) as session:
                return job(session)
        except Exception as error:
            # Whatever the driver calls it; what isn't "not now" goes on as it is.
            if not_now(error):
                raise Unavailable(type(error).__name__) from error
            raise

    def _committed(self) -> None:
        for wake in list(self.after_commit):
            try:
                wake()
            except RuntimeError as error:  # its event loop has ended
                log.debug("nobody to wake", reason=str(error))


def lazily(job: Job[T]) -> Job[T]:
    """`job` in a transaction of PostgreSQL whose commit waits for no disk."""

    def asking_first(session: Session) -> T:
        session.execute(text("SET LOCAL synchronous_commit = off"))
        return job(session)

    return asking_first


def _leave_log(connection: sqlite3.Connection, record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint=0")
