"""Putting a notice into the outbox: one INSERT … SELECT a chunk, each chunk a transaction of its own.

The key of a row is made of notice, revision and person, and the place reached is kept in the same
transaction: after a kill in the middle the next turn goes on, and nobody has it twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload, load_only

from bot.db import insert_once
from bot.db.bulk import insert_selected
from bot.db.rows import dialect_of
from bot.domain import notices
from bot.domain.mail import Outbox, said_as
from bot.domain.notices import Notice, Reader
from bot.domain.people import Person
from bot.notices.reach import reach_of
from bot.notices.statements import Shape, end, put, rows_of
from bot.outbox import Post
from bot.talk import Choice, Media, Reply, in_script, traditional
from bot.voice.reading import read_notice

CHUNK = 6000
"""Recipients in one transaction on PostgreSQL, where no other writer waits for them."""
PERSONAL_CHUNK = 250
"""The same where each reader's words differ: they are filled and sealed one by one."""
GOT_IT = "收到"


@dataclass(slots=True)
class Turns:
    """How many recipients SQLite takes in one transaction: other writers wait for it, so as many as take `seconds`.

    Learned while it goes: a fixed number is slow on a fast computer, and holds everybody up on a slow one.
    """

    seconds: float = 0.03
    people: int = 2000
    least: int = 500
    most: int = 6000

    def learn(self, rows: int, took: float) -> None:
        """A transaction made so many rows in so many seconds; one that was not full says nothing."""
        if rows >= self.people * 0.9:
            fits = self.people * self.seconds / max(took, 0.001)
            nearer = min(max(fits, self.people / 2), self.people * 2)
            self.people = int(min(max(nearer, self.least), self.most))


_turns = Turns()


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
    return _insert(session, batch, _shape(batch, trial=True), {"most": batch.notice.trial})


def chunk(session: Session, batch: Batch, size: int = 0) -> bool:
    """The next `size` people (0: as many as others can wait for) get their rows; False once nobody is left."""
    shape, notice, start = _shape(batch), batch.notice, perf_counter()
    part = {"cursor": notice.cursor, "most": size or _size(session, shape)}
    upto = session.scalar(end(shape), part)
    if upto is None:
        return False
    new = _insert(session, batch, shape, {**part, "upto": upto})
    if not (size or shape.personal):
        _turns.learn(new, perf_counter() - start)
    notice.cursor = upto
    return True


def _size(session: Session, shape: Shape) -> int:
    if shape.personal:
        return PERSONAL_CHUNK
    return _turns.people if dialect_of(session) == "sqlite" else CHUNK


def _shape(batch: Batch, *, trial: bool = False) -> Shape:
    return Shape.of(batch.notice, reach_of(batch.post.channels, batch.now), trial=trial)


def _insert(session: Session, batch: Batch, shape: Shape, part: dict[str, int]) -> int:
    """One INSERT … SELECT; where each reader's words differ, one INSERT of many rows."""
    given = part | _moment(batch)
    last = session.scalar(select(func.max(Outbox.id))) or 0
    if shape.personal:
        filled = [*_filled(session, batch, session.execute(rows_of(shape), given).mappings())]
        new = len(insert_once(session, Outbox, filled, returning=Outbox.id))
    else:
        new = insert_selected(session, put(shape, dialect_of(session)), given | _words(batch))
    read_notice(session, batch.notice.id, last)
    return new


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
