"""Ending browsers on which staff are signed in: nothing is opened any more, and nothing is sent there."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import cards, doors
from bot.domain.doors import CHANNEL, WebSession
from bot.domain.people import bound_to
from bot.now import real_now
from bot.talk import Rows


def end_sessions(rows: Rows, sessions: Sequence[WebSession], now: datetime) -> list[int]:
    """End these browsers; their ids. An address that no browser holds any more is nobody's from then on."""
    for one in sessions:
        one.ended_at = real_now()
    rows.flush()
    for address in {one.address for one in sessions}:
        if not rows.all(doors.open_at(address)):
            cards.end(rows.all(bound_to(CHANNEL, address)), now)
    return [one.id for one in sessions]
