"""Sends on every channel that pushes, and looks after what was left in the air."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from bot import outbox
from bot.db import Database, Unavailable
from bot.domain.mail import Mail
from bot.domain.people import Role, holding
from bot.log import log
from bot.now import Now, Steady, real_now, seconds_running
from bot.outbox import Post
from bot.sender.line import Line, Rate, Trip
from bot.sender.phrases import CLOCK_LEAPT
from bot.talk import Channel, Note

REAP_SECONDS = 10.0


class Carrier:
    """The sending part of the product."""

    def __init__(
        self, db: Database, post: Post, channels: Mapping[str, Channel], now: Now, worker: str
    ) -> None:
        """`worker` names this process in the outbox. `rate` may be changed until `run`."""
        self.db, self.post, self.now, self.worker = db, post, now, worker
        self.channels = {name: c for name, c in channels.items() if c.can.push}
        self.rate = Rate()
        self.steady = Steady(now, seconds_running)

    async def run(self) -> None:
        """Send what is due until cancelled; what is under way then has a moment to end."""
        trip = Trip(self.db, self.post, self.now, self.worker, self.steady)
        lines = [Line(trip, name, channel, self.rate) for name, channel in self.channels.items()]
        loop = asyncio.get_running_loop()

        def wake() -> None:
            for line in lines:
                loop.call_soon_threadsafe(line.wake.set)

        await self._recover(every=self.db.is_sqlite)
        self.db.after_commit.append(wake)
        try:
            await asyncio.gather(self._reap(), *(line.run() for line in lines))
        finally:
            self.db.after_commit.remove(wake)
            await asyncio.gather(*(line.stop() for line in lines))

    def state(self) -> str:
        """ "" when well, else one Chinese sentence for /health."""
        ahead = self.steady.leapt()
        if ahead is None:
            return ""
        return CLOCK_LEAPT(self.post.settings, ahead=_size(ahead))

    async def _reap(self) -> None:
        """Find what was left in the air by a process that died or stood still; watch the clock."""
        while True:
            await asyncio.sleep(REAP_SECONDS)
            await self._recover(every=False)
            if (ahead := self.steady.leapt()) is not None:
                log.error("clock_leapt", ahead=str(ahead))
                await self._try(self._alarm)

    async def _recover(self, *, every: bool) -> None:
        left = await self._try(lambda s: outbox.recover(s, real_now(), every=every))
        if left:
            log.warning("in_doubt", messages=left)

    async def _try(self, job: Callable[[Session], int]) -> int:
        """The next round does what the database would not take now."""
        with contextlib.suppress(Unavailable):
            return await self.db.write(job)
        return 0

    def _alarm(self, session: Session) -> int:
        """Tell the coordinators, once a day of the clock."""
        now, words = self.now(), self.state()
        for person in session.scalars(holding(Role.COORDINATOR)).unique():
            note = Note(person.id, words, f"clock:{now.date()}:{person.id}", Mail.ALARM)
            self.post.note(session, note, now)
        return 0


def _size(ahead: timedelta) -> str:
    hours = ahead / timedelta(hours=1)
    return f"{hours / 24:.0f}天" if hours >= 48 else f"{max(hours, 0.2):.1f}小时"
