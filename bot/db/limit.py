"""Cuts off a job that takes too long: a loop in Python by an exception, a query through its connection."""

import ctypes
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")

LOOK_EVERY = 0.05
IDLE_AFTER = 1.0
"""Seconds without any job after which the watching thread sleeps."""


class TooLong(Exception):
    """The job took longer than it may and was cut off; nothing of it stayed."""


class _Cut(BaseException):
    """Raised inside the job, where no `except Exception` can swallow it."""


@dataclass(eq=False)
class _Watched:
    thread: int
    until: float
    interrupt: Callable[[], None]
    cut: bool = False


class Limit:
    """Watches jobs in other threads."""

    def __init__(self) -> None:
        """The watching thread starts with the first job."""
        self._lock = threading.Lock()
        self._jobs: set[_Watched] = set()
        self._work = threading.Event()
        self._thread: threading.Thread | None = None

    def run(self, seconds: float, job: Callable[[], T], interrupt: Callable[[], None]) -> T:
        """Run `job` here. Raises TooLong where it does not end within `seconds`.

        `interrupt` is called from the watching thread and ends a query that hangs.
        """
        watched = _Watched(threading.get_ident(), monotonic() + seconds, interrupt)
        try:
            self._add(watched)
            try:
                return job()
            finally:
                self._remove(watched)
        except _Cut:
            self._remove(watched)
        except Exception:  # a query that was interrupted fails in its driver's way
            if not watched.cut:
                raise
        raise TooLong(f"cut off after {seconds:g} s")

    def _add(self, watched: _Watched) -> None:
        with self._lock:
            self._jobs.add(watched)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="limit", daemon=True)
                self._thread.start()
        if not self._work.is_set():
            self._work.set()

    def _remove(self, watched: _Watched) -> None:
        with self._lock:
            self._jobs.discard(watched)
            if watched.cut:
                # Not delivered yet: it must not hit whatever this thread does next.
                _raise_in(watched.thread, None)

    def _watch(self) -> None:
        last = monotonic()
        while True:
            if not self._jobs and monotonic() - last > IDLE_AFTER:
                self._work.clear()
                self._work.wait()
            if self._jobs:
                last = monotonic()
                self._cut_late(last)
            sleep(LOOK_EVERY)

    def _cut_late(self, now: float) -> None:
        with self._lock:
            for watched in [w for w in self._jobs if w.until < now and not w.cut]:
                watched.cut = True
                _raise_in(watched.thread, _Cut)
                watched.interrupt()


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Raise `error` in a thread at its next instruction; None takes back what was not raised yet."""
    what = ctypes.py_object(error) if error is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)
