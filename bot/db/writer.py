"""The one thread that writes to SQLite: the jobs that wait share a transaction, each in its own savepoint."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from bot.db.engines import Unavailable, has_transaction, interrupt, not_now, synced
from bot.db.limit import Limit

GROUP = 64
"""Jobs in one transaction at the most."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A job, where its result goes, and how long it may take (None: as long as it likes).

    `durable`: a power cut behind its commit loses nothing of it.
    """

    job: Callable[[Session], Any]
    future: "Future[Any]"
    seconds: float | None
    durable: bool = True


@dataclass(frozen=True, slots=True)
class _Ended:
    task: Task
    result: Any
    error: Exception | None


class _Lost(Exception):
    """A job took the whole transaction with it."""

    def __init__(self, ended: _Ended) -> None:
        self.ended = ended


class Writer:
    """Runs jobs in the order in which they come."""

    def __init__(self, engine: Engine, limit: Limit, committed: Callable[[], None]) -> None:
        """`committed` is called in this thread after each commit."""
        self._engine, self._limit, self._committed = engine, limit, committed
        self._queue: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="write", daemon=True)
        self._thread.start()

    def submit(self, task: Task) -> None:
        """Put a job at the end of the queue."""
        self._queue.put(task)

    def close(self) -> None:
        """Finish the jobs that wait."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going_on = True
        while going_on:
            batch: list[Task | None] = [self._queue.get()]
            while len(batch) < GROUP and batch[-1] is not None:
                try:
                    batch.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            going_on = batch[-1] is not None
            # Whoever stopped waiting before it began gets nothing done.
            tasks = [t for t in batch if t is not None and t.future.set_running_or_notify_cancel()]
            while tasks:
                tasks = self._together(tasks)

    def _together(self, tasks: Sequence[Task]) -> list[Task]:
        """Run jobs in one transaction; returns those that must run again because one took it away."""
        try:
            durable = any(task.durable for task in tasks)
            with (
                self._engine.connect() as connection,
                synced(connection, durable=durable),
                connection.begin(),
            ):
                ended = [self._one(connection, task) for task in tasks]
        except _Lost as lost:
            _give(lost.ended)
            return [task for task in tasks if task is not lost.ended.task]
        except Exception as error:  # nothing could be begun or committed: nobody gets a false yes
            self._apart(tasks, error)
            return []
        for one in ended:
            _give(one)
        self._committed()
        return []

    def _apart(self, tasks: Sequence[Task], error: Exception) -> None:
        """After a failed commit: one by one where only one of them can be to blame."""
        if len(tasks) == 1 or not_now(error):
            for task in tasks:
                _give(_Ended(task, None, told(error)))
            return
        for task in tasks:
            self._together([task])

    def _one(self, connection: Connection, task: Task) -> _Ended:
        """One job in its own savepoint: a failing one takes none of the others with it."""
        session = Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        try:
            with session:
                ended = _Ended(task, self._attempt(connection, session, task), None)
        except BaseException as error:
            ended = _Ended(task, None, told(error))
        if not has_transaction(connection):
            raise _Lost(ended)
        return ended

    def _attempt(self, connection: Connection, session: Session, task: Task) -> Any:
        def job() -> Any:
            with session.begin():
                return task.job(session)

        if task.seconds is None:
            return job()
        return self._limit.run(task.seconds, job, lambda: interrupt(connection))


def told(error: BaseException) -> Exception:
    """An error as whoever awaits the job gets it."""
    # Where the disk was full the savepoint is gone too, and its rollback fails after the true reason.
    if any(not_now(one) for one in _chain(error)):
        unavailable = Unavailable(type(error).__name__)
        unavailable.__cause__ = error
        return unavailable
    if isinstance(error, Exception):
        return error
    broken = RuntimeError("the job left with what only the engine may raise")
    broken.__cause__ = error
    return broken


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _give(ended: _Ended) -> None:
    if ended.error is None:
        ended.task.future.set_result(ended.result)
    else:
        ended.task.future.set_exception(ended.error)
