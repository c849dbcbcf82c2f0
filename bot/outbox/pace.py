"""How fast a channel may send, kept in one row a channel for all processes (the GCRA of queueing theory).

Each message moves `free_at` on by 1/rate and leaves at the moment that it took, not before: so messages leave
one by one and evenly, whoever sends them. A few moments are taken ahead, so that the way to the database costs none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.db import database_seconds, insert_once
from bot.domain.mail import Pace

AHEAD = 0.15
"""Seconds for which moments may be taken ahead."""
LONGEST = 600.0
"""Seconds that anybody waits at the most. What lies further ahead was written by a clock that has been put back."""


@dataclass(frozen=True, slots=True)
class Permits:
    """How many messages may leave (`most`), in how many seconds the first of them, and when to ask for the next."""

    most: int
    first: float
    wait: float
    resting: Mapping[str, float]
    """Addresses whose turn has not come yet, and in how many seconds it does."""


def permits(session: Session, channel: str, a_second: float, most: int) -> Permits:
    """How many messages may leave on a channel, up to `most`; the row stays locked until the commit."""
    row = _row(session, channel)
    now = database_seconds(session)
    first = _until(row.free_at, now)
    # A little more than none, for rounding must not take a moment away.
    free = int((AHEAD - first) * a_second + 1 + 1e-6) if first <= AHEAD else 0
    resting = {address: left for address, at in row.resting.items() if (left := _until(at, now))}
    return Permits(min(most, free), first, max(0.0, first - AHEAD), resting)


def used(session: Session, channel: str, a_second: float, count: int) -> float:
    """Count messages whose moments are taken; returns in how many seconds the next may be."""
    row, now = _row(session, channel), database_seconds(session)
    row.free_at = now + _until(row.free_at, now) + count / a_second
    session.flush()
    return permits(session, channel, a_second, 1).wait


def pause(session: Session, channel: str, seconds: float) -> None:
    """The channel asked everybody to wait: to the end, nothing is made good meanwhile."""
    row, now = _row(session, channel), database_seconds(session)
    row.free_at = now + max(_until(row.free_at, now), min(seconds, LONGEST))


def rest(session: Session, channel: str, addresses: Mapping[str, float]) -> None:
    """For so many seconds from now nobody sends anything to these."""
    row, now = _row(session, channel), database_seconds(session)
    left = {address: seconds for address, at in row.resting.items() if (seconds := _until(at, now))}
    for address, seconds in addresses.items():
        left[address] = max(left.get(address, 0.0), min(seconds, LONGEST))
    row.resting = {address: now + seconds for address, seconds in left.items()}


def _until(at: float, now: float) -> float:
    """Seconds from `now` until `at`, 0 where that is past, or so far ahead that no clock of today wrote it."""
    return at - now if 0 < at - now <= LONGEST + 1 else 0.0


def _row(session: Session, channel: str) -> Pace:
    row = session.get(Pace, channel, with_for_update=True, populate_existing=True)
    if row is None:
        insert_once(session, Pace, [{"channel": channel, "free_at": 0.0}], returning=Pace.channel)
        row = session.get_one(Pace, channel, with_for_update=True, populate_existing=True)
    return row
