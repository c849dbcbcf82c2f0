"""How attempts ended, and what becomes of messages of which nobody knows whether they arrived.

What doubt means depends on the kind: answers, reminders, visit messages and what a person wrote are sent
a second time (a reminder's copy marked 重发); a notice waits for a person.
"""

import functools
from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto
from typing import Final

from sqlalchemy import ColumnElement, Update, bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.mail import CHANGED, PAUSED, Mail, Outbox, Sending
from bot.domain.people import Sender
from bot.outbox.claiming import READY

COPIES = 2
"""At most so many copies on the wire, ever."""
TWICE = frozenset({Mail.ANSWER, Mail.REMINDER, Mail.VISIT, Mail.PERSON, Mail.ALARM, Mail.VOICE})
DOUBT = "doubt"
OPEN = (Sending.SENDING, Sending.DOUBTFUL)


class Outcome(Enum):
    """How one attempt ended."""

    SENT = auto()
    BUSY = auto()
    UNREACHABLE = auto()
    DOUBTFUL = auto()
    FAILED = auto()


def confirm(session: Session, ids: Sequence[int], real: datetime) -> None:
    """These arrived. A late confirmation lifts a doubt, and withdraws the second copy not yet sent."""
    session.flush()
    session.connection().execute(_confirming(), {"ids": ids, "real": real})


@functools.cache
def _confirming() -> Update:
    """Made once: making it took longer than running it."""
    doubted = (Outbox.state == Sending.QUEUED) & (Outbox.reason == DOUBT)
    return (
        update(Outbox)
        .where(
            Outbox.id.in_(bindparam("ids", expanding=True)), or_(Outbox.state.in_(OPEN), doubted)
        )
        .values(state=Sending.SENT, settled_at=bindparam("real"), lease_until=None)
    )


def settle(
    session: Session, id_: int, outcome: Outcome, real: datetime, reason: str = "", attempt: int = 0
) -> None:
    """Write how an attempt ended. `attempt`: which one, where another process may be at the next by now."""
    if outcome is Outcome.SENT:
        confirm(session, [id_], real)
        return
    row = session.get(Outbox, id_, with_for_update=True, populate_existing=True)
    if row is None or (attempt and row.attempts != attempt):
        return
    doubted = row.state is Sending.QUEUED and row.reason == DOUBT
    if row.state not in OPEN and not doubted:
        return
    if outcome is Outcome.BUSY:
        _unsent(row)
    elif outcome is Outcome.DOUBTFUL:
        _doubt(row, real)
    else:
        _refused(session, row, outcome, real, reason)


def _unsent(row: Outbox) -> None:
    """It surely did not go out: the attempt is given back."""
    row.attempts -= 1
    row.state = _BACK.get(row.reason, Sending.QUEUED)
    row.lease_until, row.settled_at = None, None
    if row.attempts == 0 and row.reason not in _BACK:
        row.reason = ""


_BACK: Final = {CHANGED: Sending.CANCELLED, PAUSED: Sending.HELD}
"""What becomes of a message that was on the wire when this was written on it, and comes back unsent."""


def _doubt(row: Outbox, real: datetime) -> None:
    again = row.kind in TWICE and row.attempts < COPIES and row.reason != CHANGED
    row.lease_until, row.reason = None, DOUBT
    row.state = Sending.QUEUED if again else Sending.DOUBTFUL
    row.settled_at = None if again else real


def _refused(session: Session, row: Outbox, outcome: Outcome, real: datetime, reason: str) -> None:
    gone = outcome is Outcome.UNREACHABLE
    row.state = Sending.UNREACHABLE if gone else Sending.FAILED
    row.settled_at, row.lease_until, row.reason = real, None, reason
    if gone:
        session.execute(
            update(Sender)
            .where(Sender.channel == row.channel, Sender.address == row.address)
            .values(unreachable_at=real)
        )


def recover(session: Session, real: datetime, *, every: bool) -> int:
    """Messages whose sender died or stood still while sending become doubtful; returns how many.

    `every`: no other process sends, so whatever is being sent now was left behind.
    """
    query = select(Outbox).where(Outbox.state == Sending.SENDING)
    if not every:
        query = query.where(Outbox.lease_until < real)
    rows = session.scalars(query.with_for_update(skip_locked=True, of=Outbox)).all()
    for row in rows:
        _doubt(row, real)
    return len(rows)


def withdrawing(which: ColumnElement[bool]) -> Update:
    """Cancel what is not sent yet of messages that are not true any more, and the further copies of the rest.

    One statement: between two of them another process could move a message from one state to the other.
    """
    unsent = Outbox.state.in_([*READY, Sending.HELD])
    return (
        update(Outbox)
        .where(which, unsent | (Outbox.state == Sending.SENDING))
        .values(state=case((unsent, Sending.CANCELLED), else_=Outbox.state), reason=CHANGED)
    )


def cancelling(person_id: int, real: datetime, reason: str) -> Update:
    """Cancel everything not yet sent to a person who was paused, moved or died."""
    return (
        update(Outbox)
        .where(Outbox.person_id == person_id, Outbox.state.in_([*READY, Sending.HELD]))
        .values(state=Sending.CANCELLED, reason=reason, settled_at=real)
    )
