"""What the chat page and the desk share: rendering, headers, sessions, form tokens, uploads."""

from bot.pages.doors import Door, Doors
from bot.pages.guard import (
    BodyLimit,
    Headers,
    Rate,
    add_headers,
    form_token,
    from_elsewhere,
    token_nonce,
)
from bot.pages.look import Looks, Office, safe_path
from bot.pages.packing import Packing
from bot.pages.uploads import Upload, read_upload, save_upload

__all__ = [
    "BodyLimit",
    "Door",
    "Doors",
    "Headers",
    "Looks",
    "Office",
    "Packing",
    "Rate",
    "Upload",
    "add_headers",
    "form_token",
    "from_elsewhere",
    "read_upload",
    "safe_path",
    "save_upload",
    "token_nonce",
]
