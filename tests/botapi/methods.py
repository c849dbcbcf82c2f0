"""What each method of the Bot API does here, and when it refuses, in Telegram's own words."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.botapi.state import Sent, State, chat_of

ME = {"id": 123456789, "is_bot": True, "first_name": "余热", "username": "yure_test_bot"}


class ApiError(Exception):
    """An answer that is not ok."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        """`parameters` as they stand in the answer, e.g. retry_after."""
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


Files = dict[str, bytes]
Method = Callable[[State, dict[str, Any], Files], Any]


def get_me(state: State, params: dict[str, Any], files: Files) -> Any:
    """Who the bot is."""
    return {**ME, "can_join_groups": True, "can_read_all_group_messages": False}


def set_my_commands(state: State, params: dict[str, Any], files: Files) -> Any:
    """Names are latin, small; descriptions 1 to 256 characters."""
    for command in params["commands"]:
        name = command["command"]
        if not (name.isascii() and name == name.lower() and 1 <= len(name) <= 32):
            raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    state.commands = params["commands"]
    return True


def set_webhook(state: State, params: dict[str, Any], files: Files) -> Any:
    """An empty address takes it away."""
    state.webhook = dict(params) if params.get("url") else {}
    state.allowed = params.get("allowed_updates", state.allowed)
    return True


def delete_webhook(state: State, params: dict[str, Any], files: Files) -> Any:
    """Back to getUpdates."""
    state.webhook = {}
    if params.get("drop_pending_updates"):
        state.updates.clear()
    return True


def webhook_info(state: State, params: dict[str, Any], files: Files) -> Any:
    """As Telegram tells it, with the last delivery's fault."""
    info = {
        "url": state.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
    }
    if state.webhook_error:
        info |= {"last_error_date": int(time.time()), "last_error_message": state.webhook_error}
    return info


def send_message(state: State, params: dict[str, Any], files: Files) -> Any:
    """1 to 4096 characters."""
    words = str(params.get("text", ""))
    if not words.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if _units(words) > 4096:
        raise ApiError(400, "Bad Request: message is too long")
    return _deliver(state, "text", params, files, {"text": words})


def send_photo(state: State, params: dict[str, Any], files: Files) -> Any:
    """A picture, uploaded or by its file_id."""
    file_id = _file_of(state, "photo", params, files)
    size = {"file_id": file_id, "file_unique_id": "u" + file_id, "width": 640, "height": 480}
    return _deliver(state, "photo", params, files, {"photo": [size]})


def send_voice(state: State, params: dict[str, Any], files: Files) -> Any:
    """A voice message, uploaded or by its file_id."""
    file_id = _file_of(state, "voice", params, files)
    voice = {"file_id": file_id, "file_unique_id": "u" + file_id, "duration": 3}
    return _deliver(state, "voice", params, files, {"voice": voice})


def send_document(state: State, params: dict[str, Any], files: Files) -> Any:
    """A file, uploaded or by its file_id."""
    file_id = _file_of(state, "document", params, files)
    document = {"file_id": file_id, "file_unique_id": "u" + file_id}
    return _deliver(state, "document", params, files, {"document": document})


def say_yes(state: State, params: dict[str, Any], files: Files) -> Any:
    """Calls that only need to be noted: chat actions, answers to pressed inline buttons."""
    return True


def get_file(state: State, params: dict[str, Any], files: Files) -> Any:
    """Where a file can be fetched."""
    file_id = str(params["file_id"])
    if file_id not in state.files:
        raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    known = {"file_id": file_id, "file_unique_id": "u" + file_id}
    return {**known, "file_size": len(state.files[file_id]), "file_path": f"files/{file_id}"}


METHODS: dict[str, Method] = {
    "getme": get_me,
    "setmycommands": set_my_commands,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": webhook_info,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "sendvoice": send_voice,
    "senddocument": send_document,
    "sendchataction": say_yes,
    "answercallbackquery": say_yes,
    "getfile": get_file,
}
"""By small letters, as Telegram compares them. getUpdates waits, so it lives in the server."""


def _units(words: str) -> int:
    """Telegram counts UTF-16 units."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def _file_of(state: State, field: str, params: dict[str, Any], files: Files) -> str:
    if _units(str(params.get("caption", ""))) > 1024:
        raise ApiError(400, "Bad Request: message caption is too long")
    named = str(params.get(field, ""))
    content = files.get(field) or files.get(named.removeprefix("attach://"))
    if content is not None:
        file_id = f"{field}-{len(state.files) + 1}"
        state.files[file_id] = content
        return file_id
    if named not in state.files:
        raise ApiError(400, "Bad Request: wrong file identifier/HTTP URL specified")
    return named


def _deliver(
    state: State, kind: str, params: dict[str, Any], files: Files, content: dict[str, Any]
) -> dict[str, Any]:
    chat = chat_of(params)
    if chat is None:
        raise ApiError(400, "Bad Request: chat not found")
    if chat in state.refused:
        raise ApiError(*state.refused[chat])
    _check_keyboard(params.get("reply_markup") or {})
    wait = state.too_fast(chat, time.monotonic())
    if wait:
        raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
    sent: Sent = state.keep_sent(kind, params, files)
    return {
        "message_id": next(state.message_ids),
        "from": ME,
        "chat": {"id": sent.chat, "type": "private" if chat > 0 else "supergroup"},
        "date": int(time.time()),
        **content,
    }


def _check_keyboard(markup: dict[str, Any]) -> None:
    for row in markup.get("keyboard", []):
        for button in row:
            if not (button if isinstance(button, str) else button.get("text")):
                raise ApiError(400, "Bad Request: text buttons are unallowed in the keyboard")
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if len(button.get("callback_data", "").encode()) > 64:
                raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
