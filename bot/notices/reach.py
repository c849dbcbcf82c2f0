"""Who can be written to now, and how many of an audience these are."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import notices
from bot.domain.notices import Audience, Count, Reach
from bot.outbox import WEB_REACH
from bot.talk import Can, Rows

TERMINAL = "terminal"
"""The terminal fetches, but whoever was given one is taken to look at it."""


def reach_of(channels: Mapping[str, Can], now: datetime) -> Reach:
    """The rule of `Post.reach` for these channels at this moment."""
    fetching = frozenset(name for name, can in channels.items() if not can.push)
    seen = fetching - {TERMINAL}
    return Reach(frozenset(channels) - seen, seen, now - WEB_REACH, fetching)


def count(rows: Rows, audience: Audience, reach: Reach) -> Count:
    """An audience by reach: who can be written to, who must be called."""
    everybody = rows.all(notices.size(audience))[0]
    reachable = rows.all(notices.reachable(audience, reach))[0]
    return Count(reachable, everybody - reachable)
