"""Putting a notice into the outbox: one INSERT … SELECT a chunk, each chunk a transaction of its own.

The key of a row is made of notice, revision and person, and the place reached is kept in the same
transaction: after a kill in the middle the next turn goes on, and nobody has it twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Select,
    Subquery,
    bindparam,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session, lazyload, load_only

from bot.db import insert_once
from bot.db.bulk import dialect_of, insert_selected, inserting_selected
from bot.domain import notices
from bot.domain.mail import Mail, Outbox, Sending, said_as
from bot.domain.notices import Notice, Reach, Reader
from bot.domain.people import Person, Sender
from bot.notices.reach import reach_of
from bot.outbox import PHONE, Post
from bot.talk import Choice, Media, Reply, in_script, traditional
from bot.voice.reading import read_notice

CHUNK = 3000
"""Recipients in one transaction: another writer waits for one chunk at the most, some 40 ms."""
PERSONAL_CHUNK = 250
"""The same where each reader's words differ: they are filled and sealed one by one."""
KEPT = 32
"""Notices whose statements are kept."""
GOT_IT = "收到"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one notice puts into the outbox now. `office` signs it."""

    notice: Notice
    post: Post
    office: str
    now: datetime
    salutation: str = ""
    """What stands behind a name where {称呼} is written."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the statements of a notice depend on: the same from chunk to chunk, so they are made once.

    Making them took as long as running them. What differs (the place reached, the hour, the words) is bound.
    """

    id: int
    audience: str
    scope: tuple[int, ...]
    revision: int
    again_doubtful: bool
    personal: bool
    trial: bool
    always: frozenset[str]
    seen: frozenset[str]
    fetching: frozenset[str]

    @classmethod
    def of(cls, batch: Batch, *, trial: bool = False) -> "_Shape":
        """Of this notice, as it is sent now."""
        notice, reach = batch.notice, reach_of(batch.post.channels, batch.now)
        return cls(
            notice.id, notice.audience, tuple(notice.scope), notice.revision, notice.again_doubtful,
            notices.has_any(notice.text), trial, reach.always, reach.seen, reach.fetching,
        )  # fmt: skip

    @property
    def reach(self) -> Reach:
        """Who can be written to at the moment bound as `since`."""
        return Reach(self.always, self.seen, bindparam("since"), self.fetching)


def trial(session: Session, batch: Batch) -> int:
    """The first few who can be written to get it; returns how many rows are new."""
    return _insert(session, batch, _Shape.of(batch, trial=True), {"most": batch.notice.trial})


def chunk(session: Session, batch: Batch, size: int = 0) -> bool:
    """The next `size` people (0: as many as others can wait for) get their rows; False once nobody is left."""
    shape, notice = _Shape.of(batch), batch.notice
    part = {
        "cursor": notice.cursor,
        "most": size or (PERSONAL_CHUNK if shape.personal else CHUNK),
    }
    upto = session.scalar(_end(shape), part)
    if upto is None:
        return False
    _insert(session, batch, shape, {**part, "upto": upto})
    notice.cursor = upto
    return True


@lru_cache(KEPT)
def _end(shape: _Shape) -> Select[int]:
    """The last of the next `most` people behind `cursor`."""
    ahead = select(Person.id).where(_left(shape)).order_by(Person.id).limit(bindparam("most"))
    return select(func.max(ahead.subquery().c.id))


def _left(shape: _Shape) -> ColumnElement[bool]:
    """Everybody behind `cursor` the first time; afterwards those of them who have not got it."""
    who = notices.belongs(shape.audience, shape.scope) & (Person.id > bindparam("cursor"))
    if not shape.revision:
        return who
    left = notices.to_send_again(shape.id, doubtful=shape.again_doubtful)
    return who & Person.id.in_(left)


def _insert(session: Session, batch: Batch, shape: _Shape, part: dict[str, int]) -> int:
    """One INSERT … SELECT; where each reader's words differ, one INSERT of many rows."""
    given = part | _moment(batch)
    last = session.scalar(select(func.max(Outbox.id))) or 0
    if shape.personal:
        filled = [*_filled(session, batch, session.execute(_rows(shape), given).mappings())]
        new = len(insert_once(session, Outbox, filled, returning=Outbox.id))
    else:
        new = insert_selected(session, _put(shape, dialect_of(session)), given | _words(batch))
    read_notice(session, batch.notice.id, last)
    return new


@lru_cache(KEPT)
def _put(shape: _Shape, dialect: str) -> Insert:
    """The rows put into the outbox, with the same words for all."""
    return inserting_selected(dialect, Outbox, _rows(shape))


@lru_cache(KEPT)
def _rows(shape: _Shape) -> Select[Any]:
    """The new rows of the people up to `upto`, or of the first few of a trial."""
    if shape.trial:
        who = notices.belongs(shape.audience, shape.scope) & notices.can_be_reached(shape.reach)
    else:
        who = _left(shape) & (Person.id <= bindparam("upto"))
    # LIMIT keeps PostgreSQL from joining every reader with every address before it looks for the best.
    readers = (
        select(Person.id, Person.traditional, notices.best_sender(shape.reach).label("sender_id"))
        .where(who)
        .order_by(Person.id)
        .limit(bindparam("most"))
        .subquery()
    )
    return (
        select(*(value.label(name) for name, value in _values(shape, readers).items()))
        .select_from(readers)
        .outerjoin(Sender, Sender.id == readers.c.sender_id)
    )


def _moment(batch: Batch) -> dict[str, Any]:
    """What is bound of the hour at which these rows are made."""
    notice, post, now = batch.notice, batch.post, batch.now
    return {
        "since": reach_of(post.channels, now).since,
        "due": post.quiet.after(max(now, notice.starts_at)),
        "made": now,
    }


def _words(batch: Batch) -> dict[str, bytes]:
    """The same message for all, sealed, in either script."""
    reply = reply_of(batch.notice, batch.office)
    to = said_as("", batch.notice.id)
    return {
        "words": Outbox.reply.seal(to, reply.values()),
        "traditional": Outbox.reply.seal(to, traditional(reply).values()),
    }


def _filled(
    session: Session, batch: Batch, rows: Iterable[Mapping[Any, Any]]
) -> Iterator[dict[str, Any]]:
    """The same rows, each with the words filled for its reader."""
    found = [dict(row) for row in rows]
    ids = [row["person_id"] for row in found]
    needed = load_only(Person.name, Person.traditional), lazyload(Person.grants)
    query = select(Person).where(Person.id.in_(ids)).options(*needed)
    people = {person.id: person for person in session.scalars(query).unique()}
    to = said_as("", batch.notice.id)
    for row in found:
        reply = reply_of(batch.notice, batch.office, people[row["person_id"]], batch.salutation)
        yield row | Outbox.reply.values(to, reply.values())


def _values(shape: _Shape, readers: Subquery) -> dict[str, ColumnElement[Any]]:
    """The columns of the new rows, as expressions over reader and best sender."""
    nobody = Sender.id.is_(None)
    state = case(
        (nobody, _literal(Sending.UNREACHABLE, "state")),
        (Sender.channel.in_(list(shape.fetching)), _literal(Sending.WAITING, "state")),
        else_=_literal(Sending.QUEUED, "state"),
    )
    values = {
        "key": notices.row_key(shape.id, shape.revision, readers.c.id),
        "kind": _literal(Mail.NOTICE, "kind"),
        "lane": literal(1),
        "person_id": readers.c.id,
        "channel": func.coalesce(Sender.channel, PHONE),
        "address": func.coalesce(Sender.address, ""),
        "state": state,
        "due_at": _bound("due", "due_at"),
        "attempts": literal(0),
        "claimed_by": literal(""),
        "reason": case((nobody, "no_address"), else_=""),
        "notice_id": literal(shape.id),
        "created_at": _bound("made", "created_at"),
    }
    if not shape.personal:
        other, words = _bound("traditional", "reply_sealed"), _bound("words", "reply_sealed")
        values["reply_sealed"] = case((readers.c.traditional.is_(True), other), else_=words)
    return values


def reader(person: Person) -> Reader:
    """What may be filled in of somebody."""
    branch = person.branch
    return Reader(person.name, branch.name if branch else "", branch.phone if branch else "")


def reply_of(notice: Notice, office: str, to: Person | None = None, salutation: str = "") -> Reply:
    """The notice as everybody gets it; with `to`, filled and in the script that this reader chose."""
    media = tuple(Media(kind, name, path) for kind, name, path in notice.media)
    words = notice.text if to is None else notices.filled(notice.text, reader(to), salutation)
    text = notices.worded(notice, office, words)
    return in_script(Reply(text, (Choice(GOT_IT),), media=media, own_words=True), to)


def _literal(value: Any, column: str) -> ColumnElement[Any]:
    return literal(value, type_=Outbox.__table__.c[column].type)


def _bound(name: str, column: str) -> ColumnElement[Any]:
    return bindparam(name, type_=Outbox.__table__.c[column].type)
