"""Reminders and messages that reached nobody: who must be called, and what came too late to be sent.

How a call ended is kept as the reason of the message itself: it is what became of it.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, or_, select

from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.people import Person, Status

KINDS: Final = (Mail.REMINDER, Mail.VISIT, Mail.PERSON)
"""Notices have a call list of their own; an answer was asked for by somebody who is there."""
CALLED_WITHIN: Final = timedelta(days=7)
TOLD_WITHIN: Final = timedelta(days=3)
"""What came too late and was older is not worth a look any more."""
DONE: Final = ("told", "kin", "noted")
"""Reasons on a message that somebody has seen to."""
LATE_MARK: Final = "（补发）"
"""Stands before a reminder that goes out late."""
TRIED: Final = ("no_answer", "wrong_number")
TOO_LATE: Final = ("too_late", "quiet_hours")
_LANES: Final = (0, 1)
"""Both, named so that the index is used."""


def to_call(now: datetime) -> Select[Any]:
    """Messages still of use whose reader can't be written to; whom nobody tried first, then by 编号."""
    return (
        _since(now - CALLED_WITHIN, Sending.UNREACHABLE, Sending.FAILED)
        .where(
            or_(Outbox.useful_until.is_(None), Outbox.useful_until > now),
            Outbox.reason.not_in(DONE),
        )
        .order_by(Outbox.reason.in_(TRIED), Person.number, Outbox.id)
    )


def came_too_late(now: datetime) -> Select[Any]:
    """Reminders that were not sent because their time was over, the latest first."""
    return (
        _since(now - TOLD_WITHIN, Sending.EXPIRED)
        .where(Outbox.kind == Mail.REMINDER, Outbox.reason.in_(TOO_LATE))
        .order_by(Outbox.id.desc())
    )


def whom(found: Select[Any]) -> Select[Any]:
    """Of these messages only (person, name, since when due, number)."""
    columns: list[Any] = [Outbox.person_id, Person.name, Outbox.due_at, Outbox.id]
    return found.with_only_columns(*columns)


def _since(moment: datetime, *states: Sending) -> Select[Any]:
    return (
        select(Outbox)
        .join(Person, Person.id == Outbox.person_id)
        .where(
            Outbox.state.in_(states),
            Outbox.lane.in_(_LANES),
            Outbox.due_at >= moment,
            Outbox.kind.in_(KINDS),
            Person.status == Status.ACTIVE,
        )
    )
