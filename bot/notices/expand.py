"""Putting a notice into the outbox: one INSERT … SELECT a chunk, each chunk a transaction of its own.

The key of a row is made of notice, revision and person, and the place reached is kept in the same
transaction: after a kill in the middle the next turn goes on, and nobody has it twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, literal, select
from sqlalchemy.orm import Session, lazyload, load_only

from bot.db import insert_once
from bot.db.bulk import insert_selected
from bot.domain import notices
from bot.domain.mail import Mail, Outbox, Sending, said_as
from bot.domain.notices import Notice, Reader
from bot.domain.people import Person, Sender
from bot.notices.reach import reach_of
from bot.outbox import PHONE, Post
from bot.talk import Choice, Media, Reply, in_script, traditional
from bot.voice.reading import read_notice

CHUNK = 3000
"""Recipients in one transaction: another writer waits for one chunk at the most, some 40 ms."""
PERSONAL_CHUNK = 250
"""The same where each reader's words differ: they are filled and sealed one by one."""
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


def trial(session: Session, batch: Batch) -> int:
    """The first few who can be written to get it; returns how many rows are new."""
    notice = batch.notice
    reached = notices.can_be_reached(reach_of(batch.post.channels, batch.now))
    who = notices.belongs(notice.audience, notice.scope) & reached
    return _insert(session, batch, who, notice.trial)


def chunk(session: Session, batch: Batch, size: int = 0) -> bool:
    """The next `size` people (0: as many as others can wait for) get their rows; False once nobody is left."""
    notice = batch.notice
    size = size or (PERSONAL_CHUNK if notices.has_any(notice.text) else CHUNK)
    who = _audience(notice) & (Person.id > notice.cursor)
    ahead = select(Person.id).where(who).order_by(Person.id).limit(size).subquery()
    upto = session.scalar(select(func.max(ahead.c.id)))
    if upto is None:
        return False
    _insert(session, batch, who & (Person.id <= upto), size)
    notice.cursor = upto
    return True


def _audience(notice: Notice) -> ColumnElement[bool]:
    """Everybody the first time; afterwards those who have not got it."""
    who = notices.belongs(notice.audience, notice.scope)
    if not notice.revision:
        return who
    left = notices.to_send_again(notice.id, doubtful=notice.again_doubtful)
    return who & Person.id.in_(left)


def _insert(session: Session, batch: Batch, who: ColumnElement[bool], most: int) -> int:
    """One INSERT … SELECT; where each reader's words differ, one INSERT of many rows."""
    reach = reach_of(batch.post.channels, batch.now)
    # LIMIT keeps PostgreSQL from joining every reader with every address before it looks for the best.
    readers = (
        select(Person.id, Person.traditional, notices.best_sender(reach).label("sender_id"))
        .where(who)
        .order_by(Person.id)
        .limit(most)
        .subquery()
    )
    personal = notices.has_any(batch.notice.text)
    values = _values(batch, readers)
    if personal:
        del values["reply_sealed"]
    rows = (
        select(*(value.label(name) for name, value in values.items()))
        .select_from(readers)
        .outerjoin(Sender, Sender.id == readers.c.sender_id)
    )
    last = session.scalar(select(func.max(Outbox.id))) or 0
    if personal:
        filled = [*_filled(session, batch, rows)]
        new = len(insert_once(session, Outbox, filled, returning=Outbox.id))
    else:
        new = insert_selected(session, Outbox, list(values), rows)
    read_notice(session, batch.notice.id, last)
    return new


def _filled(session: Session, batch: Batch, rows: Select[Any]) -> Iterator[dict[str, Any]]:
    """The same rows, each with the words filled for its reader."""
    found = [dict(row) for row in session.execute(rows).mappings()]
    ids = [row["person_id"] for row in found]
    needed = load_only(Person.name, Person.traditional), lazyload(Person.grants)
    query = select(Person).where(Person.id.in_(ids)).options(*needed)
    people = {person.id: person for person in session.scalars(query).unique()}
    to = said_as("", batch.notice.id)
    for row in found:
        reply = reply_of(batch.notice, batch.office, people[row["person_id"]], batch.salutation)
        yield row | Outbox.reply.values(to, reply.values())


def _values(batch: Batch, readers: Subquery) -> dict[str, ColumnElement[Any]]:
    """The columns of the new rows, as expressions over reader and best sender."""
    notice, post, now = batch.notice, batch.post, batch.now
    table = Outbox.__table__.c
    nobody = Sender.id.is_(None)
    fetching = list(reach_of(post.channels, now).fetching)
    state = case(
        (nobody, _literal(Sending.UNREACHABLE, table.state)),
        (Sender.channel.in_(fetching), _literal(Sending.WAITING, table.state)),
        else_=_literal(Sending.QUEUED, table.state),
    )
    return {
        "key": notices.row_key(notice.id, notice.revision, readers.c.id),
        "kind": _literal(Mail.NOTICE, table.kind),
        "lane": literal(1),
        "person_id": readers.c.id,
        "channel": func.coalesce(Sender.channel, PHONE),
        "address": func.coalesce(Sender.address, ""),
        "reply_sealed": _reply(batch, readers),
        "state": state,
        "due_at": _literal(post.quiet.after(max(now, notice.starts_at)), table.due_at),
        "attempts": literal(0),
        "claimed_by": literal(""),
        "reason": case((nobody, "no_address"), else_=""),
        "notice_id": literal(notice.id),
        "created_at": _literal(now, table.created_at),
    }


def _reply(batch: Batch, readers: Subquery) -> ColumnElement[Any]:
    """The same message for all, in the script that each reads."""
    reply = reply_of(batch.notice, batch.office)
    to = said_as("", batch.notice.id)
    other = traditional(reply).values()
    return case(
        (readers.c.traditional.is_(True), literal(Outbox.reply.seal(to, other))),
        else_=literal(Outbox.reply.seal(to, reply.values())),
    )


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


def _literal(value: Any, like: ColumnElement[Any]) -> ColumnElement[Any]:
    return literal(value, type_=like.type)
