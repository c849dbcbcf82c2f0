"""The ticker: APScheduler calls us, our own tables know what is due.

Its job store would delete what was missed; so it holds nothing but three intervals in memory.
"""

import asyncio
import contextlib
import importlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.db import Database, Unavailable, hold
from bot.domain import versions
from bot.domain.pulse import CLOCK, beat, end
from bot.domain.visits import Visit
from bot.log import log
from bot.now import Now, Steady, real_now, seconds_running
from bot.reminding import Agenda, Deciding, Planning, give_up, go_by, retiming, settle

TICK_SECONDS = 15
PLAN_SECONDS = 60
TURN_SECONDS = 3
"""A notice that goes out "now" begins within so many seconds."""

Found = TypeVar("Found")
Turn = Callable[[Session, datetime], object]
"""Something that a feature does every few seconds, in a transaction of its own: (session, calendar now).

True: there is more to do at once, in the next transaction."""


@dataclass
class Clock:
    """One turn of the clock: plan, decide, and what the features do besides."""

    db: Database
    planning: Planning
    deciding: Deciding
    now: Now
    turns: Sequence[Turn] = ()
    steady: Steady | None = None
    """Notices a clock that was put forward; watches from `run` on."""
    _planned: object = None
    """How the tables stood from which occasions were planned last."""

    async def run(self) -> None:
        """Tick until cancelled. The first turn comes at once: after an outage everything missed is decided."""
        self.steady = Steady(self.now, seconds_running)
        try:
            await self._run()
        finally:
            with contextlib.suppress(Unavailable):
                await self.db.write(lambda session: end(session, CLOCK))

    async def _run(self) -> None:
        await self.plan()
        await self.tick()
        await self.turn()
        scheduler = await asyncio.to_thread(_scheduler)
        once = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        scheduler.add_job(self.plan, "interval", seconds=PLAN_SECONDS, **once)
        scheduler.add_job(self.tick, "interval", seconds=TICK_SECONDS, **once)
        scheduler.add_job(self.turn, "interval", seconds=TURN_SECONDS, **once)
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    async def plan(self) -> None:
        """Bring the occurrences up to date; where they are already, nobody waits for the look."""
        seen = await self._read(lambda session: self.planning.seen(session, self.now()))
        job = self.planning.note if seen else self.planning.plan
        await self._job(lambda session: job(session, self.now()))

    async def tick(self) -> None:
        """Decide what is due, a few people at a time: whoever writes meanwhile is answered in between."""
        await self._retime()
        agenda = await self._read(lambda session: self.deciding.agendas.read(session, self.now()))
        if agenda is not None:
            for occurrence, error in agenda.failed:
                log.error("reminder failed", occurrence=occurrence, exc_info=error)
            done = [await self._job(partial(_take, self.deciding, part)) for part in agenda.parts()]
            if all(done):
                await self._job(lambda session: settle(session, agenda))
        await self._job(_beat)

    async def _retime(self) -> None:
        """Go by settings that were changed since the last tick."""
        found = await self._read(lambda session: retiming(self.deciding, session, self.now()))
        if found is not None:
            for part in found.agenda.parts():
                await self._job(partial(give_up, self.deciding, part=part))
            await self._job(partial(go_by, self.deciding, found=found))

    async def turn(self) -> None:
        """Each feature's own turn. A calendar that was changed is followed at once: what is not true goes to nobody."""
        stands = await self._read(_stands)
        if stands is not None and stands != self._planned:
            self._planned = stands
            await self.plan()
        for turn in self.turns:
            while await self._job(lambda session, turn=turn: turn(session, self.now())) is True:  # type: ignore[misc]
                pass

    def tick_now(self) -> int:
        """One whole turn for commands, blocking; returns how many reminders were decided."""
        self.db.write_now(lambda session: self.planning.plan(session, self.now()))
        self._retime_now()
        agenda = self.db.read_now(lambda session: self.deciding.agendas.read(session, self.now()))
        decided = 0
        for part in agenda.parts():
            decided += len(self.db.write_now(partial(self.deciding.take, part=part)))
        self.db.write_now(lambda session: settle(session, agenda))
        self.turn_now()
        agenda.blame()
        return decided

    def _retime_now(self) -> None:
        found = self.db.read_now(lambda session: retiming(self.deciding, session, self.now()))
        if found is not None:
            for part in found.agenda.parts():
                self.db.write_now(partial(give_up, self.deciding, part=part))
            self.db.write_now(partial(go_by, self.deciding, found=found))

    def turn_now(self) -> None:
        """The features' own turns for commands, blocking: a notice goes out without a running product."""
        for turn in self.turns:
            while self.db.write_now(lambda session, turn=turn: turn(session, self.now())) is True:  # type: ignore[misc]
                pass

    async def _read(self, job: Callable[[Session], Found]) -> Found | None:
        """What is to be decided."""
        return await self._try(lambda: self.db.read(job))

    async def _job(self, job: Callable[[Session], Found]) -> Found | None:
        """One job of the clock; several clocks do no harm, but one at a time is enough.

        A turn that a power cut takes away is made again; whatever is sent of it is durable by then.
        """

        def alone(session: Session) -> Found | None:
            return job(session) if hold(session, "clock") else None

        return await self._try(lambda: self.db.write(alone, durable=False))

    async def _try(self, work: Callable[[], Awaitable[Found]]) -> Found | None:
        """What came of it; None where it failed, and while the clock is leaps ahead: what it decides can't be
        taken back.
        """
        if self.steady is not None and self.steady.leapt() is not None:
            return None
        try:
            return await work()
        except Exception as error:  # a failing turn must not stop the clock
            log.error("tick failed", exc_info=error)
            return None


def _take(deciding: Deciding, part: Agenda, session: Session) -> bool:
    deciding.take(session, part)
    return True


def _stands(session: Session) -> object:
    known = [(name, number) for name, number in session.execute(versions.versions())]
    return versions.of(known, (*versions.CALENDAR, Visit))


def _beat(session: Session) -> None:
    real = real_now()
    beat(session, CLOCK, real, real)


def _scheduler() -> Any:
    """Loaded behind the first turn and beside the event loop: it takes 0.1 s, and members wait for their answers."""
    return importlib.import_module("apscheduler.schedulers.asyncio").AsyncIOScheduler()
