"""The statements that put a notice into the outbox, made once a notice: making them took as long as running them.

What differs from chunk to chunk (the place reached, the hour, the words) is bound: cursor, most and upto (ids of
people), since, due and made (moments), words and traditional (the sealed message in either script).
"""

from dataclasses import dataclass
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

from bot.db.bulk import inserting_selected
from bot.domain import notices
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices import Notice, Reach
from bot.domain.people import Person, Sender
from bot.outbox import PHONE

KEPT = 32
"""Notices whose statements are kept."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the statements of a notice depend on: the same from chunk to chunk."""

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
    def of(cls, notice: Notice, reach: Reach, *, trial: bool = False) -> "Shape":
        """Of this notice, sent to who can be reached so."""
        return cls(
            notice.id, notice.audience, tuple(notice.scope), notice.revision, notice.again_doubtful,
            notices.has_any(notice.text), trial, reach.always, reach.seen, reach.fetching,
        )  # fmt: skip

    @property
    def reach(self) -> Reach:
        """Who can be written to at the moment bound as `since`."""
        return Reach(self.always, self.seen, bindparam("since"), self.fetching)


@lru_cache(KEPT)
def end(shape: Shape) -> Select[int]:
    """The last of the next `most` people behind `cursor`."""
    ahead = select(Person.id).where(_left(shape)).order_by(Person.id).limit(bindparam("most"))
    return select(func.max(ahead.subquery().c.id))


def _left(shape: Shape) -> ColumnElement[bool]:
    """Everybody behind `cursor` the first time; afterwards those of them who have not got it."""
    who = notices.belongs(shape.audience, shape.scope) & (Person.id > bindparam("cursor"))
    if not shape.revision:
        return who
    left = notices.to_send_again(shape.id, doubtful=shape.again_doubtful)
    return who & Person.id.in_(left)


@lru_cache(KEPT)
def put(shape: Shape, dialect: str) -> Insert:
    """The rows put into the outbox, with the same words for all."""
    return inserting_selected(dialect, Outbox, rows_of(shape))


@lru_cache(KEPT)
def rows_of(shape: Shape) -> Select[Any]:
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


def _values(shape: Shape, readers: Subquery) -> dict[str, ColumnElement[Any]]:
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


def _literal(value: Any, column: str) -> ColumnElement[Any]:
    return literal(value, type_=Outbox.__table__.c[column].type)


def _bound(name: str, column: str) -> ColumnElement[Any]:
    return bindparam(name, type_=Outbox.__table__.c[column].type)
