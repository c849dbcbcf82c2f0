"""Voice messages on their way in: committed first like every message, then fetched, listened to, and said again.

What is heard comes to the engine as a second message of the same sender, `<id>:heard` with the words or
`<id>:unheard` without. Clips of strangers are neither fetched nor listened to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database, Unavailable
from bot.domain.mail import Inbox
from bot.domain.people import bound_to
from bot.log import log
from bot.now import Now, real_now
from bot.talk import Hears, Media, Said, Spoiled
from bot.text import clean
from bot.voice.hearing import Deaf, Listener
from bot.voice.speaking import FOLDER as READ_OUT

FOLDER: Final = "media/heard"
HEARD, UNHEARD = ":heard", ":unheard"
MOST_BYTES: Final = 10 * 1024 * 1024
MOST_CHARACTERS: Final = 300
AGAIN_WITHIN: Final = timedelta(hours=1)
"""A clip that was not finished when the product stopped is taken up again, unless it is older."""
AT_ONCE: Final = 4
HOUR: Final = 3600.0
AGAIN: Final = 1.0
"""Seconds until the database, which was away, is asked again."""

Fetch = Callable[[str], Awaitable[bytes]]
"""The content behind a channel's own handle, at most `MOST_BYTES`. Raises where it can't be had."""


def is_voice(said: Said) -> bool:
    """Whether this is a voice message and nothing else."""
    return bool(said.media) and not said.text and all(m.kind == "voice" for m in said.media)


def place_of(channel: str, media: Media) -> str:
    """Where a clip is kept in the data folder: as it came, else under a name made from its handle."""
    if media.path or not media.ref:
        return media.path
    return f"{FOLDER}/{sha256(f'{channel}:{media.ref}'.encode()).hexdigest()[:32]}.ogg"


@dataclass
class Ears:
    """Stands between the channels and the worker."""

    db: Database
    data_dir: Path
    pass_on: Hears
    """Commits to the inbox."""
    now: Now
    """The clock of `Said.at`."""
    fetches: Mapping[str, Fetch]
    """Channels whose clips must be fetched."""
    wanted: bool = False
    """Whether members are told that clips are listened to."""
    listener: Listener | None = None
    keep: timedelta = timedelta(days=30)
    """After which clips are deleted, those heard and those read out."""
    _errands: set[asyncio.Task[None]] = field(default_factory=set)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def hear(self, said: Sequence[Said], spoiled: Sequence[Spoiled] = ()) -> None:
        """Commit; the channel may confirm when this returns. Listening goes on by itself."""
        await self.pass_on(said, spoiled)
        for item in said:
            if is_voice(item):
                self._take_up(item)

    async def run(self) -> None:
        """Take up what an earlier process left, and delete old clips until cancelled; ends the errands."""
        try:
            left = False
            while not left:
                left = await self._take_up_left()
            while True:
                before = real_now() - self.keep
                await asyncio.to_thread(purge, self.data_dir, (FOLDER, READ_OUT), before)
                await asyncio.sleep(HOUR)
        finally:
            for errand in self._errands:
                errand.cancel()

    async def _take_up_left(self) -> bool:
        """Take up what an earlier process left; False, after a moment, where the database is away."""
        try:
            left = await self.db.read(lambda session: unfinished(session, self.now()))
        except Unavailable:
            await asyncio.sleep(AGAIN)
            return False
        for item in left:
            self._take_up(item)
        return True

    def _take_up(self, said: Said) -> None:
        if not self.wanted and said.channel not in self.fetches:
            return
        errand = asyncio.create_task(self._attend(said))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def _attend(self, said: Said) -> None:
        try:
            if not await self.db.read(lambda session: _known(session, said)):
                return
            async with self._places:
                words = await self._words(said)
            if self.wanted:
                ending = HEARD if words else UNHEARD
                await self.pass_on([replace(said, id=f"{said.id}{ending}", text=words)])
        except (
            Exception
        ) as trouble:  # one clip must not stop the others; the message itself is kept
            log.error("clip_not_attended", exc_info=trouble)

    async def _words(self, said: Said) -> str:
        """Fetch and listen; "" where nothing could be made out."""
        heard = []
        for media in said.media:
            try:
                path = await self._kept(said.channel, media)
                if path is not None and self.listener is not None:
                    heard.append(await self.listener.listen(path))
            except (Deaf, OSError, ValueError) as trouble:
                log.warning("clip_not_heard", reason=str(trouble)[:200])
        return clean("，".join(words for words in heard if words))[:MOST_CHARACTERS]

    async def _kept(self, channel: str, media: Media) -> Path | None:
        """The clip's file, fetched where it is not there yet."""
        path = self.data_dir / place_of(channel, media)
        if media.path or not media.ref or path.is_file():
            return path if path.is_file() else None
        if channel not in self.fetches:
            return None
        try:
            content = await self.fetches[channel](media.ref)
        except Exception as trouble:  # each channel fails in its own way; here it is one: no file
            raise OSError(f"not fetched: {type(trouble).__name__}") from None
        if len(content) > MOST_BYTES:
            raise ValueError("larger than 10 MiB")
        await asyncio.to_thread(_write, path, content)
        return path


def unfinished(session: Session, now: datetime) -> list[Said]:
    """Voice messages of the last hour to which no second message came."""
    query = select(Inbox).where(Inbox.at > now - AGAIN_WITHIN, Inbox.at <= now).order_by(Inbox.id)
    rows = list(session.scalars(query))
    done = {row.update_id.removesuffix(HEARD).removesuffix(UNHEARD) for row in rows if _second(row)}
    # What has words beside it is none; they are not read, for one that can't be must not stop the others.
    said = [
        Said(r.channel, r.address, r.update_id, r.at, "", tuple(Media(*m) for m in r.media))
        for r in rows
        if not r.text_sealed and not _second(r) and r.update_id not in done
    ]
    return [item for item in said if is_voice(item)]


def _second(row: Inbox) -> bool:
    return row.update_id.endswith((HEARD, UNHEARD))


def _known(session: Session, said: Said) -> bool:
    return session.scalars(bound_to(said.channel, said.who)).first() is not None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(path)


def purge(data_dir: Path, folders: Sequence[str], before: datetime) -> int:
    """Delete the clips in `folders` that were last written before `before` (aware); returns how many."""
    old = [
        path
        for folder in folders
        for path in (data_dir / folder).glob("*")
        if path.is_file() and path.stat().st_mtime < before.timestamp()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
