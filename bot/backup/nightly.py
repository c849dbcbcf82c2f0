"""The backup of each night."""

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.backup.copying import make
from bot.backup.files import LEFT, PREFIX, file_of
from bot.db import Database
from bot.log import log
from bot.now import SHANGHAI, Now, local

FOLDER: Final = "backups"
LOOK_EVERY: Final = 60.0
DAY: Final = 86_400.0
"""Seconds after which what lies there belongs to no backup that still runs."""
_NIGHTS: Final = f"{PREFIX}[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].*"
"""What a night's own file is called; what somebody put beside it under another name is theirs to remove."""


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
    _clear(now, folder, *([file_of(db).parent] if db.is_sqlite else []))
    make(db, target, settings.key)
    for old in sorted(folder.glob(_NIGHTS), reverse=True)[settings.keep :]:
        old.unlink()
    return target


def _clear(now: datetime, *folders: Path) -> None:
    """Remove what backups that were killed have left behind: whole copies, not yet encrypted."""
    for folder in folders:
        for left in folder.glob(f"{LEFT}*"):
            if now.timestamp() - left.stat().st_mtime > DAY:
                shutil.rmtree(left)
