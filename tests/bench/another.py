"""Somebody who writes while something large goes on in the same database."""

from __future__ import annotations

import threading
import time
from typing import Self

from sqlalchemy import update

from bot.db import Database
from bot.domain.mail import Pace

EVERY = 0.005
"""Seconds between two writes."""


class Another:
    """Writes one row, again and again, and notes how long each takes."""

    def __init__(self, db: Database) -> None:
        """Begins with the block."""
        self._db, self._over = db, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.waits: list[float] = []

    def __enter__(self) -> Self:
        self._db.write_now(lambda s: s.merge(Pace(channel="bench", free_at=0.0)))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            start = time.perf_counter()
            self._db.write_now(lambda s: s.execute(update(Pace).values(free_at=0.0)))
            self.waits.append(time.perf_counter() - start)

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return sorted(self.waits)[int(len(self.waits) * 0.99)] * 1000
