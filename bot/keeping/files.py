"""Files of the data folder that have been kept long enough: exports, pictures, recordings."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.folders import EXPORTS, MEDIA
from bot.domain.notices import Notice

PICTURES: Final = frozenset({".jpg", ".png", ".gif", ".webp", ".heic"})


def pictures_of_notices(session: Session) -> frozenset[str]:
    """The files that notices show: they stay as long as the notice."""
    return frozenset(item[2] for media in session.scalars(select(Notice.media)) for item in media)


def old_exports(data_dir: Path, before: datetime) -> list[Path]:
    """Exports older than `before`."""
    return list(_older(data_dir / EXPORTS, before))


def old_pictures(data_dir: Path, before: datetime, shown: frozenset[str]) -> list[Path]:
    """Pictures that people sent and that no notice shows (`shown`: paths in the data folder)."""
    return [
        path
        for path in _older(data_dir / MEDIA, before)
        if path.suffix in PICTURES and f"{MEDIA}/{path.name}" not in shown
    ]


def old_recordings(data_dir: Path, before: datetime, shown: frozenset[str]) -> list[Path]:
    """Recordings from the web page; clips of other channels lie in folders of their own (`bot.voice`)."""
    return [
        path
        for path in _older(data_dir / MEDIA, before)
        if path.suffix not in PICTURES and f"{MEDIA}/{path.name}" not in shown
    ]


def _older(folder: Path, before: datetime) -> Iterator[Path]:
    for path in folder.glob("*"):
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            yield path
