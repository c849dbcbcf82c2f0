"""Queries about notices, as values. A recipient is a row of the outbox of kind notice."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    Update,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Bundle

from bot.domain.freeze import is_on
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices.audience import belongs
from bot.domain.notices.tables import GOING, How, Notice, NoticeReceipt, State
from bot.domain.people import Person, Status

UNREAD = "unread"
"""The reason on a row that waits on a page too long, and there is no other channel."""
ESCALATED = "escalated"
CALLED, PLANNED = "called", "planned"
"""States of recipients beside those of the outbox: told on the phone; not in the outbox yet."""
MISSED = (Sending.UNREACHABLE, Sending.FAILED, Sending.DOUBTFUL, Sending.EXPIRED)
AGAIN = (Sending.UNREACHABLE, Sending.FAILED, Sending.EXPIRED, Sending.CANCELLED)
"""Who surely has not got it."""
_OPEN = (Sending.QUEUED, Sending.WAITING, Sending.HELD, Sending.UNREACHABLE)


def recent(most: int = 50) -> Select[Notice]:
    """The latest notices."""
    return select(Notice).order_by(Notice.id.desc()).limit(most)


def pending() -> Select[Notice]:
    """What waits for a second coordinator, oldest first."""
    return select(Notice).where(Notice.state == State.PENDING).order_by(Notice.id)


def going(now: datetime) -> Select[Notice]:
    """What the clock has to carry on with, oldest first; nothing while everything is stopped."""
    return (
        select(Notice)
        .where(Notice.state.in_(GOING), Notice.starts_at <= now, not_(is_on()))
        .order_by(Notice.starts_at, Notice.id)
    )


def sent_since(since: datetime) -> Select[Notice]:
    """Notices that went out wholly since then, the latest first."""
    return (
        select(Notice)
        .where(Notice.state == State.SENT, Notice.starts_at >= since)
        .order_by(Notice.id.desc())
    )


def same_words(text_hash: str, since: datetime) -> Select[Notice]:
    """Notices with the same words that were confirmed since then and not stopped."""
    stopped = (State.DRAFT, State.CANCELLED, State.REJECTED)
    return select(Notice).where(
        Notice.text_hash == text_hash,
        Notice.confirmed_at >= since,
        Notice.state.not_in(stopped),
    )


def also_in(notice: Notice, key: str, scope: tuple[int, ...]) -> Select[int]:
    """How many people of an audience are in that of `notice`, too."""
    return (
        select(func.count())
        .select_from(Person)
        .where(belongs(key, scope), belongs(notice.audience, notice.scope))
    )


def row_key(notice_id: int, revision: int, person_id: ColumnElement[int]) -> ColumnElement[str]:
    """The key of a recipient in the outbox: unique for ever."""
    return literal(f"notice:{notice_id}:{revision}:") + cast(person_id, String)


# ── how it stands with the recipients ───────────────────────────────────────────────────────────


def _counts(notice_id: int) -> Subquery:
    """For each recipient the row that counts: one that arrived, else the latest."""
    arrived = func.max(case((Outbox.state == Sending.SENT, Outbox.id)))
    return (
        select(func.coalesce(arrived, func.max(Outbox.id)).label("id"))
        .where(Outbox.notice_id == notice_id, Outbox.kind == Mail.NOTICE)
        .group_by(Outbox.person_id)
        .subquery()
    )


def _receipt(*how: How) -> Any:
    """Whether the recipient of the `Outbox` row around it confirmed."""
    return exists(
        select(NoticeReceipt.id).where(
            NoticeReceipt.notice_id == Outbox.notice_id,
            NoticeReceipt.person_id == Outbox.person_id,
            NoticeReceipt.how.in_(how or tuple(How)),
        )
    )


def standing(notice_id: int) -> Select[Outbox]:
    """The row that counts for each recipient."""
    counts = _counts(notice_id)
    return select(Outbox).join(counts, counts.c.id == Outbox.id)


def tally(notice_id: int) -> Select[Any]:
    """(state, count) over all recipients, each in exactly one state."""
    called = and_(Outbox.state != Sending.SENT, _receipt(How.PHONE))
    under_way = Outbox.state == Sending.SENDING
    state = case(
        (called, CALLED),
        (under_way, Sending.QUEUED.value),
        else_=type_coerce(Outbox.state, String()),
    )
    each = standing(notice_id).with_only_columns(state.label("state")).subquery()
    return select(Bundle("tally", each.c.state, func.count().label("count"))).group_by(each.c.state)


def receipts(notice_id: int) -> Select[int]:
    """How many said 收到."""
    return select(func.count()).where(
        NoticeReceipt.notice_id == notice_id, NoticeReceipt.how == How.CHAT
    )


def without_row(notice: Notice) -> Select[int]:
    """How many of the audience are not in the outbox yet."""
    # By the unique key: left to choose, SQLite walks all rows of the notice for each person.
    row = select(Outbox.id).where(
        Outbox.key == row_key(notice.id, 0, type_coerce(Person.id, Integer()))
    )
    return (
        select(func.count())
        .select_from(Person)
        .where(belongs(notice.audience, notice.scope), ~exists(row))
    )


def _missed(notice_id: int) -> Select[Outbox]:
    late = and_(Outbox.state == Sending.WAITING, Outbox.reason == UNREAD)
    return (
        standing(notice_id)
        .join(Person, Person.id == Outbox.person_id)
        .where(or_(Outbox.state.in_(MISSED), late), ~_receipt(), Person.status == Status.ACTIVE)
    )


def call_list(notice_id: int) -> Select[Any]:
    """(id, 编号, name, key and cipher of the phone, state, reason) of those who must be called, by their 编号."""
    who = (Person.id, Person.number, Person.name, Person.row_key, Person.phone_sealed)
    line: Bundle[Any] = Bundle("line", *who, Outbox.state, Outbox.reason)
    return _missed(notice_id).with_only_columns(line).order_by(Person.number)


def calls_left(notice_id: int) -> Select[int]:
    """How many must still be called."""
    return _missed(notice_id).with_only_columns(func.count())


def to_send_again(notice_id: int, *, doubtful: bool) -> Select[int]:
    """Ids of those who surely have not got it (and of those of whom nobody knows) and may have it still."""
    states = (*AGAIN, Sending.DOUBTFUL) if doubtful else AGAIN
    return (
        standing(notice_id)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.state.in_(states), ~_receipt(), Person.status == Status.ACTIVE)
        .with_only_columns(Outbox.person_id)
    )


def unanswered(people: Iterable[int], since: datetime) -> Select[Outbox]:
    """Notices these people got, or may have got, since then and have not confirmed."""
    return (
        select(Outbox)
        .where(
            Outbox.person_id.in_(list(people)),
            Outbox.kind == Mail.NOTICE,
            Outbox.state.in_((Sending.SENT, Sending.DOUBTFUL)),
            Outbox.created_at >= since,
            ~_receipt(),
        )
        .order_by(Outbox.id)
    )


def unread(before: datetime, since: datetime, most: int) -> Select[Outbox]:
    """Notices that wait on a page since before `before`, and nobody has looked after them yet."""
    return (
        select(Outbox)
        .where(
            Outbox.state == Sending.WAITING,
            Outbox.lane == 1,
            Outbox.due_at <= before,
            Outbox.due_at > since,
            Outbox.kind == Mail.NOTICE,
            Outbox.reason != UNREAD,
            not_(is_on()),
        )
        .order_by(Outbox.id)
        .limit(most)
    )


def withdraw(notice_id: int, real: datetime) -> Update:
    """Take back what has not gone out, calls still to be made included; what is on the wire goes on."""
    return (
        update(Outbox)
        .where(Outbox.notice_id == notice_id, Outbox.state.in_(_OPEN))
        .values(state=Sending.CANCELLED, reason="withdrawn", settled_at=real)
    )
