"""The keys under which sensitive columns are sealed (AES-256-GCM): a file outside the data folder.

The file holds one key a line, `ID MADE SECRET`; the last line is the current one. What is sealed carries
the id of its key, so a new key may be added while old rows still wait to be sealed anew.

    Exception
     └─ KeyTrouble     the keys are of no use; the message says which file and what to do
         ├─ NoKeyFile  there is no such file
         └─ Foreign    sealed with a key we don't hold, changed since, or moved here from elsewhere
"""

import base64
import binascii
import contextlib
import hmac
import os
import secrets
import tempfile
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_HEAD: Final = (
    "# 余热的密钥。没有它，电话、住址、健康情况都读不出来：请另外备份，不要同数据放在一起。\n"
)
_FORM: Final = b"\x01"
"""The first byte of everything sealed: how it is made up."""
_ID, _NONCE, _TAG = 4, 12, 16
_LOOKED_UP: Final = 16
"""Bytes kept of an HMAC: enough that two words meet by chance never."""


class KeyTrouble(Exception):
    """The keys are of no use."""


class NoKeyFile(KeyTrouble):
    """There is no key file."""


class Foreign(KeyTrouble):
    """This was not sealed here, or not with our keys."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `secret`: 32 bytes, of which sealing and looking up have a key of their own each."""

    id: bytes
    made: datetime
    secret: bytes = field(repr=False)
    cipher: AESGCM = field(init=False, repr=False, compare=False)
    index: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive both keys."""
        object.__setattr__(self, "cipher", AESGCM(_derived(self.secret, b"seal")))
        object.__setattr__(self, "index", _derived(self.secret, b"look up"))

    @property
    def name(self) -> str:
        """The id as people read it."""
        return self.id.hex()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    """HKDF-Expand of one block (RFC 5869): the secret is uniform already."""
    return hmac.digest(secret, b"yure:" + purpose + b"\x01", sha256)


def new_key(made: datetime) -> Key:
    """A key nobody has."""
    return Key(secrets.token_bytes(_ID), made, secrets.token_bytes(32))


class KeyRing:
    """All keys of a deployment. Seals with the newest, opens with whichever it was."""

    def __init__(self, keys: Sequence[Key], path: Path | None = None) -> None:
        """`path`: the file they stand in; it is read again when a key turns up that we don't know."""
        self.path = path
        self._lock = threading.Lock()
        self._take(keys)

    def _take(self, keys: Sequence[Key]) -> None:
        self.keys = tuple(keys)
        self._by_id = {key.id: key for key in self.keys}
        self.current = self.keys[-1]

    def seal(self, bound: bytes, plain: bytes) -> bytes:
        """`plain` so that only `open` with the same `bound` gives it back."""
        key, nonce = self.current, os.urandom(_NONCE)
        return head_of(key) + nonce + key.cipher.encrypt(nonce, plain, bound)

    def open(self, bound: bytes, sealed: bytes) -> bytes:
        """What was sealed. Raises Foreign where it was changed, moved, or its key isn't ours."""
        head = len(_FORM) + _ID
        if sealed[:1] != _FORM or len(sealed) < head + _NONCE + _TAG:
            raise Foreign("这不是加密保存的内容 / not sealed by yure")
        key = self._key(sealed[1:head])
        try:
            return key.cipher.decrypt(sealed[head : head + _NONCE], sealed[head + _NONCE :], bound)
        except InvalidTag:
            raise Foreign("加密保存的内容被改过或者换过地方 / changed or moved") from None

    def _key(self, id_: bytes) -> Key:
        if id_ not in self._by_id and self.path is not None:
            with self._lock:  # another process has changed the key
                self._take(read(self.path))
        if id_ not in self._by_id:
            raise Foreign(f"没有密钥 {id_.hex()}，请找回原来的密钥文件 / the key is missing")
        return self._by_id[id_]

    def looked_up(self, place: str, words: str) -> str:
        """What stands in an index for `words`, now. `place`: the table and the column."""
        return _indexed(self.current, place, words)

    def every_look_up(self, place: str, words: str) -> list[str]:
        """What may stand in an index for `words` while rows of older keys are left."""
        return [_indexed(key, place, words) for key in self.keys]

    def add(self, key: Key) -> None:
        """Seal with this key from now on; the old ones stay."""
        self._write([*self.keys, key])

    def forget(self, ids: Collection[bytes]) -> None:
        """Drop these keys; never the current one."""
        kept = [key for key in self.keys if key.id not in ids or key is self.current]
        self._write(kept)

    def _write(self, keys: Sequence[Key]) -> None:
        if self.path is not None:
            _written(self.path, keys).replace(self.path)
        self._take(keys)


def head_of(key: Key) -> bytes:
    """How everything begins that is sealed with this key."""
    return _FORM + key.id


def bound_to(table: str, row: str, column: str) -> bytes:
    """Where something is sealed; nowhere else can it be opened."""
    return f"{table}\x00{row}\x00{column}".encode()


def _indexed(key: Key, place: str, words: str) -> str:
    digest = hmac.digest(key.index, f"{place}\x00{words}".encode(), sha256)
    return digest[:_LOOKED_UP].hex()


# ── the file ────────────────────────────────────────────────────────────────────────────────────


def load(path: Path) -> KeyRing:
    """The keys of a file. Raises NoKeyFile where there is none, KeyTrouble where it can't be read."""
    return KeyRing(read(path), path)


def make(path: Path, key: Key) -> KeyRing:
    """A new file with one key, or the one that another process has made meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ready = _written(path, [key])
    try:
        # A link is made whole or not at all, and never over another file.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(ready)
    finally:
        ready.unlink()
    return load(path)


def read(path: Path) -> list[Key]:
    """The keys of a file, the current one last."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise NoKeyFile(f"{path}: 没有这个密钥文件 / no such key file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyTrouble(f"{path}: 密钥文件读不出来 / can't be read: {error}") from None
    keys = [_key(path, line) for line in lines if line.strip() and not line.startswith("#")]
    if not keys:
        raise KeyTrouble(f"{path}: 密钥文件是空的 / the key file is empty")
    return keys


def _key(path: Path, line: str) -> Key:
    try:
        id_, made, secret = line.split()
        key = Key(bytes.fromhex(id_), datetime.fromisoformat(made), base64.b64decode(secret))
    except (ValueError, binascii.Error):
        raise KeyTrouble(f"{path}: 密钥文件有一行写坏了 / a line is broken") from None
    if len(key.id) != _ID or len(key.secret) != 32:
        raise KeyTrouble(f"{path}: 密钥 {key.name} 写坏了 / the key is broken")
    return key


def _written(path: Path, keys: Sequence[Key]) -> Path:
    """A finished file beside `path`, readable by its owner only."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_HEAD)
        for key in keys:
            secret = base64.b64encode(key.secret).decode()
            file.write(f"{key.name} {key.made.isoformat()} {secret}\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


# ── the keys in use ─────────────────────────────────────────────────────────────────────────────

_in_use: KeyRing | None = None


def use(ring: KeyRing) -> None:
    """Seal and open with these keys from now on, everywhere in this process."""
    global _in_use  # noqa: PLW0603 - rows seal themselves, and a row has nobody to ask
    _in_use = ring


def in_use() -> KeyRing:
    """The keys of this process. Raises KeyTrouble where none were opened: a bug."""
    if _in_use is None:
        raise KeyTrouble("no keys in use: call bot.keyring.use first")
    return _in_use
