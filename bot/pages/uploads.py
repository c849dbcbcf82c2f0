"""Files from a page: the kind told by their first bytes, bounded, kept under a name of ours."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import UploadFile

from bot.domain.base import Refused
from bot.domain.folders import MEDIA
from bot.text import clean

MOST_BYTES: Final = 10 * 1024 * 1024

_STARTS: Final = (
    (b"\xff\xd8\xff", "picture", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "picture", "png"),
    (b"GIF87a", "picture", "gif"),
    (b"GIF89a", "picture", "gif"),
    (b"OggS", "voice", "ogg"),
    (b"ID3", "voice", "mp3"),
    (b"\xff\xfb", "voice", "mp3"),
    (b"\xff\xf3", "voice", "mp3"),
    (b"\xff\xf1", "voice", "aac"),
    (b"\xff\xf9", "voice", "aac"),
    (b"#!AMR", "voice", "amr"),
    (b"\x1aE\xdf\xa3", "voice", "webm"),
)
_RIFF: Final = {b"WEBP": ("picture", "webp"), b"WAVE": ("voice", "wav")}
_HEIF: Final = (b"heic", b"heix", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class Upload:
    """A kept file: picture or voice, its own name cleaned, its path in the data folder."""

    kind: str
    name: str
    path: str


def told_kind(start: bytes) -> tuple[str, str] | None:
    """(kind, suffix) of a file by its first bytes; None for what is neither picture nor voice."""
    for mark, kind, suffix in _STARTS:
        if start.startswith(mark):
            return kind, suffix
    if start.startswith(b"RIFF"):
        return _RIFF.get(start[8:12])
    if start[4:8] == b"ftyp":
        return ("picture", "heic") if start[8:12] in _HEIF else ("voice", "m4a")
    return None


async def read_upload(file: UploadFile) -> bytes:
    """The bytes of a posted file. Raises Refused over 10 MiB."""
    body = await file.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Refused("这个文件太大了，请选小一点的（10兆以内）。")
    return body


async def save_upload(file: UploadFile, data_dir: Path) -> Upload:
    """Keep a picture or a recording in the data folder. Raises Refused for another kind or over 10 MiB."""
    body = await read_upload(file)
    told = told_kind(body[:16])
    if told is None:
        raise Refused("这里只能发照片和录音，请另选一个。")
    kind, suffix = told
    path = f"{MEDIA}/{secrets.token_hex(16)}.{suffix}"
    (data_dir / MEDIA).mkdir(parents=True, exist_ok=True)
    (data_dir / path).write_bytes(body)
    return Upload(kind, clean(file.filename or "")[:80], path)
