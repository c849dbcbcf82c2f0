"""Messages heard, committed before they are confirmed to their channel; each once, in order a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.db import insert_once
from bot.domain.mail import Heard, Inbox, heard_as
from bot.keyring import KeyTrouble
from bot.talk import Media, Said, Spoiled

LEASE = timedelta(seconds=10)
"""How long a message is left to the process that heard it. Order and "each once" do not depend on it."""
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Pending:
    """An inbox row that waits: its id and whose it is."""

    id: int
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose messages wait, and how many."""

    channel: str
    address: str
    count: int


def accept(
    session: Session,
    said: Sequence[Said],
    spoiled: Sequence[Spoiled],
    real: datetime,
    *,
    leased: bool = True,
) -> list[Pending]:
    """Keep what was heard; returns what is new. Repeats (the channel's own id) are dropped.

    `leased`: to the process that heard them; another takes them over when the lease runs out.
    """
    until = real + LEASE if leased else None
    rows = [
        {
            "channel": s.channel, "update_id": s.id, "address": s.who, "at": s.at,
            **Inbox.text.values(heard_as(s.channel, s.id), s.text), "raw_sealed": b"",
            "media": [[m.kind, m.name, m.path, m.ref] for m in s.media], "state": Heard.NEW,
            "attempts": 0, "reason": "", "lease_until": until,
        }
        for s in said
    ]  # fmt: skip
    rows += [
        {
            "channel": s.channel, "update_id": s.id, "address": "", "at": real, "text_sealed": b"", "media": [],
            **Inbox.raw.values(heard_as(s.channel, s.id), s.raw), "state": Heard.QUARANTINED, "attempts": 0,
            "reason": s.reason, "lease_until": None,
        }
        for s in spoiled
    ]  # fmt: skip
    new = insert_once(session, Inbox, rows, returning=Inbox.id)
    return pending(session, new)


def pending(session: Session, ids: Sequence[int]) -> list[Pending]:
    """Those of these messages that wait to be handled, in the order heard."""
    query = (
        select(Inbox.id, Inbox.channel, Inbox.address)
        .where(Inbox.state == Heard.NEW, Inbox.id.in_(ids))
        .order_by(Inbox.id)
    )
    return [Pending(*row) for row in session.execute(query)]


def waiting(session: Session, expired: datetime | None, most: int = 1000) -> list[Waiting]:
    """Whose messages wait, who wrote last first: all, or those whose lease ran out before `expired`."""
    query = (
        select(Inbox.channel, Inbox.address, func.count())
        .where(Inbox.state == Heard.NEW)
        .group_by(Inbox.channel, Inbox.address)
        .order_by(func.max(Inbox.id).desc())
        .limit(most)
    )
    if expired is not None:
        query = query.where((Inbox.lease_until.is_(None)) | (Inbox.lease_until < expired))
    return [Waiting(*row) for row in session.execute(query)]


def oldest(session: Session, channel: str, address: str) -> Inbox | None:
    """The message of this address that is next."""
    return session.scalars(_OLDEST, {"channel": channel, "address": address}).first()


def waiting_at(session: Session, channel: str, address: str, most: int = 500) -> Sequence[Inbox]:
    """The messages of this address that wait, the oldest first."""
    query = _OLDEST.limit(most)
    return session.scalars(query, {"channel": channel, "address": address}).all()


_OLDEST = (
    select(Inbox)
    .where(
        Inbox.channel == bindparam("channel"),
        Inbox.address == bindparam("address"),
        Inbox.state == Heard.NEW,
    )
    .order_by(Inbox.id)
    .limit(1)
)
"""Made once: it is asked for every message."""


def said(row: Inbox) -> Said:
    """The message as it was heard."""
    media = tuple(Media(*item) for item in row.media)
    return Said(row.channel, row.address, row.update_id, row.at, row.text, media)


def as_far_as_readable(row: Inbox) -> Said:
    """The same; words that can't be read any more are put aside, so that nobody stumbles over them again."""
    try:
        return said(row)
    except KeyTrouble:
        row.raw_sealed, row.text_sealed = row.text_sealed, b""
        return said(row)


def failed_before(session: Session, row: Inbox) -> bool:
    """Whether the message that this address sent before was put into quarantine as well."""
    here = (Inbox.channel == row.channel, Inbox.address == row.address, Inbox.id < row.id)
    query = select(Inbox.state).where(*here).order_by(Inbox.id.desc()).limit(1)
    return session.scalar(query) is Heard.QUARANTINED


def failed(session: Session, id_: int, reason: str, real: datetime) -> bool:
    """Count a failed handling; True once the message is put into quarantine. `reason` holds no words of people."""
    row = session.get(Inbox, id_, with_for_update=True, populate_existing=True)
    if row is None or row.state is not Heard.NEW:
        return False
    row.attempts, row.reason, row.lease_until = row.attempts + 1, reason, real + LEASE
    if row.attempts < ATTEMPTS:
        return False
    row.state, row.done_at = Heard.QUARANTINED, real
    return True
