"""The programs of others: age's encryption, PostgreSQL's own dump and restore."""

import importlib
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from bot.db import Database
from bot.domain.base import Refused


def lacking(db: Database, settings: Any) -> str:
    """What a backup would fail for on this computer, "" where nothing is missing. `settings`: [backup]."""
    if settings.key and find_spec("pyrage") is None:
        return "备份做不成，要先安装：pip install 'yure[encrypt]'。"
    if not db.is_sqlite and shutil.which("pg_dump") is None:
        return "备份做不成，找不到 pg_dump，请安装 PostgreSQL 的客户端。"
    return ""


def is_encrypted(path: Path) -> bool:
    """Whether age made this file."""
    with path.open("rb") as file:
        return file.read(18) == b"age-encryption.org"


def encrypt(copy: Path, sealed: Path, key: str) -> None:
    """`key`: an age public key. Raises Refused."""
    pyrage = _pyrage()
    try:
        recipient = pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise Refused(f"[backup] key 不是 age 公钥 / is no age public key: {key[:12]}…") from None
    pyrage.encrypt_file(str(copy), str(sealed), [recipient])


def decrypt(source: Path, copy: Path, identity: str) -> None:
    """`identity`: an age secret key. Raises Refused."""
    pyrage = _pyrage()
    try:
        known = pyrage.x25519.Identity.from_str(identity.strip())
        pyrage.decrypt_file(str(source), str(copy), [known])
    except (pyrage.IdentityError, pyrage.DecryptError, OSError):
        raise Refused("这个密钥打不开这份备份 / the key does not open this backup") from None


def _pyrage() -> Any:
    try:
        return importlib.import_module("pyrage")
    except ImportError:
        raise Refused("要先安装：pip install 'yure[encrypt]' / needs the extra encrypt") from None


def pg(program: str, db: Database, arguments: list[str]) -> None:
    """Run one of PostgreSQL's own programs; the password stays off the command line. Raises Refused."""
    url = make_url(db.url)
    settings = {"PGPASSWORD": url.password, "PGUSER": url.username, "PGDATABASE": url.database}
    host = url.query.get("host", url.host)
    settings |= {
        "PGHOST": str(host) if host else None,
        "PGPORT": str(url.port) if url.port else None,
    }
    env = {**os.environ, **{name: value for name, value in settings.items() if value}}
    path = shutil.which(program)
    if path is None:
        raise Refused(f"找不到 {program}，请安装 PostgreSQL 的客户端 / {program} is not installed")
    done = subprocess.run([path, *arguments], env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Refused(f"{program}: {done.stderr.strip()[-300:]}")
