"""The nightly purge: kind by kind, batch by batch, what went is written down in the same transaction."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.db import Database
from bot.domain.keeping import PurgeNight, nights
from bot.keeping import files
from bot.keeping.parts import Moment, Part, Walk
from bot.keeping.rules import RULES
from bot.log import log
from bot.now import Now, Steady, local, real_now, seconds_running

LOOK_EVERY = 60.0
BREATH = 0.02
"""Seconds between two batches: the messages of the night go first."""
FILES = {"export": "导出的资料文件", "picture": "发来的照片", "recording": "网页发来的录音"}
"""Kinds that are files."""


@dataclass(frozen=True, slots=True)
class Due:
    """One kind: how long it is kept, and how many are to go tonight."""

    kind: str
    title: str
    days: int
    count: int


class Purge:
    """Purges one deployment. A night that was cut short is taken up again."""

    def __init__(
        self, db: Database, data_dir: Path, settings: Any, now: Now, real: Now = real_now
    ) -> None:
        """`now`: the calendar's clock. What is not old on the machine's clock `real` too stays."""
        self.db, self.data_dir, self.settings = db, data_dir, settings
        self.now, self.real = now, real
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
        night = self.db.read_now(lambda session: session.get(PurgeNight, self._night()))
        return night is None or night.done_at is None

    def purge(self) -> dict[str, int]:
        """Everything that is due, blocking; returns how many of each kind went this night."""
        day = self._night()
        for rule in RULES:
            for part in rule.parts:
                while self.db.write_now(partial(self._batch, day=day, kind=rule.kind, part=part)):
                    if self._stop.wait(BREATH):
                        return {}
        for kind, paths in self._files():
            for path in paths:
                path.unlink(missing_ok=True)
            self.db.write_now(partial(self._note, day=day, kind=kind, count=len(paths)))
        return self.db.write_now(partial(self._end, day=day))

    def due(self) -> list[Due]:
        """What would go now; changes nothing."""
        rows = self.db.read_now(lambda session: list(self._due_rows(session)))
        old = [
            Due(kind, FILES[kind], self._days(kind), len(paths)) for kind, paths in self._files()
        ]
        return [*rows, *old]

    # ── parts ───────────────────────────────────────────────────────────────────────────────────

    def _batch(self, session: Session, day: date, kind: str, part: Part) -> int:
        reached = _reached(session)
        name = part.table.__tablename__
        count, last = part.purge(session, self._moment(kind), reached.get(name, 0))
        night = self._note(session, day, kind, count)
        if isinstance(part, Walk) and part.blank is not None:
            night.reached = reached | {name: last}
        return count

    def _note(self, session: Session, day: date, kind: str, count: int) -> PurgeNight:
        """Count what went; the first count of a night begins its report."""
        night = session.get(PurgeNight, day)
        if night is None:
            night = PurgeNight(day=day, began_at=self.real(), gone={}, reached=_reached(session))
            session.add(night)
        if count:
            night.gone = night.gone | {kind: night.gone.get(kind, 0) + count}
        return night

    def _end(self, session: Session, day: date) -> dict[str, int]:
        night = session.get_one(PurgeNight, day)
        night.done_at = self.real()
        return dict(night.gone)

    def _due_rows(self, session: Session) -> Iterator[Due]:
        reached = _reached(session)
        for rule in RULES:
            at = self._moment(rule.kind)
            count = sum(
                part.count(session, at, reached.get(part.table.__tablename__, 0))
                for part in rule.parts
            )
            yield Due(rule.kind, rule.title, self._days(rule.kind), count)

    def _files(self) -> Iterator[tuple[str, list[Path]]]:
        shown = self.db.read_now(files.pictures_of_notices)
        before = {kind: self._moment(kind).before for kind in FILES}
        yield "export", files.old_exports(self.data_dir, before["export"])
        yield "picture", files.old_pictures(self.data_dir, before["picture"], shown)
        yield "recording", files.old_recordings(self.data_dir, before["recording"], shown)

    def _moment(self, kind: str) -> Moment:
        real = self.real()
        return Moment(min(self.now(), real) - timedelta(days=self._days(kind)), real)

    def _days(self, kind: str) -> int:
        if kind == "recording":
            return int(self.settings.voice.keep_days)
        return int(getattr(self.settings.keep, f"{kind}_days"))

    def _night(self) -> date:
        """The day on which the night began to be due."""
        now = local(min(self.now(), self.real()))
        return now.date() - timedelta(days=now.time() < self.settings.keep.at)


def _reached(session: Session) -> dict[str, int]:
    last = session.scalars(nights().limit(1)).first()
    return dict(last.reached) if last is not None else {}
