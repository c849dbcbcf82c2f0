"""The real Telegram channel against the server, in the test's own event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from bot.channels.telegram import Telegram, TelegramSettings
from bot.db import Unavailable
from bot.talk import Said, Spoiled
from tests.botapi.server import BotApi


class Ears:
    """An inbox in memory: keeps what it is given, each id once, or fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        """`failures`: so many times nothing can be committed."""
        self.said: list[Said] = []
        self.spoiled: list[Spoiled] = []
        self.asked = 0
        self._failures, self._ids = failures, set[str]()

    async def __call__(self, said: Sequence[Said], spoiled: Sequence[Spoiled] = ()) -> None:
        """As `bot.talk.Hears`."""
        self.asked += 1
        if self.asked <= self._failures:
            raise Unavailable("disk full")
        for one in said:
            if one.id not in self._ids:
                self._ids.add(one.id)
                self.said.append(one)
        self.spoiled += spoiled

    @property
    def texts(self) -> list[str]:
        """What was said, in order."""
        return [said.text for said in self.said]


class Clock:
    """Seconds that a test moves by hand."""

    def __init__(self) -> None:
        """Begins at a moment like any other."""
        self.at = 1000.0

    def __call__(self) -> float:
        """Now."""
        return self.at


def channel_to(api: BotApi, folder: Path = Path(), **more: Any) -> Telegram:
    """The channel, pointed at the server; `clock` and `phone` apart, `more` are settings."""
    given = {name: more.pop(name) for name in ("clock", "phone") if name in more}
    known = {"token": api.token, "base_url": api.base_url, "base_file_url": api.base_file_url}
    return Telegram(TelegramSettings.model_validate(known | more), folder, **given)


@asynccontextmanager
async def listening(api: BotApi, ears: Ears, **more: Any) -> AsyncIterator[Telegram]:
    """The channel, receiving until the block ends."""
    channel = channel_to(api, **more)
    running = asyncio.create_task(channel.run(ears))
    try:
        yield channel
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await channel.hang_up()
