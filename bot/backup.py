"""Backups: a consistent copy under load, checked, kept a while, encrypted if a key is configured.

SQLite is copied by VACUUM INTO, which holds up no writer; PostgreSQL by pg_dump. A backup is restored into
an empty place only, and what was still to be sent then comes back as held: it may have gone out since.
"""

import asyncio
import importlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bot.db import Damaged, Database
from bot.domain.base import Refused
from bot.domain.mail import Outbox, Sending
from bot.log import log
from bot.now import SHANGHAI, Now, local

FOLDER = "backups"
PREFIX = "yure-"
LOOK_EVERY = 60.0
RESTORED = "restored"
PENDING = (Sending.QUEUED, Sending.WAITING, Sending.SENDING)


def make(db: Database, target: Path, key: str = "") -> None:
    """Write a backup to `target`, which must not exist; checked before it gets its name.

    `key`: an age public key. Raises Refused where the place is taken or what was written is not sound.
    """
    if target.exists():
        raise Refused(f"{target} 已经有了，请换个名字 / exists already")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / "copy"
        if db.is_sqlite:
            _vacuum_into(_file_of(db), copy)
        else:
            _pg("pg_dump", db, ["--format=custom", f"--file={copy}"])
        if trouble := fault_in(copy):
            raise Refused(f"备份没有做好：{trouble} / the backup is not sound")
        if key:
            copy = _encrypted(copy, key)
        _keep(copy, target)


def restore(db: Database, source: Path, identity: str = "") -> int:
    """Bring a backup back into an empty place; returns how many messages are held.

    `identity`: the age secret key of an encrypted one. Raises Refused where the place is not empty.
    """
    if not source.exists():
        raise Refused(f"{source} 没有这个文件 / no such file")
    _check_empty(db)
    with tempfile.TemporaryDirectory(dir=_beside(db)) as folder:
        copy = Path(folder) / "copy"
        if _is_encrypted(source):
            _decrypt(source, copy, identity)
        else:
            shutil.copyfile(source, copy)
        if trouble := fault_in(copy):
            raise Refused(f"{source} 不是完好的备份：{trouble} / not a sound backup")
        if db.is_sqlite:
            db.engine.dispose()
            _file_of(db).unlink(missing_ok=True)
            _keep(copy, _file_of(db))
        else:
            _pg(
                "pg_restore",
                db,
                [
                    "--no-owner",
                    "--exit-on-error",
                    f"--dbname={make_url(db.url).database}",
                    str(copy),
                ],
            )
    return db.write_now(_hold)


def _hold(session: Session) -> int:
    done = session.execute(
        update(Outbox).where(Outbox.state.in_(PENDING)).values(state=Sending.HELD, reason=RESTORED)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def fault_in(path: Path) -> str:
    """ "" where a file is a sound backup, else what is wrong with it. An encrypted one can't be looked into."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith((b"PGDMP", b"age-encryption.org")):
        return ""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            connection.execute("SELECT count(*) FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def check(db: Database, folder: Path) -> None:
    """Refuse to go on with a damaged database, or with an empty one where backups show that it is lost.

    Raises Refused, naming the newest good backup.
    """
    good = newest_good(folder)
    try:
        db.check()
        lost = db.is_sqlite and good is not None and not _has_something(_file_of(db))
    except Damaged as damage:
        raise Refused(f"数据库坏了：{damage}。{_advice(good)} / the database is damaged") from None
    if lost:
        raise Refused(
            f"数据库不见了。{_advice(good)} / the database is gone, but there are backups"
        )


def newest_good(folder: Path) -> Path | None:
    """The newest sound backup in a folder."""
    found = sorted(folder.glob(f"{PREFIX}*"), reverse=True) if folder.is_dir() else []
    return next((path for path in found if not fault_in(path)), None)


def folder_of(data: Path, settings: Any) -> Path:
    """Where the nightly backups lie. `settings`: the section [backup]."""
    return Path(settings.dir) if settings.dir else data / FOLDER


async def nightly(db: Database, data: Path, settings: Any, now: Now) -> None:
    """Once after each configured hour, in one process; the oldest beyond `keep` are removed."""

    async def watch() -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await asyncio.to_thread(make_due, db, folder_of(data, settings), settings, now())
            except Exception as error:  # tomorrow is another night; /health and the log say so
                log.error("backup failed", exc_info=error)

    await db.alone("backup", watch)


def make_due(db: Database, folder: Path, settings: Any, now: datetime) -> Path | None:
    """Make the backup of the night just past where it is missing; returns it."""
    hour = datetime.combine(local(now).date(), settings.at, SHANGHAI)
    night = hour if hour <= now else hour - timedelta(days=1)
    kind = (".db" if db.is_sqlite else ".dump") + (".age" if settings.key else "")
    target = folder / f"{PREFIX}{night:%Y-%m-%d}{kind}"
    if target.exists():
        return None
    make(db, target, settings.key)
    for old in sorted(folder.glob(f"{PREFIX}*"), reverse=True)[settings.keep :]:
        old.unlink()
    return target


# ── parts ───────────────────────────────────────────────────────────────────────────────────────


def _file_of(db: Database) -> Path:
    return Path(str(make_url(db.url).database))


def _beside(db: Database) -> Path | None:
    if not db.is_sqlite:
        return None
    _file_of(db).parent.mkdir(parents=True, exist_ok=True)
    return _file_of(db).parent


def _has_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _vacuum_into(source: Path, copy: Path) -> None:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=20)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def _keep(copy: Path, target: Path) -> None:
    """Give a finished file its name, once its bytes are on the disk."""
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    copy.replace(target)


def _check_empty(db: Database) -> None:
    if db.is_sqlite:
        if _has_something(_file_of(db)):
            raise Refused(f"{_file_of(db)} 已经有数据了，只能恢复到空的地方 / not empty")
    elif inspect(db.engine).get_table_names():
        raise Refused("这个数据库已经有表了，只能恢复到空的地方 / the database is not empty")


def _advice(good: Path | None) -> str:
    if good is None:
        return "没有找到好的备份，请找懂电脑的人"
    return f"最新的好备份是 {good}；把坏的文件移走，再运行 yure db restore {good}"


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(18) == b"age-encryption.org"


def _encrypted(copy: Path, key: str) -> Path:
    pyrage = _pyrage()
    sealed = copy.with_name("sealed")
    try:
        recipient = pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise Refused(f"[backup] key 不是 age 公钥 / is no age public key: {key[:12]}…") from None
    pyrage.encrypt_file(str(copy), str(sealed), [recipient])
    return sealed


def _decrypt(source: Path, copy: Path, identity: str) -> None:
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


def _pg(program: str, db: Database, arguments: list[str]) -> None:
    """Run one of PostgreSQL's own programs; the password stays off the command line."""
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
