"""What stands on the chat page: the words of both sides, fetched, in order; nothing of a binding that ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from bot import outbox
from bot.channels.webchat.cursor import START, Cursor, place_of
from bot.domain import doors
from bot.domain.doors import CHANNEL
from bot.domain.freeze import may_go
from bot.domain.mail import SAME_DEVICE, Heard, Inbox, Mail, Outbox, Sending
from bot.domain.people import Sender, bound_to
from bot.pages import Door
from bot.talk import Choice, Media, Reply
from bot.voice.speaking import is_clip

PAGE: Final = 30
"""Messages on one page of the conversation."""
OLDEST: Final = 40
"""Pages that can be leafed back."""
SEEN_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One message of either side. `at` is calendar time."""

    own: bool
    at: datetime
    id: int
    text: str
    media: tuple[Media, ...] = ()
    choices: tuple[Choice, ...] = ()
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """One page of a conversation, oldest first. `cursor`: where the stream goes on."""

    lines: tuple[Line, ...]
    older: bool
    cursor: Cursor

    @property
    def fixed(self) -> tuple[str, ...]:
        """The row of buttons that is always there."""
        last = next((line for line in reversed(self.lines) if not line.own), None)
        return (last and last.fixed) or Reply("").fixed


def unanswered(session: Session, address: str) -> bool:
    """Whether something said is still being thought about."""
    query = select(Inbox.id).where(
        Inbox.state == Heard.NEW, Inbox.channel == CHANNEL, Inbox.address == address
    )
    return session.scalars(query.limit(1)).first() is not None


def wants_delivery(session: Session, door: Door, now: datetime, real: datetime) -> bool:
    """Whether a message waits for this browser, or it is time to note that it was seen."""
    waits = select(Outbox.id).where(
        Outbox.channel == CHANNEL,
        Outbox.address == door.address,
        Outbox.state.in_(outbox.READY),
        may_go(),
        Outbox.due_at <= now,
    )
    if session.scalars(waits.limit(1)).first() is not None:
        return True
    row = session.scalars(doors.with_secret(door.secret)).first()
    return row is not None and _stale(row.seen_at, real)


def deliver(session: Session, door: Door, now: datetime, real: datetime) -> None:
    """Mark what waits as fetched, and the browser and its persons as seen."""
    outbox.fetch(session, CHANNEL, [door.address], now, real)
    row = session.scalars(doors.with_secret(door.secret)).first()
    if row is not None and _stale(row.seen_at, real):
        row.seen_at = real
    for sender in session.scalars(bound_to(CHANNEL, door.address)).unique():
        if _stale(sender.seen_at, now):
            sender.seen_at = now


def read(session: Session, address: str, page: int = 0) -> History:
    """Page `page` of the conversation, 0 being the newest."""
    since = _since(session, address)
    most = PAGE * (page + 1) + 1
    lines = [*_own(session, address, since, most), *_replies(session, address, since, most)]
    lines.sort(key=lambda line: (line.at, not line.own, line.id))
    end = len(lines) - PAGE * page
    kept = lines[max(0, end - PAGE) : max(0, end)]
    return History(tuple(kept), end > PAGE, _newest(session, address, since))


def after(session: Session, address: str, cursor: Cursor) -> list[tuple[Cursor, dict[str, Any]]]:
    """What was fetched after `cursor`, in order: (the cursor behind it, the chat JSON)."""
    query = (
        select(Outbox)
        .where(
            *_fetched(address, _since(session, address)),
            tuple_(Outbox.settled_at, Outbox.id) > tuple_(cursor.moment, cursor.last),
        )
        .order_by(Outbox.settled_at, Outbox.id)
        .limit(PAGE)
    )
    found = []
    for row in session.scalars(query):
        cursor = replace(cursor, moment=row.settled_at or START, last=row.id)
        found.append((cursor, chat_json(row)))
    return found


def said_after(
    session: Session, address: str, cursor: Cursor
) -> list[tuple[Cursor, dict[str, Any]]]:
    """What was said on any page of this browser after `cursor`, as `after`; `page` names the page's form."""
    query = (
        select(Inbox)
        .where(
            Inbox.channel == CHANNEL,
            Inbox.address == address,
            Inbox.id > cursor.heard,
            Inbox.at >= _since(session, address),
        )
        .order_by(Inbox.id)
        .limit(PAGE)
    )
    found = []
    for row in session.scalars(query):
        cursor = replace(cursor, heard=row.id)
        media = [_file_json(Media(*item)) for item in row.media]
        form = row.update_id.removeprefix(f"{address}:").split(":")[0]
        found.append((cursor, {"text": row.text, "media": media, "page": form}))
    return found


def begin(session: Session, address: str, real: datetime, told: str) -> Cursor:
    """Where a stream goes on: behind what the browser was `told` last, or from now on."""
    place = place_of(told) if told else Cursor(real, 0)
    if place.heard >= 0:
        return place
    return replace(place, heard=_newest_heard(session, address))


def chat_json(row: Outbox) -> dict[str, Any]:
    """A message as the stream tells it; pictures have the address of the page that shows them."""
    reply = Reply.from_values(row.reply)
    return {
        "text": reply.text,
        "choices": [{"says": c.says, "label": c.label} for c in reply.choices],
        "fixed": list(reply.fixed),
        "media": [_file_json(media) for media in reply.media],
        "pushed": row.kind is not Mail.ANSWER,
    }


def _file_json(media: Media) -> dict[str, str]:
    return {"kind": media.kind, "name": name_of(media), "path": media_url(media)}


def name_of(media: Media) -> str:
    """What a file is called; a clip's own name is the words it says, which stand above it already."""
    return "读给您听" if is_clip(media) else media.name


def media_url(media: Media) -> str:
    """Where the page shows a file, or "" where there is none."""
    return f"/media/{PurePosixPath(media.path).name}" if media.path else ""


def media_named(session: Session, address: str, name: str) -> Media | None:
    """The file of that name in this conversation; a guessed name finds nothing."""
    since = _since(session, address)
    most = PAGE * OLDEST
    for line in (*_own(session, address, since, most), *_replies(session, address, since, most)):
        for media in line.media:
            if media.path and PurePosixPath(media.path).name == name:
                return media
    return None


def _own(session: Session, address: str, since: datetime, most: int) -> list[Line]:
    query = (
        select(Inbox)
        .where(Inbox.channel == CHANNEL, Inbox.address == address, Inbox.at >= since)
        .order_by(Inbox.id.desc())
        .limit(most)
    )
    return [
        Line(True, row.at, row.id, row.text, tuple(Media(*item) for item in row.media))
        for row in session.scalars(query)
        if row.text or row.media  # else it was kept long enough
    ]


def _replies(session: Session, address: str, since: datetime, most: int) -> list[Line]:
    query = select(Outbox).where(*_fetched(address, since)).order_by(Outbox.id.desc()).limit(most)
    lines = [_line(row, Reply.from_values(row.reply)) for row in session.scalars(query)]
    return [line for line in lines if line.text or line.media]


def _line(row: Outbox, reply: Reply) -> Line:
    at = max(row.created_at, row.due_at)
    return Line(False, at, row.id, reply.text, reply.media, reply.choices, reply.fixed)


def _fetched(address: str, since: datetime) -> Sequence[ColumnElement[bool]]:
    return (
        Outbox.channel == CHANNEL,
        Outbox.address == address,
        Outbox.state == Sending.SENT,
        Outbox.reason != SAME_DEVICE,
        Outbox.created_at >= since,
    )


def _since(session: Session, address: str) -> datetime:
    """From when on this browser may read: what was said to somebody since unbound is not for it."""
    query = select(func.max(Sender.ended_at)).where(
        Sender.channel == CHANNEL, Sender.address == address
    )
    return session.scalars(query).one() or START


def _newest(session: Session, address: str, since: datetime) -> Cursor:
    query = (
        select(Outbox.settled_at, Outbox.id)
        .where(*_fetched(address, since))
        .order_by(Outbox.settled_at.desc(), Outbox.id.desc())
        .limit(1)
    )
    moment, last = session.execute(query).first() or (None, 0)
    return Cursor(moment or START, last, _newest_heard(session, address))


def _newest_heard(session: Session, address: str) -> int:
    query = select(func.max(Inbox.id)).where(Inbox.channel == CHANNEL, Inbox.address == address)
    return session.scalars(query).one() or 0


def _stale(seen: datetime | None, moment: datetime) -> bool:
    return seen is None or not timedelta(0) <= moment - seen < SEEN_EVERY
