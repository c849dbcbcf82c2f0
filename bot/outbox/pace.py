"""How fast a channel may send, kept in one row a channel for all processes (the GCRA of queueing theory).

Each message moves `free_at` on by 1/rate. A message may leave when that moment is not further ahead than a
short burst allows; so over any second no more than rate + burst leave, whoever sends them.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db import database_seconds, insert_once
from bot.domain.mail import Pace

BURST_SECONDS = 0.15
"""What may be made good after a pause of the process: so many seconds' worth, one message at least."""


@dataclass(frozen=True, slots=True)
class Permits:
    """How many messages may leave now (`most`), and in how many seconds the next may."""

    most: int
    wait: float


def permits(session: Session, channel: str, a_second: float, most: int) -> Permits:
    """How many messages may leave on a channel now, up to `most`; the row stays locked until the commit."""
    now = database_seconds(session)
    gap = 1 / a_second
    early = max(_row(session, channel).free_at, now) - (now + _ahead(a_second))
    free = int(max(0.0, -early * a_second + 1e-6))
    return Permits(min(most, free), max(0.0, early + gap))


def used(session: Session, channel: str, a_second: float, count: int) -> float:
    """Count messages that leave now; returns in how many seconds the next may."""
    row = _row(session, channel)
    row.free_at = max(row.free_at, database_seconds(session)) + count / a_second
    session.flush()
    return permits(session, channel, a_second, 1).wait


def pause(session: Session, channel: str, a_second: float, seconds: float) -> None:
    """The channel asked everybody to wait: to the end, nothing is made good meanwhile."""
    row = _row(session, channel)
    row.free_at = max(row.free_at, database_seconds(session) + seconds + _ahead(a_second))


def _ahead(a_second: float) -> float:
    """Seconds by which a message may leave before its own moment."""
    return max(1 / a_second, BURST_SECONDS)


def _row(session: Session, channel: str) -> Pace:
    row = session.get(Pace, channel, with_for_update=True, populate_existing=True)
    if row is None:
        insert_once(session, Pace, [{"channel": channel, "free_at": 0.0}], returning=Pace.channel)
        row = session.get_one(Pace, channel, with_for_update=True, populate_existing=True)
    return row
