"""What became of the first few of a notice, and what follows from it for the rest."""

from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.mail import Outbox, Sending
from bot.domain.notices import Notice
from bot.outbox import Post

_UNDER_WAY = frozenset({Sending.QUEUED, Sending.SENDING, Sending.HELD})


class Tried(Enum):
    """How a trial stands."""

    WAITS = auto()
    """Nothing has gone out yet, without network, say: there is nothing to look at."""
    WELL = auto()
    """Somebody has it; or it waits on pages only, which nobody needs to open so soon."""
    FAILED = auto()
    """Nobody has it, and nobody will."""
    UNKNOWN = auto()
    """Nobody has it for sure: of some nobody knows."""


def tried(session: Session, notice: Notice, post: Post) -> Tried:
    """How the trial of a notice stands, by the messages that are pushed; all its messages are the trial's so far."""
    pushing = [name for name, can in post.channels.items() if can.push]
    query = (
        select(Outbox.state)
        .where(Outbox.notice_id == notice.id, Outbox.channel.in_(pushing))
        .distinct()
    )
    states = set(session.scalars(query))
    if not states or Sending.SENT in states:
        return Tried.WELL
    if states & _UNDER_WAY:
        return Tried.WAITS
    return Tried.UNKNOWN if Sending.DOUBTFUL in states else Tried.FAILED
