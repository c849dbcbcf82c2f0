"""The nightly purge: kind by kind, batch by batch, what went is written down in the same transaction."""

import asyncio
import threading
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.db import Database
from bot.domain.keeping import PurgeNight
from bot.keeping.due import Due, due, old_files, reached
from bot.keeping.parts import Part, Walk
from bot.keeping.rules import RULES
from bot.keeping.terms import Terms
from bot.log import log
from bot.now import Now, Steady, real_now, seconds_running

LOOK_EVERY = 60.0
BREATH = 0.02
"""Seconds between two batches: the messages of the night go first."""


class Purge:
    """Purges one deployment. A night that was cut short is taken up again."""

    def __init__(
        self, db: Database, data_dir: Path, settings: Any, now: Now, real: Now = real_now
    ) -> None:
        """`now`: the calendar's clock. What is not old on the machine's clock `real` too stays."""
        self.db, self.data_dir, self.real = db, data_dir, real
        self.now, self.terms = now, Terms(settings, now, real)
        self._stop = threading.Event()

    async def run(self) -> None:
        """Once a night, in one process, until cancelled; not while the clock is leaps ahead."""
        steady = Steady(self.now, seconds_running)

        async def watch() -> None:
            while True:
                await asyncio.sleep(LOOK_EVERY)
                try:
                    if steady.leapt() is None and await asyncio.to_thread(self.is_due):
                        await asyncio.to_thread(self.purge)
                except Exception as error:  # the next minute takes it up again; the log says why
                    log.error("purge failed", exc_info=error)

        try:
            await self.db.alone("keeping", watch)
        finally:
            self._stop.set()

    def is_due(self) -> bool:
        """Whether the night just past has not been purged to its end."""
        night = self.db.read_now(lambda session: session.get(PurgeNight, self.terms.night()))
        return night is None or night.done_at is None

    def purge(self) -> dict[str, int]:
        """Everything that is due, blocking; returns how many of each kind went this night."""
        day = self.terms.night()
        for rule in RULES:
            for part in rule.parts:
                while self.db.write_now(partial(self._batch, day=day, kind=rule.kind, part=part)):
                    if self._stop.wait(BREATH):
                        return {}
        found = self.db.read_now(lambda s: list(old_files(s, self.terms, self.data_dir)))
        for kind, paths in found:
            for path in paths:
                path.unlink(missing_ok=True)
            self.db.write_now(partial(self._note, day=day, kind=kind, count=len(paths)))
        return self.db.write_now(partial(self._end, day=day))

    def due(self) -> list[Due]:
        """What would go now; changes nothing."""
        return self.db.read_now(lambda session: due(session, self.terms, self.data_dir))

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def _batch(self, session: Session, day: date, kind: str, part: Part) -> int:
        done = reached(session)
        name = part.table.__tablename__
        count, last = part.purge(session, self.terms.moment(kind), done.get(name, 0))
        night = self._note(session, day, kind, count)
        if isinstance(part, Walk) and part.blank is not None:
            night.reached = done | {name: last}
        return count

    def _note(self, session: Session, day: date, kind: str, count: int) -> PurgeNight:
        """Count what went; the first count of a night begins its report."""
        night = session.get(PurgeNight, day)
        if night is None:
            night = PurgeNight(day=day, began_at=self.real(), gone={}, reached=reached(session))
            session.add(night)
        if count:
            night.gone = night.gone | {kind: night.gone.get(kind, 0) + count}
        return night

    def _end(self, session: Session, day: date) -> dict[str, int]:
        night = session.get_one(PurgeNight, day)
        night.done_at = self.real()
        return dict(night.gone)
