"""Which keys a deployment seals with: found or made at the start, changed by `yure key rotate`.

The database knows the ids of the keys that have sealed something in it. A start without one of them is
refused: made anew, the key would lock everything away for good.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, inspect, or_, select
from sqlalchemy.orm import Session

from bot import keyring
from bot.db import Database, insert_once
from bot.domain.base import Refused
from bot.domain.sealed import SealingKey, sealed_in, tables
from bot.keyring import KeyRing, KeyTrouble, NoKeyFile

BATCH = 500
"""Rows sealed anew in one transaction: another writer waits for one batch at the most."""


def path_of(folder: Path, key_file: str) -> Path:
    """Where the keys stand: outside the data folder, so that whoever copies that has not got them."""
    whole = folder.resolve()
    return Path(key_file) if key_file else whole.with_name(f"{whole.name}.key")


def open_keys(db: Database, path: Path, real: datetime) -> KeyRing:
    """Use the keys of a file, made where this is the first start.

    Raises Refused where the database was sealed with a key that is not there.
    """
    known = _known(db)
    try:
        ring = keyring.load(path)
    except NoKeyFile:
        if known:
            raise Refused(_lost(path)) from None
        ring = keyring.make(path, keyring.new_key(real))
    except KeyTrouble as trouble:
        raise Refused(str(trouble)) from None
    if known - {key.name for key in ring.keys}:
        raise Refused(_lost(path))
    keyring.use(ring)
    return ring


def note_key(db: Database, ring: KeyRing) -> None:
    """Note in the database with which key it is sealed from now on; the tables are there."""
    if ring.current.name not in _known(db):
        db.write_now(lambda session: _note(session, ring.current))


def _note(session: Session, key: keyring.Key) -> None:
    # Once, whichever of several processes comes first: at the first start of all they note the same key.
    row = {"id": key.name, "made_at": key.made}
    insert_once(session, SealingKey, [row], returning=SealingKey.id)


def trouble_with(db: Database, folder: Path, path: Path) -> str:
    """What is wrong with the key file, "" when nothing (`yure doctor`)."""
    try:
        ring = keyring.load(path)
    except KeyTrouble as trouble:
        return str(trouble)
    if _known(db) - {key.name for key in ring.keys}:
        return _lost(path)
    if path.resolve().is_relative_to(folder.resolve()):
        return f"密钥文件 {path} 在数据目录里，拿走数据的人也就拿走了密钥。请移出去，写进 [data] key_file。"
    if os.name == "posix" and path.stat().st_mode & 0o077:
        return f"别的用户也读得到密钥文件，请运行 chmod 600 {path}。"
    return ""


def _lost(path: Path) -> str:
    return (
        f"密钥不对：{path} 里没有这些数据用的密钥。请把原来的密钥文件放回去，"
        "或者在 [data] key_file 写明它在哪里；没有它，电话、住址都读不出来 / the key of these data is missing"
    )


def _known(db: Database) -> frozenset[str]:
    """The ids of the keys that something here is sealed with."""
    if not inspect(db.engine).has_table(SealingKey.__tablename__):
        return frozenset()
    query = select(SealingKey.id).where(SealingKey.ended_at.is_(None))
    return frozenset(db.read_now(lambda session: session.scalars(query).all()))


# ── another key ─────────────────────────────────────────────────────────────────────────────────


def rotate(db: Database, ring: KeyRing, real: datetime, *, fresh: bool) -> Iterator[int]:
    """Seal everything with the current key, a batch a transaction; yields rows done so far.

    `fresh`: with a new one. Broken off, it is taken up by calling it again without.
    """
    if fresh:
        key = keyring.new_key(real)
        # First known here: a process that stops between both still finds every key it needs.
        ring.add(key)
        db.write_now(lambda session: _note(session, key))
    done = 0
    for table in tables():
        while changed := db.write_now(_batch(table, ring)):
            done += changed
            yield done
    db.write_now(lambda session: _end_others(session, ring, real))


def left(session: Session, ring: KeyRing) -> int:
    """How many rows are sealed with an older key."""
    return sum(
        session.scalar(select(func.count()).select_from(table).where(_is_old(table, ring))) or 0
        for table in tables()
    )


def forget(db: Database, ring: KeyRing) -> int:
    """Drop the older keys; returns how many. Raises Refused while a row still needs one."""
    if rows := db.read_now(lambda session: left(session, ring)):
        raise Refused(
            f"还有{rows}行用旧的密钥，请先运行 yure key rotate --resume / rows still need it"
        )
    old = [key.id for key in ring.keys[:-1]]
    ring.forget(old)
    return len(old)


def _batch(table: type[Any], ring: KeyRing) -> Callable[[Session], int]:
    def job(session: Session) -> int:
        rows = session.scalars(select(table).where(_is_old(table, ring)).limit(BATCH)).unique()
        found = rows.all()
        for row in found:
            for it in sealed_in(table).values():
                it.seal_anew(row)
        return len(found)

    return job


def _is_old(table: type[Any], ring: KeyRing) -> Any:
    """Whether something of a row is sealed with another key than the current one."""
    head = keyring.head_of(ring.current)
    columns = [getattr(table, it.column) for it in sealed_in(table).values()]
    return or_(*(
        (func.length(column) > 0) & (func.substr(column, 1, len(head)) != head) for column in columns
    ))  # fmt: skip


def _end_others(session: Session, ring: KeyRing, real: datetime) -> None:
    for row in session.scalars(select(SealingKey).where(SealingKey.ended_at.is_(None))):
        if row.id != ring.current.name:
            row.ended_at = real
