"""Our own getUpdates loop: each update is read alone, and the offset moves only after the inbox has the batch."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.translate import offset_after
from bot.channels.telegram.trouble import INBOX, Trouble, told
from bot.channels.telegram.wire import OpenBot, seconds_of
from bot.log import log
from bot.now import real_now

Take = Callable[[list[Any]], Awaitable[None]]
"""Commits raw updates to the inbox; raises where it could not."""

QUIET = 24 * 3600.0
"""Seconds without news after which the offset is forgotten: updates live 24 hours, so nothing is unconfirmed;
and after a quiet week ids start anew anywhere, where an old offset would swallow them."""

RIVALS = 60.0
"""Seconds for which a second instance stays named: the two take turns, and each turn looks well."""

_FIRST, _LONGEST = 1.0, 30.0
_NO_TOKEN, _FULL = 15.0, 3.0


class Polling:
    """Receives until cancelled, through network gaps, a revoked token and a second instance."""

    def __init__(
        self, bot: OpenBot, seconds: int, trouble: Trouble, clock: Callable[[], float]
    ) -> None:
        """`seconds` that one call waits for news; `clock` counts seconds."""
        self._bot, self._seconds, self._trouble, self._clock = bot, seconds, trouble, clock
        self._offset: int | None = None
        self._news_at = clock()
        self._ready = False
        self._failures = 0
        self._rivals_until = 0.0

    async def run(self, take: Take) -> None:
        """Never ends by itself."""
        while True:
            try:
                if not self._ready:
                    # A webhook left behind by another way of running would refuse every getUpdates.
                    await self._bot.delete_webhook(drop_pending_updates=False)
                    self._ready = True
                raw = await self._bot.waiting_updates(self._offset, self._seconds)
            except Exception as err:  # whatever it is, tomorrow's messages must be heard
                await self._after(err)
            else:
                await self._heard(raw, take)

    async def _heard(self, raw: list[Any], take: Take) -> None:
        try:
            if raw:
                await take(raw)
        except Exception as err:
            # Not committed, so not confirmed: the same batch comes again.
            self._trouble.receiving = INBOX
            log.error("telegram_batch_not_kept", updates=len(raw), reason=type(err).__name__)
            # Members wait: within seconds of there being room on the disk they are heard again.
            await asyncio.sleep(min(self._next_pause(), _FULL))
            return
        self._failures = 0
        self._trouble.polled_at = real_now()
        now = self._clock()
        if now >= self._rivals_until:
            self._trouble.receiving = ""
        if raw:
            self._offset, self._news_at = offset_after(raw), now
        elif now - self._news_at > QUIET:
            self._offset = None
        if raw and self._offset is None:
            await asyncio.sleep(_FIRST)

    async def _after(self, err: Exception) -> None:
        """Say what is wrong, wait, and try again."""
        self._trouble.receiving = told(err)
        pause = self._next_pause()
        if isinstance(err, InvalidToken):
            pause = _NO_TOKEN
        elif isinstance(err, RetryAfter):
            pause = max(pause, seconds_of(err))
        elif isinstance(err, Conflict):
            self._ready = False
            self._rivals_until = self._clock() + RIVALS
        if isinstance(err, TelegramError):
            log.warning("telegram_receiving", reason=type(err).__name__, pause=round(pause, 1))
        else:
            log.error("telegram_receiving_broke", exc_info=err)
        await asyncio.sleep(pause)

    def _next_pause(self) -> float:
        """1 s, then twice as long each time up to 30 s, less up to a half so that instances spread out."""
        pause = min(_LONGEST, _FIRST * 2.0 ** min(self._failures, 10))
        self._failures += 1
        return pause * random.uniform(0.5, 1.0)  # noqa: S311 - spread, not secrecy
