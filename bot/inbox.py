"""Messages heard, committed before they are confirmed to their channel; each once, in order a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import insert_once
from bot.domain.mail import Heard, Inbox
from bot.talk import Media, Said, Spoiled

LEASE = timedelta(seconds=60)
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Pending:
    """An inbox row that waits: its id and whose it is."""

    id: int
    channel: str
    address: str


def accept(
    session: Session, said: Sequence[Said], spoiled: Sequence[Spoiled], real: datetime
) -> list[Pending]:
    """Keep what was heard; returns what is new. Repeats (the channel's own id) are dropped.

    The rows are leased to the process that heard them; another takes them over when the lease runs out.
    """
    rows = [
        {
            "channel": s.channel, "update_id": s.id, "address": s.who, "at": s.at, "text": s.text,
            "media": [[m.kind, m.name, m.path, m.ref] for m in s.media], "state": Heard.NEW,
            "attempts": 0, "raw": "", "reason": "", "lease_until": real + LEASE,
        }
        for s in said
    ]  # fmt: skip
    rows += [
        {
            "channel": s.channel, "update_id": s.id, "address": "", "at": real, "text": "", "media": [],
            "state": Heard.QUARANTINED, "attempts": 0, "raw": s.raw, "reason": s.reason, "lease_until": None,
        }
        for s in spoiled
    ]  # fmt: skip
    new = insert_once(session, Inbox, rows, returning=Inbox.id)
    return pending(session, ids=new)


def pending(
    session: Session, *, ids: Sequence[int] | None = None, expired: datetime | None = None
) -> list[Pending]:
    """What waits to be handled, oldest first: these ids, or all whose lease ran out before `expired`."""
    query = select(Inbox.id, Inbox.channel, Inbox.address).where(Inbox.state == Heard.NEW)
    if ids is not None:
        query = query.where(Inbox.id.in_(ids))
    if expired is not None:
        query = query.where((Inbox.lease_until.is_(None)) | (Inbox.lease_until < expired))
    return [Pending(*row) for row in session.execute(query.order_by(Inbox.id))]


def said(row: Inbox) -> Said:
    """The message as it was heard."""
    media = tuple(Media(*item) for item in row.media)
    return Said(row.channel, row.address, row.update_id, row.at, row.text, media)


def failed(session: Session, id_: int, reason: str, real: datetime) -> bool:
    """Count a failed handling; True once the message is put into quarantine. `reason` holds no words of people."""
    row = session.get(Inbox, id_)
    if row is None or row.state is not Heard.NEW:
        return False
    row.attempts, row.reason, row.lease_until = row.attempts + 1, reason, real + LEASE
    if row.attempts < ATTEMPTS:
        return False
    row.state, row.done_at = Heard.QUARANTINED, real
    return True
