"""The Telegram channel as app, engine and outbox see it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from starlette.routing import Route
from telegram import BotCommand
from telegram.error import TelegramError

from bot.channels.telegram.polling import Polling
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.settings import CAN, TelegramSettings
from bot.channels.telegram.translate import COMMANDS, NAME, Group, Pressed, read
from bot.channels.telegram.trouble import Trouble, told
from bot.channels.telegram.webhook import Webhook
from bot.channels.telegram.wire import open_bot
from bot.db import Unavailable
from bot.log import log
from bot.now import Now, real_now
from bot.talk import Hears, Reply, Said, Spoiled
from bot.voice.ears import MOST_BYTES
from bot.voice.speaking import Clips, is_clip

IN_GROUPS = "请私聊我。点我的头像，再点“发消息”，我就能帮您。"
FULL = "暂时记不下，请打电话{phone}。过一会儿好了，我再回您刚才说的话。"
FULL_AFTER = 5.0
"""Seconds for which nothing can be kept until members are told: a restart of the database is over by then."""
AT_A_TIME = 20
HOUR = 3600.0


class Telegram:
    """Sends replies and hears messages. One a process; `hang_up` when nothing is to be sent any more."""

    name = NAME
    can = CAN

    def __init__(
        self,
        settings: TelegramSettings,
        data_dir: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Now = real_now,
        clips: Clips | None = None,
        phone: str = "",
    ) -> None:
        """`data_dir`: where `Media.path` is looked up. `clock` counts seconds; `now` dates a pressed button;
        `clips` makes what is read aloud; `phone`: the office's, for when nothing can be kept.
        """
        self._settings, self._clock, self._now, self._clips = settings, clock, now, clips
        self._trouble = Trouble()
        self._bot = open_bot(settings)
        self._sender = Sender(self._bot, data_dir, self._trouble, clock)
        self._webhook = Webhook(self._bot, settings, self._trouble)
        self._phone = phone
        self._told_groups, self._told_full = Hourly(clock), Hourly(clock)
        self._full_since: float | None = None
        self._errands: set[asyncio.Task[None]] = set()

    async def send(self, address: str, reply: Reply) -> None:
        """Send now; see `Sender.send` for what it raises. A clip that can't be made is let go: its words are there."""
        clip = next((media for media in reply.media if is_clip(media)), None)
        if clip is None or (self._clips is not None and await self._clips.ready(clip)):
            await self._sender.send(address, reply)

    async def fetch_file(self, ref: str) -> bytes:
        """What somebody sent, by Telegram's handle. Raises ValueError where it is too large, TelegramError."""
        file = await self._bot.get_file(ref)
        if (file.file_size or 0) > MOST_BYTES:
            raise ValueError("larger than 10 MiB")
        return bytes(await file.download_as_bytearray())

    async def run(self, hear: Hears) -> None:
        """Receive until cancelled, by polling or webhook as the settings say."""

        async def take(raw: list[Any]) -> None:
            await self._take(raw, hear)

        self._aside(self._list_commands())
        try:
            if self._settings.mode == "webhook":
                await self._webhook.run(take)
            else:
                await self._polling().run(take)
        finally:
            for errand in self._errands:
                errand.cancel()

    def state(self) -> str:
        """ "" when well, else one Chinese sentence."""
        return self._trouble.sentence()

    @property
    def polled_at(self) -> datetime | None:
        """When Telegram last answered a poll (real time); None: not yet, or it comes by webhook."""
        return self._trouble.polled_at

    async def examine(self) -> str:
        """Ask Telegram once, for `yure doctor`: "" when the token is taken, else one Chinese sentence."""
        try:
            me = await self._bot.get_me()
        except TelegramError as err:
            return told(err)
        wanted = self._settings.bot_name
        if wanted and me.username and wanted.lower() != me.username.lower():
            return f"[telegram] bot_name 写的是 {wanted}，这个令牌的机器人却叫 {me.username}。请改过来。"
        return ""

    def routes(self) -> list[Route]:
        """What app mounts: the webhook's door, and nothing while polling (nobody could vouch for a caller)."""
        return self._webhook.routes() if self._settings.mode == "webhook" else []

    async def hang_up(self) -> None:
        """Let go of the connections."""
        await self._bot.hang_up()

    def _polling(self) -> Polling:
        return Polling(self._bot, self._settings.poll_timeout, self._trouble, self._clock)

    async def _take(self, raw: list[Any], hear: Hears) -> None:
        """Read each update alone, commit what is to be kept, and only then do the small errands."""
        heard = [read(update, self._now()) for update in raw]
        said = [_words(item) for item in heard if isinstance(item, Said | Pressed)]
        spoiled = [item for item in heard if isinstance(item, Spoiled)]
        if said or spoiled:
            await self._keep(said, spoiled, hear)
        for item in heard:
            if isinstance(item, Group):
                self._point_to_private(item.chat)
            elif isinstance(item, Pressed):
                self._aside(self._bot.answer_callback_query(item.id))

    async def _keep(self, said: list[Said], spoiled: list[Spoiled], hear: Hears) -> None:
        """Commit. Where nothing can be kept for a while, whoever wrote is told to call; raises Unavailable."""
        try:
            await hear(said, spoiled)
        except Unavailable:
            now = self._clock()
            self._full_since = self._full_since or now
            if now - self._full_since >= FULL_AFTER:
                self._tell_to_call({one.who for one in said})
            raise
        self._full_since = None

    def _tell_to_call(self, chats: set[str]) -> None:
        """One sentence a chat, at most once an hour; no outbox, for it can't be written either."""
        words = FULL.format(phone=self._phone)
        new = (chat for chat in sorted(chats) if self._told_full.first(chat))
        for chat in islice(new, AT_A_TIME):
            self._aside(self._bot.send_message(int(chat), words))

    def _point_to_private(self, chat: int) -> None:
        """One sentence a group, at most once an hour."""
        if self._told_groups.first(chat):
            self._aside(self._bot.send_message(chat, IN_GROUPS))

    async def _list_commands(self) -> None:
        await self._bot.set_my_commands(
            [BotCommand(command, tells) for command, (_, tells) in COMMANDS.items()]
        )

    def _aside(self, call: Coroutine[Any, Any, object]) -> None:
        """Do something small that nobody waits for and whose failure changes nothing."""
        errand = asyncio.create_task(_quietly(call))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)


class Hourly:
    """Who was told something within the hour."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds."""
        self._clock, self._told = clock, dict[object, float]()

    def first(self, whom: object) -> bool:
        """Whether it is time to tell; then it counts as told."""
        now = self._clock()
        self._told = {one: at for one, at in self._told.items() if now - at < HOUR}
        if whom in self._told:
            return False
        self._told[whom] = now
        return True


def _words(item: Said | Pressed) -> Said:
    return item.said if isinstance(item, Pressed) else item


async def _quietly(call: Coroutine[Any, Any, object]) -> None:
    try:
        await call
    except TelegramError as err:
        log.warning("telegram_errand_failed", reason=type(err).__name__)
