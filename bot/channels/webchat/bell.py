"""Wakes the open streams for whom something waits: at once after a commit here, within a second otherwise."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import outbox
from bot.db import Database, Unavailable
from bot.domain.freeze import may_go
from bot.domain.mail import Outbox
from bot.now import Now

EVERY: Final = 1.0
"""Seconds between looks for what another process queued."""
_PAUSE: Final = 0.03
_MOST: Final = 500


class Bell:
    """One look into the outbox for all open streams together, whatever their number."""

    def __init__(self, db: Database, channel: str, now: Now) -> None:
        """`now`: the calendar's clock, by which messages fall due."""
        self.db, self.channel, self.now = db, channel, now
        self.closed = False
        self._streams: dict[str, set[asyncio.Event]] = {}
        self._woken = asyncio.Event()

    def __len__(self) -> int:
        """How many streams listen."""
        return sum(len(events) for events in self._streams.values())

    def streams_of(self, address: str) -> int:
        """How many streams of one browser listen."""
        return len(self._streams.get(address, ()))

    @contextlib.contextmanager
    def listen(self, address: str) -> Iterator[asyncio.Event]:
        """The event that is set when something waits for `address`."""
        event = asyncio.Event()
        self._streams.setdefault(address, set()).add(event)
        try:
            yield event
        finally:
            self._streams[address].discard(event)
            if not self._streams[address]:
                del self._streams[address]

    def ring(self, address: str) -> None:
        """Wake the streams of one address."""
        for event in self._streams.get(address, ()):
            event.set()

    def close(self) -> None:
        """Let every stream end, now and in future."""
        self.closed = True
        for address in self._streams:
            self.ring(address)

    async def run(self) -> None:
        """Watch until cancelled."""
        loop = asyncio.get_running_loop()

        def woken() -> None:
            # A commit may come after the loop has ended.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._woken.set)

        self.db.after_commit.append(woken)
        try:
            while True:
                # While the database is away nothing comes that pages could show.
                with contextlib.suppress(Unavailable):
                    await self._look()
        finally:
            self.db.after_commit.remove(woken)

    async def _look(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), EVERY)
        self._woken.clear()
        addresses = list(self._streams)
        for start in range(0, len(addresses), _MOST):
            some = addresses[start : start + _MOST]
            for address in await self.db.read(partial(self._waits, some)):
                self.ring(address)
        # Many commits in a row are one look.
        await asyncio.sleep(_PAUSE)

    def _waits(self, addresses: Sequence[str], session: Session) -> Sequence[str]:
        query = (
            select(Outbox.address)
            .where(
                Outbox.channel == self.channel,
                Outbox.address.in_(addresses),
                Outbox.state.in_(outbox.READY),
                may_go(),
                Outbox.due_at <= self.now(),
            )
            .distinct()
        )
        return session.scalars(query).all()
