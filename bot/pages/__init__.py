"""What the chat page and the desk share: rendering, headers, sessions, form tokens, uploads, hashes."""

from bot.pages.device import device_of, net_of, where_from
from bot.pages.doors import Door, Doors, Locked
from bot.pages.guard import (
    BodyLimit,
    Headers,
    OwnForms,
    Rate,
    add_headers,
    form_token,
    token_nonce,
)
from bot.pages.hashing import Cost, Hashing
from bot.pages.look import Looks, Office, safe_path, wants_traditional
from bot.pages.packing import Packing
from bot.pages.uploads import Upload, read_upload, save_upload

__all__ = [
    "BodyLimit",
    "Cost",
    "Door",
    "Doors",
    "Hashing",
    "Headers",
    "Locked",
    "Looks",
    "Office",
    "OwnForms",
    "Packing",
    "Rate",
    "Upload",
    "add_headers",
    "device_of",
    "form_token",
    "net_of",
    "read_upload",
    "safe_path",
    "save_upload",
    "token_nonce",
    "wants_traditional",
    "where_from",
]
