"""Taking messages out of the outbox: claimed for sending, or fetched by a page; each committed first."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Update, bindparam, or_, select, update
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


Moment = datetime | BindParameter[datetime]


def is_due(now: Moment, row: type[Outbox] = Outbox) -> ColumnElement[bool]:
    """Its moment has come; what was due when it was made is due on every clock (a command may run on a
    calendar ahead of the product's).
    """
    return or_(row.due_at <= now, row.due_at <= row.created_at)


def due_now(session: Session, channel: str, now: datetime) -> bool:
    """Whether any message is due on a channel."""
    found = session.scalar(_live(Outbox.id).limit(1), {"now": now, "channel": channel})
    return found is not None


@functools.cache
def _live(what: Any) -> Select[Any]:
    """Messages that are due at :now on :channel (`what` of them): answers first, then the oldest.

    The statements of a claim are made once: making them took longer than running them.
    """
    return (
        select(what)
        .where(
            Outbox.state == Sending.QUEUED,
            is_due(bindparam("now")),
            Outbox.channel == bindparam("channel"),
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
    rows = _claimable(session, wanted, now)
    shared, gone = Shared(session, rows), _gone(session, rows)
    for row in rows:
        if row.address in taken or (row.lane and bulk <= 0):
            continue
        if not _still_wanted(row, gone, now, real) or shared.has(row, real):
            continue
        bulk -= row.lane > 0
        taken[row.address] = Outgoing(
            row.id, row.channel, row.address, _marked(Reply.from_values(row.reply), row),
            row.attempts + 1, row.lane, real + LEASE,
        )  # fmt: skip
    if taken:
        given = {
            "ids": [message.id for message in taken.values()],
            "worker": wanted.worker,
            "until": real + LEASE,
        }
        # Past the ORM, which would look for its own rows to change.
        session.connection().execute(_taking(), given)
    return list(taken.values())


@functools.cache
def _taking() -> Update:
    return (
        update(Outbox)
        .where(Outbox.id.in_(bindparam("ids", expanding=True)))
        .values(
            state=Sending.SENDING, claimed_by=bindparam("worker"), lease_until=bindparam("until"),
            attempts=Outbox.attempts + 1,
        )
    )  # fmt: skip


def _claimable(session: Session, wanted: Wanted, now: datetime) -> Sequence[Outbox]:
    given = {"now": now, "channel": wanted.channel, "most": wanted.most}
    if wanted.resting:
        given["resting"] = list(wanted.resting)
    query = _claiming(bool(wanted.resting), wanted.bulk <= 0)
    return session.scalars(query, given).all()


@functools.cache
def _claiming(resting: bool, answers_only: bool) -> Select[Outbox]:
    """The due messages of which nothing older goes to the same address, as `claim` takes them."""
    earlier = aliased(Outbox)
    ahead = select(earlier.id).where(
        earlier.channel == Outbox.channel,
        earlier.address == Outbox.address,
        (earlier.state == Sending.SENDING)
        | (
            (earlier.state == Sending.QUEUED)
            & is_due(bindparam("now"), earlier)
            & (earlier.lane == Outbox.lane)
            & (earlier.id < Outbox.id)
            & may_go(earlier)
        ),
    )
    query = _live(Outbox).where(~ahead.exists())
    if resting:
        query = query.where(Outbox.address.not_in(bindparam("resting", expanding=True)))
    if answers_only:
        query = query.where(Outbox.lane == 0)
    return query.limit(bindparam("most")).with_for_update(skip_locked=True, of=Outbox)


def _gone(session: Session, rows: Iterable[Outbox]) -> Mapping[int, Status]:
    """Those among the receivers who are not active any more, by id."""
    ids = {row.person_id for row in rows if row.person_id is not None}
    if not ids:
        return {}
    found = session.execute(_people(), {"ids": list(ids)})
    return {id_: status for id_, status in found if status is not Status.ACTIVE}


@functools.cache
def _people() -> Select[int, Status]:
    return select(Person.id, Person.status).where(Person.id.in_(bindparam("ids", expanding=True)))


def _still_wanted(row: Outbox, gone: Mapping[int, Status], now: datetime, real: datetime) -> bool:
    """Settle what is too late or must not arrive any more; True for the rest."""
    status = gone.get(row.person_id or 0)
    if row.useful_until is not None and row.useful_until < now:
        row.state, row.reason, row.settled_at = Sending.EXPIRED, "too_late", real
    elif status is not None:
        row.state, row.reason, row.settled_at = Sending.CANCELLED, status.value, real
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
    shared, gone = Shared(session, rows), _gone(session, rows)
    for row in rows:
        if not _still_wanted(row, gone, now, real) or shared.has(row, real):
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
