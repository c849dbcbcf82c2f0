"""What coordinators taught: from the table to the data folder's lexicon, and the refitted weights into use."""

import asyncio
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from sqlalchemy.orm import Session

from bot.domain.doubt import SOMEBODY, taught
from bot.log import log
from bot.understand import load

LOOK_EVERY: Final = 60.0
"""Seconds between looks for a model that was refitted beside the running product."""
_HEAD: Final = "# 联络员教的话，由 yure understand --retrain 写；手写的请另放一个文件。\n"


def write_taught(session: Session, data_dir: Path) -> int:
    """Write `lexicon/taught.txt` anew from what was taught; returns how many texts. Other files there stay."""
    lines = [
        f"{row.label}\t{row.text.replace(SOMEBODY, '<人>')}\n" for row in session.scalars(taught())
    ]
    folder = data_dir / "lexicon"
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / "taught.new"
    beside.write_text(_HEAD + "".join(lines), encoding="utf-8")
    beside.replace(folder / "taught.txt")
    return len(lines)


class Learned:
    """Takes the data folder's weights into use, at the start and whenever they are refitted."""

    def __init__(self, data_dir: Path) -> None:
        """Nothing is read yet."""
        self.data_dir = data_dir
        self._seen = 0

    def look(self) -> bool:
        """Use the weights if they are new; False where there are none, or none that can be used."""
        path = self.data_dir / "model.npz"
        version = path.stat().st_mtime_ns if path.is_file() else 0
        if version == self._seen:
            return False
        self._seen = version
        try:
            return load(self.data_dir)
        except (ValueError, OSError, KeyError, EOFError, BadZipFile) as trouble:
            # Fitted for another release's labels: what comes with this release stays in use.
            log.warning("taught_model_not_used", reason=str(trouble)[:200])
            return False

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY)
