"""A Reply becomes one message with big reply buttons; Telegram's refusals become Busy, Unreachable, Doubtful.

A 429 doesn't say whether it is meant for one chat (1/s) or for the whole bot (30/s). So: a chat that was written to
a moment ago waits by itself; of the others the first one stops only its chat, and a second one within five seconds
means the whole bot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import (
    Bot,
    InputFile,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.settings import CAPTION
from bot.channels.telegram.trouble import Trouble, told
from bot.channels.telegram.wire import NotSent, seconds_of
from bot.domain.base import Refused
from bot.log import log
from bot.talk import Busy, Doubtful, Media, Reply, Unreachable
from bot.voice.speaking import is_clip

_SHORT = 4
"""Labels up to so many characters stand two in a row."""
_SAME_FLOOD = 5.0
_OWN_PACE = 3.0
"""Seconds after a message in which a 429 is explained by the chat's own limit."""
_MANY = 1000
_NO_TOKEN = 60.0
_NO_NETWORK = 2.0
_GONE = ("chat not found", "user not found", "deactivated", "peer_id_invalid", "user_id_invalid")
_FIELDS = {"picture": "photo", "voice": "voice", "file": "document"}


_FILES_LOST = ("file identifier", "file_id", "remote file")


@dataclass(frozen=True, slots=True)
class File:
    """A medium ready to go: Telegram's field for it, its content or the handle Telegram gave it before."""

    field: str
    content: InputFile | str
    version: tuple[str, int]
    """Path and time of change: what an upload is remembered by."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One call: which method of `Bot`, with what."""

    method: str
    given: dict[str, Any]
    file: File | None = None


class Sender:
    """Sends replies; one for all sends of the process."""

    def __init__(
        self, bot: Bot, data_dir: Path, trouble: Trouble, clock: Callable[[], float]
    ) -> None:
        """`clock` counts seconds; only differences matter."""
        self._bot, self._data, self._trouble = bot, data_dir, trouble
        self._flood = Flood(clock)
        self._uploaded: dict[tuple[str, int], str] = {}

    async def send(self, address: str, reply: Reply) -> None:
        """One reply, as one call wherever Telegram allows it.

        Raises Busy, Unreachable, Doubtful, or Refused for a message that Telegram will never take. Where the
        second call fails after the first went out, nobody knows any more: Doubtful.
        """
        files = await asyncio.to_thread(self._load, reply.media) if reply.media else []
        pieces = pieces_of(reply, files)
        for done, piece in enumerate(pieces):
            try:
                message = await getattr(self._bot, piece.method)(chat_id=address, **piece.given)
            except TelegramError as err:
                fault = self._lost(piece.file, err, address) or self._ours(err, address)
                raise (Doubtful(type(err).__name__) if done else fault) from None
            except Exception as err:  # an answer that can't be read: it may have gone out
                raise Doubtful(type(err).__name__) from None
            if piece.file is not None:
                self._remember(piece.file, message)
            self._flood.sent(address)
        self._trouble.sending = ""

    def _load(self, media: Sequence[Media]) -> list[File]:
        """The files behind `media`, those that can be read. What was to be said goes out without a lost picture."""
        found = []
        for medium in media:
            path = self._data / medium.path
            try:
                version = (medium.path, path.stat().st_mtime_ns)
                known = self._uploaded.get(version)
                name = path.name if is_clip(medium) else medium.name or path.name
                content = known or InputFile(path.read_bytes(), name)
            except OSError as err:
                log.error("media_lost", kind=medium.kind, reason=type(err).__name__)
                continue
            found.append(File(_FIELDS.get(medium.kind, "document"), content, version))
        return found

    def _remember(self, file: File, message: Message) -> None:
        """Keep what Telegram calls the file it just took; a photo comes in several sizes, the largest last."""
        taken = getattr(message, file.field, None)
        handle = getattr(taken[-1] if isinstance(taken, tuple) and taken else taken, "file_id", "")
        if handle:
            self._uploaded[file.version] = str(handle)

    def _lost(self, file: File | None, err: TelegramError, address: str) -> Busy | None:
        """Telegram forgot an upload of ours: so do we, and the next attempt uploads anew."""
        remembered = file is not None and isinstance(file.content, str)
        if not remembered or not any(sign in err.message.lower() for sign in _FILES_LOST):
            return None
        self._uploaded = {v: h for v, h in self._uploaded.items() if file and h != file.content}
        return Busy(_NO_NETWORK, address)

    def _ours(self, err: TelegramError, address: str) -> Exception:
        if isinstance(err, RetryAfter):
            return self._flood.busy(seconds_of(err), address)
        if isinstance(err, InvalidToken | NotSent):
            self._trouble.sending = told(err)
            return Busy(_NO_TOKEN if isinstance(err, InvalidToken) else _NO_NETWORK)
        return _about_this_one(err)


class Flood:
    """Decides whose a 429 is."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Nobody waits yet."""
        self._clock, self._last, self._at = clock, "", float("-inf")
        self._sent: dict[str, float] = {}

    def sent(self, address: str) -> None:
        """A message was taken for this chat."""
        now = self._clock()
        if len(self._sent) > _MANY:
            self._sent = {chat: at for chat, at in self._sent.items() if now - at < _OWN_PACE}
        self._sent[address] = now

    def busy(self, seconds: float, address: str) -> Busy:
        """Busy for `address`, or for all where another chat was stopped just before."""
        now = self._clock()
        if now - self._sent.get(address, float("-inf")) < _OWN_PACE:
            return Busy(seconds, address)
        everybody = self._last not in ("", address) and now - self._at < _SAME_FLOOD
        self._last, self._at = address, now
        return Busy(seconds, None if everybody else address, too_fast=everybody)


def pieces_of(reply: Reply, files: Sequence[File]) -> list[Piece]:
    """The calls that make up a reply: words go under the first picture where they fit.

    Raises Refused where nothing is left to send.
    """
    # A message read aloud follows its words, whose buttons stay.
    keyboard = None if any(is_clip(medium) for medium in reply.media) else keyboard_of(reply)
    calls = [Piece(f"send_{file.field}", {file.field: file.content}, file) for file in files]
    fits = len(reply.text.encode("utf-16-le", "replace")) // 2 <= CAPTION
    if calls and fits:
        calls[0].given.update(caption=reply.text or None, reply_markup=keyboard)
    elif reply.text.strip():
        calls.insert(0, Piece("send_message", {"text": reply.text, "reply_markup": keyboard}))
    if not calls:
        raise Refused("这条消息没有内容，发不出去。")
    return calls


def keyboard_of(reply: Reply) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    """Big reply buttons: pressing one sends its label. Short labels stand two in a row, the fixed row last."""
    labels = list(dict.fromkeys(choice.label for choice in reply.choices))
    wide = 2 if all(len(label) <= _SHORT for label in labels) else 1
    rows = [labels[i : i + wide] for i in range(0, len(labels), wide)]
    fixed = [label for label in reply.fixed if label not in labels]
    rows += [fixed[i : i + 2] for i in range(0, len(fixed), 2)]
    if not rows:
        return ReplyKeyboardRemove()
    buttons = [[KeyboardButton(label) for label in row] for row in rows]
    return ReplyKeyboardMarkup(buttons, resize_keyboard=True, is_persistent=True)


def _about_this_one(err: TelegramError) -> Exception:
    """What a failed call means for this one message."""
    words = err.message.lower()
    if isinstance(err, Forbidden | ChatMigrated) or any(sign in words for sign in _GONE):
        return Unreachable(err.message)
    if isinstance(err, BadRequest):
        return Refused(f"Telegram 不收这条消息：{err.message}")
    return Doubtful(type(err).__name__)
