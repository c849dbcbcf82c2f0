"""The composition root: configuration → database → channels → engine → clock → web; started and stopped in order."""

import asyncio
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from bot.channels.terminal import Terminal
from bot.clock import Clock
from bot.config import Settings
from bot.db import Database
from bot.engine import Engine
from bot.engine.worker import Worker
from bot.now import Now
from bot.outbox import Post, Quiet
from bot.reminding import Deciding, Planning
from bot.sender import Carrier
from bot.talk import Can, Channel
from handlers import FEATURES


@dataclass
class House:
    """Everything that stands on one data folder: what commands and the running product share."""

    settings: Settings
    now: Now
    db: Database
    channels: Mapping[str, Channel]
    post: Post
    engine: Engine
    worker: Worker
    clock: Clock

    def close(self) -> None:
        """Finish what is being written and close the database."""
        self.db.close()


def sections() -> dict[str, type[BaseModel]]:
    """The sections of config.toml that features bring."""
    return {f.name: f.settings for f in FEATURES if f.settings is not None}


def database_url(settings: Settings) -> str:
    """The configured database, or SQLite in the data folder (made where missing)."""
    if settings.database.url:
        return str(settings.database.url)
    folder = Path(settings.data.dir)
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'yure.db'}"


def build(settings: Settings, now: Now, cans: Mapping[str, Can] | None = None) -> House:
    """Put the house together; nothing runs yet."""
    db = Database(database_url(settings))
    channels: dict[str, Channel] = {"terminal": Terminal()}
    can = {name: channel.can for name, channel in channels.items()} | dict(cans or {})
    post = Post(can, Quiet(settings.quiet.start, settings.quiet.end))
    engine = Engine(FEATURES, post, settings)
    worker = Worker(db, engine, now)
    return House(settings, now, db, channels, post, engine, worker, _clock(db, post, settings, now))


def _clock(db: Database, post: Post, settings: Settings, now: Now) -> Clock:
    reminders = [reminder for feature in FEATURES for reminder in feature.reminders]
    planning, deciding = Planning(reminders, post, settings), Deciding(reminders, post, settings)
    return Clock(db, planning, deciding, now)


async def serve(house: House) -> None:
    """Run every part until cancelled."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    carrier = Carrier(house.db, house.post, house.channels, house.now, worker)
    async with asyncio.TaskGroup() as parts:
        parts.create_task(house.worker.run())
        parts.create_task(carrier.run())
        parts.create_task(house.clock.run())
        for channel in house.channels.values():
            parts.create_task(channel.run(house.worker.hear))
