"""Inbox, outbox and reminders: what waits, for how long, and what waits for a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.checks.finding import Figure, Finding
from bot.domain.freeze import current
from bot.domain.mail import Heard, Inbox, Outbox, Sending
from bot.domain.occurrence import Occurrence, OccurrenceState
from bot.domain.pulse import SELFTEST
from bot.domain.wording import moment_words

SLOW: Final = timedelta(minutes=5)
RECENT: Final = 10_000
"""Settled messages are counted among the newest so many: the check costs the same however many there are."""
OPEN: Final = (
    Sending.QUEUED, Sending.WAITING, Sending.SENDING, Sending.DOUBTFUL, Sending.HELD,
)  # fmt: skip


def mail(session: Session, now: datetime) -> Iterator[Finding]:
    """`now`: the calendar's clock, by which messages and reminders are due."""
    yield _heard(session, now)
    yield _quarantined(session, now)
    yield _queued(session, now)
    yield _states(session)
    yield _late(session, now)
    yield _frozen(session)


def _heard(session: Session, now: datetime) -> Finding:
    new = (Inbox.state == Heard.NEW, Inbox.channel != SELFTEST)
    waiting = session.scalar(select(func.count(Inbox.id)).where(*new)) or 0
    oldest = session.scalar(select(func.min(Inbox.at)).where(*new))
    age = _seconds(now, oldest)
    slow = f"有{waiting}条来信超过5分钟没处理，请看余热是不是在运行（yure run）。"
    figures = (
        Figure("inbox_waiting", waiting),
        Figure("inbox_oldest_seconds", age),
        Figure("inbox_heard_total", session.scalar(select(func.max(Inbox.id))) or 0),
    )
    trouble = slow if age >= SLOW.total_seconds() else ""
    return Finding("inbox", "来信", trouble, figures=figures)


def _quarantined(session: Session, now: datetime) -> Finding:
    lately = (Inbox.state == Heard.QUARANTINED, Inbox.at > now - timedelta(days=7))
    count = session.scalar(select(func.count(Inbox.id)).where(*lately)) or 0
    words = f"一周里有{count}条来信没能办成，请看 yure inbox list --state quarantined。"
    figures = (Figure("inbox_quarantined", count),)
    return Finding(
        "quarantined", "没办成的来信", words if count else "", alarm=False, figures=figures
    )


def _queued(session: Session, now: datetime) -> Finding:
    """Answers must leave at once; a notice to many may take its hour."""
    due = (Outbox.state == Sending.QUEUED, Outbox.due_at <= now)
    oldest = session.scalar(select(func.min(Outbox.due_at)).where(*due))
    answer = session.scalar(select(func.min(Outbox.due_at)).where(*due, Outbox.lane == 0))
    slow = "有回答超过5分钟没发出去，请看网络，再看是哪个渠道不好。"
    figures = (
        Figure("outbox_oldest_seconds", _seconds(now, oldest)),
        Figure("outbox_oldest_answer_seconds", _seconds(now, answer)),
        Figure("outbox_written_total", session.scalar(select(func.max(Outbox.id))) or 0),
    )
    trouble = slow if _seconds(now, answer) >= SLOW.total_seconds() else ""
    return Finding("outbox", "要发的消息", trouble, figures=figures)


def _states(session: Session) -> Finding:
    """How many stand where; of doubtful ones nobody knows whether they arrived."""
    still = select(Outbox.state, func.count()).where(Outbox.state.in_(OPEN)).group_by(Outbox.state)
    counts = dict.fromkeys(OPEN, 0) | {row[0]: row[1] for row in session.execute(still)}
    newest = select(Outbox.state).order_by(Outbox.id.desc()).limit(RECENT).subquery()
    recent = select(newest.c.state, func.count()).group_by(newest.c.state)
    settled = {row[0]: row[1] for row in session.execute(recent) if row[0] not in OPEN}
    doubtful = counts[Sending.DOUBTFUL]
    words = f"有{doubtful}条消息不知道送到没有，请看 yure outbox list --state doubtful。"
    figures = (
        *(Figure("outbox", n, state.value) for state, n in counts.items()),
        *(Figure("outbox_recent", n, state.value) for state, n in settled.items()),
    )
    return Finding(
        "doubtful", "存疑的消息", words if doubtful else "", alarm=False, figures=figures
    )


def _late(session: Session, now: datetime) -> Finding:
    planned = (Occurrence.state == OccurrenceState.PLANNED, Occurrence.next_at < now - SLOW)
    late = session.scalar(select(func.count(Occurrence.id)).where(*planned)) or 0
    words = f"有{late}件提醒到点没有办，请看余热是不是在运行（yure run）。"
    return Finding(
        "reminders", "提醒", words if late else "", figures=(Figure("reminders_late", late),)
    )


def _frozen(session: Session) -> Finding:
    """An alarm on purpose: what is stopped and forgotten reaches nobody. No name: /health is open."""
    on = session.scalars(current()).unique().first()
    words = f"{moment_words(on.at)}起全停，通知和提醒都没有在发，请在工作台恢复。" if on else ""
    return Finding("freeze", "全停", words, figures=(Figure("frozen", on is not None),))


def _seconds(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
