"""Updates as Telegram words them: what a member, a group or a blocked chat causes."""

from __future__ import annotations

import time
from typing import Any


def user(number: int) -> dict[str, Any]:
    """A member's account; their private chat has the same number."""
    return {
        "id": number,
        "is_bot": False,
        "first_name": f"用户{number}",
        "language_code": "zh-hans",
    }


def message(sender: int, content: dict[str, Any], message_id: int = 1) -> dict[str, Any]:
    """A message in the private chat of `sender`; `content` may replace any field."""
    return {
        "message_id": message_id,
        "from": user(sender),
        "chat": {"id": sender, "type": "private", "first_name": f"用户{sender}"},
        "date": int(time.time()),
        **content,
    }


def words(text: str) -> dict[str, Any]:
    """The content of a text message, with Telegram's mark on a command."""
    if not text.startswith("/"):
        return {"text": text}
    length = len(text.split()[0])
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": length}]}


def in_group(group: int, text: str) -> dict[str, Any]:
    """The content of a message in a group."""
    chat = {"id": group, "type": "supergroup", "title": "三海街道离退休党支部"}
    return {**words(text), "chat": chat}


def blocked(sender: int, now_blocked: bool) -> dict[str, Any]:
    """What the server reports when a member stops the bot or starts it again."""
    gone = {"status": "kicked", "until_date": 0}
    here = {"status": "member"}
    bot = {"id": 123456789, "is_bot": True, "first_name": "余热", "username": "yure_test_bot"}
    before, after = (here, gone) if now_blocked else (gone, here)
    return {
        "chat": {"id": sender, "type": "private", "first_name": f"用户{sender}"},
        "from": user(sender),
        "date": int(time.time()),
        "old_chat_member": {"user": bot, **before},
        "new_chat_member": {"user": bot, **after},
    }


def file_of(kind: str, file_id: str) -> dict[str, Any]:
    """The content of a message that carries a voice, photo, video, sticker or document."""
    known: dict[str, Any] = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": 1000}
    sized = {**known, "width": 640, "height": 480}
    contents: dict[str, dict[str, Any]] = {
        "voice": {"voice": {**known, "duration": 3, "mime_type": "audio/ogg"}},
        "photo": {"photo": [{**sized, "file_id": f"{file_id}-small"}, sized]},
        "video": {"video": {**sized, "duration": 3}},
        "sticker": {
            "sticker": {**sized, "type": "regular", "is_animated": False, "is_video": False}
        },
        "document": {"document": {**known, "file_name": "通知.pdf"}},
    }
    return contents[kind]
