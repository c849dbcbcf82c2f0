"""The machine: room on the disk, and how old the newest backup is."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.checks.finding import Figure, Finding
from bot.domain.occurrence import ClockMark

MIB: Final = 2**20


def disk(folder: Path, least: int) -> Finding:
    """`least`: MiB that must be free."""
    free = shutil.disk_usage(folder).free
    words = f"磁盘只剩{free // MIB}兆，请清理或换大盘。"
    trouble = "" if free >= least * MIB else words
    return Finding("disk", "磁盘", trouble, figures=(Figure("disk_free_bytes", free),))


def backup(
    folder: Path, hours: int, mark: ClockMark | None, real: datetime, lacking: str
) -> Finding:
    """The newest file in the folder of backups; `mark`: since when this deployment runs; `lacking`: what none
    can be made without here.
    """
    files = folder.glob("yure-*") if folder.is_dir() else ()
    newest = max((path.stat().st_mtime for path in files), default=None)
    since = newest if newest is not None else (mark.first_at if mark else real).timestamp()
    age = max(0.0, real.timestamp() - since)
    figures = () if newest is None else (Figure("backup_age_seconds", age),)
    if lacking:
        return Finding("backup", "备份", lacking, figures=figures)
    if age <= hours * 3600:
        note = "" if newest is None else f"最近一份是{age / 3600:.0f}小时前的。"
        return Finding("backup", "备份", note=note, figures=figures)
    old = "还没有备份" if newest is None else f"最近一份备份已经是{age / 3600:.0f}小时前的"
    words = f"{old}，请看日志里的 backup failed，或者运行 yure db backup。"
    return Finding("backup", "备份", words, figures=figures)
