"""A channel's signs of life while it runs."""

import asyncio
import contextlib
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, Final

from bot.db import Database, Unavailable
from bot.domain.pulse import beat, end
from bot.now import Now
from bot.talk import Channel

EVERY: Final = 15.0


async def with_pulse(
    db: Database, channel: Channel, receiving: Coroutine[Any, Any, None], real: Now
) -> None:
    """Let the channel receive, and write every 15 s how it is; its row ends with it."""
    running = asyncio.create_task(receiving)
    try:
        # Its first step says that it runs: before that it would be written down as not started.
        await asyncio.sleep(0)
        while not running.done():
            with contextlib.suppress(Unavailable):
                await _beat(db, channel, real())
            await asyncio.wait({running}, timeout=EVERY)
        await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        with contextlib.suppress(Unavailable):
            await db.write(lambda session: end(session, channel.name))


async def _beat(db: Database, channel: Channel, at: datetime) -> None:
    polled: datetime | None = getattr(channel, "polled_at", None)
    trouble = channel.state()
    await db.write(lambda session: beat(session, channel.name, at, polled, trouble))
