"""Taking messages out of the outbox: claimed for sending, or fetched by a page; each committed first."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.freeze import may_go
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.people import Person, Status
from bot.outbox.shared import Shared
from bot.talk import Reply

LEASE = timedelta(seconds=60)
READY = (Sending.QUEUED, Sending.WAITING)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message on its way to a channel."""

    id: int
    channel: str
    address: str
    reply: Reply
    attempt: int = 1
    lane: int = 0
    until: datetime | None = None
    """Until when (real time) it is this process that may send it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one process asks for on one channel."""

    worker: str
    channel: str
    most: int
    bulk: int
    """Of these at the most so many that are neither answers nor alarms."""
    resting: Sequence[str] = ()
    """Addresses whose turn has not come yet: a chat that was just written to."""


def is_due(now: datetime) -> ColumnElement[bool]:
    """Its moment has come; what was due when it was made is due on every clock (a command may run on a
    calendar ahead of the product's).
    """
    return or_(Outbox.due_at <= now, Outbox.due_at <= Outbox.created_at)


def live(now: datetime, channels: Iterable[str], what: Any = Outbox.id) -> Select[Any]:
    """Messages that are due on these channels (`what` of them): answers first, then the oldest."""
    return (
        select(what)
        .where(
            Outbox.state == Sending.QUEUED,
            is_due(now),
            Outbox.channel.in_(list(channels)),
            may_go(),
        )
        .order_by(Outbox.lane, Outbox.due_at, Outbox.id)
    )


def claim(session: Session, wanted: Wanted, now: datetime, real: datetime) -> list[Outgoing]:
    """Take due messages, one an address and in order, answers first, and commit them as `sending`.

    The attempt is counted here, before the call, so a copy that may have gone out is never forgotten.
    """
    taken: dict[str, Outgoing] = {}
    bulk = wanted.bulk
    rows = session.scalars(_claimable(wanted, now)).all()
    shared = Shared(session, rows)
    for row in rows:
        if row.address in taken or (row.lane and bulk <= 0):
            continue
        if not _still_wanted(session, row, now, real) or shared.has(row, real):
            continue
        bulk -= row.lane > 0
        taken[row.address] = Outgoing(
            row.id, row.channel, row.address, _marked(Reply.from_values(row.reply), row),
            row.attempts + 1, row.lane, real + LEASE,
        )  # fmt: skip
    if taken:
        session.execute(
            update(Outbox)
            .where(Outbox.id.in_([message.id for message in taken.values()]))
            .values(
                state=Sending.SENDING, claimed_by=wanted.worker, lease_until=real + LEASE,
                attempts=Outbox.attempts + 1,
            ),
            execution_options={"synchronize_session": False},
        )  # fmt: skip
    return list(taken.values())


@functools.cache
def _earlier() -> type[Outbox]:
    """The same table under another name; made once, for making it costs more than the query."""
    return aliased(Outbox)


def _claimable(wanted: Wanted, now: datetime) -> Select[Outbox]:
    earlier = _earlier()
    ahead = select(earlier.id).where(
        earlier.channel == Outbox.channel,
        earlier.address == Outbox.address,
        (earlier.state == Sending.SENDING)
        | (
            (earlier.state == Sending.QUEUED)
            & or_(earlier.due_at <= now, earlier.due_at <= earlier.created_at)
            & (earlier.lane == Outbox.lane)
            & (earlier.id < Outbox.id)
            & may_go(earlier)
        ),
    )
    query = live(now, [wanted.channel], Outbox).where(~ahead.exists())
    if wanted.resting:
        query = query.where(Outbox.address.not_in(wanted.resting))
    if wanted.bulk <= 0:
        query = query.where(Outbox.lane == 0)
    return query.limit(wanted.most).with_for_update(skip_locked=True, of=Outbox)


def _still_wanted(session: Session, row: Outbox, now: datetime, real: datetime) -> bool:
    """Settle what is too late or must not arrive any more; True for the rest."""
    person = session.get(Person, row.person_id) if row.person_id else None
    if row.useful_until is not None and row.useful_until < now:
        row.state, row.reason, row.settled_at = Sending.EXPIRED, "too_late", real
    elif person is not None and person.status is not Status.ACTIVE:
        row.state, row.reason, row.settled_at = Sending.CANCELLED, person.status.value, real
    return row.state in READY


def _marked(reply: Reply, row: Outbox) -> Reply:
    """A reminder's second copy says so."""
    if row.kind is Mail.REMINDER and row.reason == "doubt":
        return replace(reply, text=f"（重发）{reply.text}")
    return reply


def fetch(
    session: Session, channel: str, addresses: Sequence[str], now: datetime, real: datetime
) -> list[tuple[str, Outgoing]]:
    """What waits for addresses of a channel that fetches, oldest first, marked as sent: (kind, message)."""
    query = (
        select(Outbox)
        .where(
            Outbox.channel == channel,
            Outbox.address.in_(addresses),
            Outbox.state.in_(READY),
            is_due(now),
            may_go(),
        )
        .order_by(Outbox.id)
        .with_for_update(skip_locked=True, of=Outbox)
    )
    taken = []
    rows = session.scalars(query).all()
    shared = Shared(session, rows)
    for row in rows:
        if not _still_wanted(session, row, now, real) or shared.has(row, real):
            continue
        row.state, row.settled_at, row.attempts = Sending.SENT, real, row.attempts + 1
        shared.note(row)
        taken.append(
            (
                row.kind.value,
                Outgoing(row.id, row.channel, row.address, Reply.from_values(row.reply)),
            )
        )
    return taken
