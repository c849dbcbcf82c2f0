"""An update as Telegram sends it becomes what the house understands: Said, Spoiled, or an errand of the channel."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType

from bot.talk import LESS, MENU, PERSON, Media, Said, Spoiled
from bot.text import clean

NAME = "telegram"
HELP = "帮助"
CARD = "卡号"
"""A deep link t.me/BOT?start=CODE is heard as "卡号 CODE"."""

COMMANDS = {
    "start": (MENU, "开始"),
    "menu": (MENU, "主菜单"),
    "help": (HELP, "我能帮您做什么"),
    "person": (PERSON, "找社区的人帮忙"),
    "stop": (LESS, "少提醒我"),
}
"""Command → the words it stands for, and its description in Telegram's list."""

_COMMAND = re.compile(r"/([A-Za-z]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_RAW_MOST = 4000

_KINDS = {
    "voice": "voice",
    "audio": "voice",
    "photo": "picture",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "sticker": "sticker",
    "dice": "sticker",
    "poll": "poll",
}
"""Telegram's field → our kind of medium, where only the handle matters."""


@dataclass(frozen=True, slots=True)
class Group:
    """Somebody wrote in a group; nothing of it is kept."""

    chat: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button under a message was pressed; `id` is to be acknowledged so that it stops turning."""

    id: str
    said: Said


def read(raw: Any, now: datetime) -> Said | Spoiled | Group | Pressed | None:
    """One update, read alone. None: nothing in it for us. Never raises: what can't be read is Spoiled.

    `now` stands in where an update carries no moment of its own.
    """
    try:
        number = _number(raw)
        update = Update.de_json(raw, None)
        if update.callback_query is not None:
            return _pressed(update.callback_query, number, now)
        message = update.message
        if message is None or message.from_user is None or message.from_user.is_bot:
            return None
        if message.chat.type != ChatType.PRIVATE:
            return Group(message.chat.id)
        return _said(message, number)
    except Exception as err:  # whatever a malformed update breaks, the next one must be heard
        return _by_envelope(raw) or Spoiled(NAME, spoiled_id(raw), _plain(raw), type(err).__name__)


def _by_envelope(raw: Any) -> Said | None:
    """A member's message of which only the content can't be read (newer or older than our library): still answered."""
    try:
        envelope = {key: raw["message"][key] for key in ("message_id", "from", "chat", "date")}
        message = Message.de_json(envelope, None)
        number, who = _number(raw), _address(message.chat.id)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError):
        return None
    if (
        message.chat.type != ChatType.PRIVATE
        or message.from_user is None
        or message.from_user.is_bot
    ):
        return None
    return Said(NAME, who, number, message.date, media=(Media("unknown"),))


def offset_after(raw: list[Any]) -> int | None:
    """The offset that confirms this batch: the last readable id plus one. Ids need not grow: never the highest."""
    for update in reversed(raw):
        if isinstance(update, dict) and type(update.get("update_id")) is int:
            return int(update["update_id"]) + 1
    return None


def spoiled_id(raw: Any) -> str:
    """The update's own id, else a fingerprint, so that a repetition is recognized either way."""
    if isinstance(raw, dict) and type(raw.get("update_id")) is int:
        return str(raw["update_id"])
    return hashlib.sha256(_plain(raw).encode()).hexdigest()[:32]


def _number(raw: Any) -> str:
    if type(raw["update_id"]) is not int:
        raise TypeError("update_id is no number")
    return str(raw["update_id"])


def _plain(raw: Any) -> str:
    """As text that any database takes: a lone surrogate is spelled out."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()[:_RAW_MOST]


def _pressed(query: CallbackQuery, number: str, now: datetime) -> Pressed | None:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return None
    said = Said(NAME, _address(query.from_user.id), number, now, clean(query.data or ""))
    return Pressed(str(query.id), said)


def _said(message: Message, number: str) -> Said | None:
    who = _address(message.chat.id)
    if message.text is not None:
        return Said(NAME, who, number, message.date, words_of(message.text))
    medium = _medium(message)
    if medium is None:  # a service message: pinned, timer set, …
        return None
    return Said(NAME, who, number, message.date, _beside(message), (medium,))


def _beside(message: Message) -> str:
    """The words that came with a medium: a caption, or what a poll asks."""
    if message.poll is None:
        return clean(message.caption or "")
    return clean(f"{message.poll.question} {'／'.join(o.text for o in message.poll.options)}")


def words_of(text: str) -> str:
    """What was typed, cleaned; a command as the words it stands for."""
    text = clean(text)
    command = _COMMAND.fullmatch(text)
    if command is None or command[1].lower() not in COMMANDS:
        return text
    if command[1].lower() == "start" and _CODE.fullmatch(command[2] or ""):
        return f"{CARD} {command[2]}"
    return COMMANDS[command[1].lower()][0]


def _address(number: Any) -> str:
    if type(number) is not int:
        raise TypeError("an account is a number")
    return str(number)


def _medium(message: Message) -> Media | None:
    if message.contact is not None:
        return Media("contact", _own_phone(message))
    if message.location is not None:
        return Media("location", f"{message.location.latitude},{message.location.longitude}")
    for field, kind in _KINDS.items():
        found = getattr(message, field)
        if found:
            # A photo comes in several sizes, the largest last.
            handle = found[-1] if isinstance(found, tuple) else found
            return Media(kind, ref=getattr(handle, "file_id", ""))
    if message.document is not None:
        return Media("file", clean(message.document.file_name or ""), ref=message.document.file_id)
    return Media("file") if message.effective_attachment else None


def _own_phone(message: Message) -> str:
    """The number, only where the sender shared their own card; "" for anybody else's, forwarded or not."""
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or message.forward_origin is not None:
        return ""
    return clean(contact.phone_number) if contact.user_id == sender.id else ""
