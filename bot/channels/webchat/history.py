"""What stands on the chat page: the words of both sides, fetched, in order; nothing of a binding that ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from bot import outbox
from bot.domain import doors
from bot.domain.mail import Heard, Inbox, Mail, Outbox, Sending
from bot.domain.people import Sender, bound_to
from bot.pages import Door
from bot.talk import Choice, Media, Reply
from bot.voice.speaking import is_clip

CHANNEL: Final = "web"
PAGE: Final = 30
"""Messages on one page of the conversation."""
OLDEST: Final = 40
"""Pages that can be leafed back."""
SEEN_EVERY: Final = timedelta(minutes=1)
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


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
    cursor: str

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


def after(session: Session, address: str, cursor: str) -> list[tuple[str, dict[str, Any]]]:
    """What was fetched after `cursor`, in order: (the cursor behind it, the chat JSON)."""
    moment, last = _place(cursor)
    query = (
        select(Outbox)
        .where(
            *_fetched(address, _since(session, address)),
            tuple_(Outbox.settled_at, Outbox.id) > tuple_(moment, last),
        )
        .order_by(Outbox.settled_at, Outbox.id)
        .limit(PAGE)
    )
    return [(_cursor(row.settled_at, row.id), chat_json(row)) for row in session.scalars(query)]


def cursor_at(real: datetime) -> str:
    """The cursor of a stream that begins now."""
    return _cursor(real, 0)


def chat_json(row: Outbox) -> dict[str, Any]:
    """A message as the stream tells it; pictures have the address of the page that shows them."""
    reply = Reply.from_values(row.reply)
    return {
        "text": reply.text,
        "choices": [{"says": c.says, "label": c.label} for c in reply.choices],
        "fixed": list(reply.fixed),
        "media": [{"kind": m.kind, "name": name_of(m), "path": media_url(m)} for m in reply.media],
        "pushed": row.kind is not Mail.ANSWER,
    }


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
        Outbox.created_at >= since,
    )


def _since(session: Session, address: str) -> datetime:
    """From when on this browser may read: what was said to somebody since unbound is not for it."""
    query = select(func.max(Sender.ended_at)).where(
        Sender.channel == CHANNEL, Sender.address == address
    )
    return session.scalars(query).one() or _START


def _newest(session: Session, address: str, since: datetime) -> str:
    query = (
        select(Outbox.settled_at, Outbox.id)
        .where(*_fetched(address, since))
        .order_by(Outbox.settled_at.desc(), Outbox.id.desc())
        .limit(1)
    )
    newest = session.execute(query).first()
    return _cursor(*newest) if newest else _cursor(_START, 0)


def _cursor(moment: datetime | None, id_: int) -> str:
    since_start = (moment or _START) - _START
    return f"{since_start // timedelta(microseconds=1)}-{id_}"


def _place(cursor: str) -> tuple[datetime, int]:
    """The inverse of `_cursor`; what is none is the beginning."""
    moment, _, last = cursor.partition("-")
    if not (moment.isascii() and moment.isdigit() and last.isascii() and last.isdigit()):
        return _START, 0
    try:
        return _START + timedelta(microseconds=int(moment[:18])), int(last[:15])
    except OverflowError:
        return _START, 0


def _stale(seen: datetime | None, moment: datetime) -> bool:
    return seen is None or not timedelta(0) <= moment - seen < SEEN_EVERY
