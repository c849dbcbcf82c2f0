"""`yure doctor` and /health: how each part is, in one Chinese sentence that says what to do."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.domain.mail import Heard, Inbox, Outbox, Sending
from bot.domain.occurrence import Occurrence, OccurrenceState
from bot.domain.voice import listeners
from bot.migrations import check
from bot.sealing import trouble_with
from bot.voice import installed
from bot.voice.hearing import trouble_with as deaf
from bot.voice.settings import VoiceSettings
from bot.voice.speaking import MISSING

HEARD_BY_PEOPLE = "没有配模型，会员的语音转给联络员；要自动听，请看 [voice] listen_model。"
LOW_DISK = 500 * 1024 * 1024
SLOW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, and what is wrong ("" when well)."""

    part: str
    trouble: str
    note: str = ""
    """What is well but good to know."""

    @property
    def well(self) -> bool:
        """Whether there is nothing to do."""
        return not self.trouble


def findings(
    db: Database,
    folder: Path,
    real: datetime,
    states: Mapping[str, str],
    voice: VoiceSettings,
    keys: Path,
) -> Iterator[Finding]:
    """All checks. `states`: what each channel says of itself; `voice`: the section [voice]; `keys`: the key file."""
    schema = check(db)
    yield Finding("数据库版本", schema)
    yield Finding("磁盘", _disk(folder))
    yield Finding("密钥", trouble_with(db, folder, keys))
    yield from (Finding(f"渠道 {name}", trouble) for name, trouble in states.items())
    yield Finding("听语音", deaf(voice), "" if voice.listen_model else HEARD_BY_PEOPLE)
    if not schema:
        yield _aloud(db.read_now(lambda session: session.scalar(listeners()) or 0))
        for part, question in QUESTIONS.items():
            yield Finding(part, db.read_now(lambda session, ask=question: ask(session, real)))  # type: ignore[misc]


def _aloud(devices: int) -> Finding:
    """Without the extra `[voice]` nothing is wrong until somebody is waiting to be read to."""
    if installed():
        return Finding("朗读", "", f"有{devices}部手机在听。" if devices else "")
    return Finding("朗读", f"有{devices}部手机要听，可是{MISSING}" if devices else "", MISSING)


def _disk(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    return "" if free > LOW_DISK else f"磁盘只剩{free // 2**20}兆，请清理或换大盘。"


def _oldest_heard(session: Session, real: datetime) -> str:
    new = Inbox.state == Heard.NEW
    waiting = session.scalar(select(func.count(Inbox.id)).where(new))
    oldest = session.scalar(select(func.min(Inbox.at)).where(new))
    if oldest is None or real - oldest < SLOW:
        return ""
    return f"有{waiting}条来信超过5分钟没处理，请看余热是不是在运行（yure run）。"


def _quarantined(session: Session, real: datetime) -> str:
    count = session.scalar(
        select(func.count(Inbox.id)).where(
            Inbox.state == Heard.QUARANTINED, Inbox.at > real - timedelta(days=7)
        )
    )
    return (
        f"一周里有{count}条来信没能办成，请看 yure inbox list --state quarantined。"
        if count
        else ""
    )


def _doubtful(session: Session, real: datetime) -> str:
    count = session.scalar(select(func.count(Outbox.id)).where(Outbox.state == Sending.DOUBTFUL))
    return (
        f"有{count}条消息不知道送到没有，请看 yure outbox list --state doubtful。" if count else ""
    )


def _late(session: Session, real: datetime) -> str:
    late = session.scalar(
        select(func.count(Occurrence.id)).where(
            Occurrence.state == OccurrenceState.PLANNED, Occurrence.next_at < real - SLOW
        )
    )
    return f"有{late}件提醒到点没有办，请看余热是不是在运行（yure run）。" if late else ""


QUESTIONS = {
    "来信": _oldest_heard,
    "没办成的来信": _quarantined,
    "存疑的消息": _doubtful,
    "提醒": _late,
}
