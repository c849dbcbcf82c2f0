"""A power cut: what was written and not synced is gone, or half of it.

    python -m tests.faults power --rounds 200

The product's own `Database` and inbox run on a disk of our making (a VFS of apsw) that remembers what a real
one may forget: every write since the file's last sync. At random moments we take down what would be left
on the disk, with any part of the unsynced writes, and what had been acknowledged by then; afterwards each
of these disks is opened with plain SQLite and compared.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw
from sqlalchemy import event

from bot import inbox
from bot.db import Database
from bot.domain.base import Base
from bot.now import real_now
from bot.talk import Said
from tests.faults.apsw_dialect import register

VFS = "forgetful"
WRITERS = 8


@dataclass
class Found:
    """What the cuts found."""

    lost: int = 0
    damaged: int = 0
    cuts: int = 0
    acknowledged: int = 0
    unsynced_writes: int = 0
    must_lose: bool = False

    @property
    def bad(self) -> bool:
        """Whether a bar is missed; the careless run must show that losses are seen."""
        return not self.lost if self.must_lose else bool(self.lost or self.damaged)


@dataclass
class Cut:
    """What is on the disk after a cut, and what had been acknowledged."""

    files: dict[str, bytes]
    acknowledged: frozenset[str]


@dataclass
class Disk:
    """Every file as it surely is, and the writes since that may be lost."""

    chance: random.Random
    left: int
    """Cuts still to come."""
    sure: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[tuple[int, bytes | None]]] = field(default_factory=dict)
    """Of each file (offset, data); (size, None) cuts it off there."""
    acknowledged: set[str] = field(default_factory=set)
    cuts: list[Cut] = field(default_factory=list)
    unsynced: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def write(self, name: str, offset: int, data: bytes | None) -> None:
        """Not sure yet."""
        with self.lock:
            self.pending.setdefault(name, []).append((offset, data))
            self._perhaps_cut()

    def sync(self, name: str) -> None:
        """All that was written to this file is sure from now on."""
        with self.lock:
            self._perhaps_cut()
            content = self.sure.setdefault(name, bytearray())
            for change in self.pending.pop(name, []):
                _apply(content, change)

    def forget(self, name: str) -> None:
        """The file was removed."""
        with self.lock:
            self.sure.pop(name, None)
            self.pending.pop(name, None)

    def _perhaps_cut(self) -> None:
        if self.left and self.acknowledged and self.chance.random() < 0.2:
            self.left -= 1
            self.cuts.append(Cut(self._remains(), frozenset(self.acknowledged)))

    def _remains(self) -> dict[str, bytes]:
        """What is sure, and of the rest whatever the disk happened to have written: none, some, all."""
        files = {}
        for name in self.sure.keys() | self.pending.keys():
            content = bytearray(self.sure.get(name, b""))
            share = self.chance.choice((0.0, 0.0, 0.5, 1.0))
            for change in self.pending.get(name, []):
                self.unsynced += 1
                if self.chance.random() < share:
                    _apply(content, change)
            files[Path(name).name] = bytes(content)
        return files


def _apply(content: bytearray, change: tuple[int, bytes | None]) -> None:
    offset, data = change
    if data is None:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class _File(apsw.VFSFile):
    """A file of the real disk that tells ours what is done to it."""

    def __init__(self, disk: Disk, name: object, flags: list[int]) -> None:
        self.disk = disk
        self.name = name.filename() if isinstance(name, apsw.URIFilename) else str(name or "")
        super().__init__("", name, flags)  # type: ignore[arg-type]

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - apsw's names
        self.disk.write(self.name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.write(self.name, size, None)
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.disk.sync(self.name)


class _Vfs(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        super().__init__(VFS, "")

    def xOpen(self, name: object, flags: list[int]) -> _File:  # noqa: N802
        return _File(self.disk, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        self.disk.forget(name)
        super().xDelete(name, sync)


def run(cuts: int, *, careless: bool = False, seed: int = 1) -> Found:
    """Members write until so many cuts were taken. `careless`: without the syncs that the product asks for."""
    disk = Disk(random.Random(seed), cuts)
    with tempfile.TemporaryDirectory() as folder:
        with _database(disk, Path(folder) / "yure.db", careless=careless) as db:
            Base.metadata.create_all(db.engine)
            threads = [threading.Thread(target=_write, args=(db, disk, n)) for n in range(WRITERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        found = Found(cuts=len(disk.cuts), acknowledged=len(disk.acknowledged), must_lose=careless)
        found.unsynced_writes = disk.unsynced
        for number, cut in enumerate(disk.cuts):
            _judge(cut, Path(folder) / str(number), found)
    return found


@contextmanager
def _database(disk: Disk, path: Path, *, careless: bool) -> Iterator[Database]:
    register()
    vfs = _Vfs(disk)
    db = Database(f"sqlite+apsw:///{path}?vfs={VFS}")
    if careless:

        @event.listens_for(db.engine, "connect")
        def _careless(connection: sqlite3.Connection, record: object) -> None:
            connection.cursor().execute("PRAGMA synchronous=NORMAL")

    try:
        yield db
    finally:
        db.close()
        vfs.unregister()


def _write(db: Database, disk: Disk, who: int) -> None:
    """One member after the other message, each acknowledged when the product would show its ✓."""
    number = 0
    while disk.left:
        number += 1
        said = Said("terminal", f"m{who}", f"{who}:{number}", real_now(), "请人上门" * 20)
        db.write_now(lambda session, said=said: inbox.accept(session, [said], (), real_now()))  # type: ignore[misc]
        with disk.lock:
            disk.acknowledged.add(said.id)


def _judge(cut: Cut, folder: Path, found: Found) -> None:
    """Open what is left as the product would after the cut."""
    folder.mkdir()
    for name, content in cut.files.items():
        if not name.endswith("-shm"):
            (folder / name).write_bytes(content)
    try:
        with closing(sqlite3.connect(folder / "yure.db")) as connection:
            sound = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
            tables = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'inbox'"
            ).fetchall()
            query = "SELECT update_id FROM inbox" if tables else "SELECT 1 WHERE 0"
            kept = {row[0] for row in connection.execute(query)}
    except sqlite3.DatabaseError:
        kept, sound = set(), False
    found.damaged += not sound
    found.lost += bool(cut.acknowledged - kept)
