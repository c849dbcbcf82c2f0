"""Makes one backup, and brings one back."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import inspect, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bot.backup.files import LEFT, fault_in, file_of, has_tables, keep, put_log_aside, vacuum_into
from bot.backup.tools import decrypt, encrypt, is_encrypted, pg
from bot.db import Database
from bot.domain.base import Refused
from bot.domain.mail import Outbox, Sending

RESTORED = "restored"
PENDING = (Sending.QUEUED, Sending.WAITING, Sending.SENDING)


@contextmanager
def _on_disk() -> Iterator[None]:
    """A place that can't be written to, and a disk that is full, in words. Raises Refused."""
    try:
        yield
    except OSError as error:
        raise Refused(
            f"{error.filename or ''} 用不了，请看地方对不对、磁盘满没满 / can't be used: {error.strerror}"
        ) from None


@_on_disk()
def make(db: Database, target: Path, key: str = "") -> None:
    """Write a backup to `target`, which must not exist; checked before it gets its name.

    `key`: an age public key; then nothing readable is ever written beside `target`. Raises Refused where the
    place is taken or what was written is not sound.
    """
    if target.exists():
        raise Refused(f"{target} 已经有了，请换个名字 / exists already")
    target.parent.mkdir(parents=True, exist_ok=True)
    plain = _beside(db) if key else target.parent
    with (
        TemporaryDirectory(dir=plain, prefix=LEFT) as here,
        TemporaryDirectory(dir=target.parent, prefix=LEFT) as there,
    ):
        copy = Path(here) / "copy"
        if db.is_sqlite:
            vacuum_into(file_of(db), copy)
        else:
            pg("pg_dump", db, ["--format=custom", f"--file={copy}"])
        if trouble := fault_in(copy):
            raise Refused(f"备份没有做好：{trouble} / the backup is not sound")
        if key:
            sealed = Path(there) / "sealed"
            encrypt(copy, sealed, key)
            copy = sealed
        keep(copy, target)


@_on_disk()
def restore(db: Database, source: Path, identity: str = "") -> int:
    """Bring a backup back into an empty place; returns how many messages are held.

    `identity`: the age secret key of an encrypted one. Raises Refused where the place is not empty.
    """
    if not source.exists():
        raise Refused(f"{source} 没有这个文件 / no such file")
    _check_empty(db)
    with TemporaryDirectory(dir=_beside(db), prefix=LEFT) as folder:
        copy = Path(folder) / "copy"
        if is_encrypted(source):
            decrypt(source, copy, identity)
        else:
            shutil.copyfile(source, copy)
        if trouble := fault_in(copy):
            raise Refused(f"{source} 不是完好的备份：{trouble} / not a sound backup")
        if db.is_sqlite:
            db.engine.dispose()
            put_log_aside(file_of(db))
            keep(copy, file_of(db))
        else:
            name = make_url(db.url).database
            # In one transaction: what breaks off leaves an empty place, where it can be tried again.
            whole = ("--no-owner", "--single-transaction", f"--dbname={name}")
            pg("pg_restore", db, [*whole, str(copy)])
    return hold(db)


def hold(db: Database) -> int:
    """Hold everything that is still to be sent, for it may have gone out since the backup; returns how many."""
    return db.write_now(_hold)


def _hold(session: Session) -> int:
    done = session.execute(
        update(Outbox).where(Outbox.state.in_(PENDING)).values(state=Sending.HELD, reason=RESTORED)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _beside(db: Database) -> Path | None:
    if not db.is_sqlite:
        return None
    file_of(db).parent.mkdir(parents=True, exist_ok=True)
    return file_of(db).parent


def _check_empty(db: Database) -> None:
    if db.is_sqlite:
        if has_tables(file_of(db)):
            raise Refused(f"{file_of(db)} 已经有数据了，只能恢复到空的地方 / not empty")
    elif inspect(db.engine).get_table_names():
        raise Refused("这个数据库已经有表了，只能恢复到空的地方 / the database is not empty")
