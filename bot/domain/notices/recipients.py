"""Queries about those who get a notice, as values: each is a row of the outbox of kind notice, in one state."""

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
from bot.domain.mail import CHANGED, Mail, Outbox, Sending
from bot.domain.notices.audience import Reach, belongs, can_be_reached
from bot.domain.notices.tables import How, Notice, NoticeCall, NoticeReceipt
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


def row_key(notice_id: int, revision: int, person_id: ColumnElement[int]) -> ColumnElement[str]:
    """The key of a recipient in the outbox: unique for ever."""
    return literal(f"notice:{notice_id}:{revision}:") + cast(person_id, String)


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


def _state() -> ColumnElement[str]:
    """The one state of the recipient of the `Outbox` row around it."""
    called = and_(Outbox.state != Sending.SENT, _receipt(How.PHONE))
    under_way = Outbox.state == Sending.SENDING
    return case(
        (called, CALLED),
        (under_way, Sending.QUEUED.value),
        else_=type_coerce(Outbox.state, String()),
    )


def recipients(notice_id: int, state: str) -> Select[Any]:
    """(id, 编号, name, channel, state, whether they said 收到) of recipients by 编号; of one state, or "" for all."""
    said = _receipt(How.CHAT)
    line: Bundle[Any] = Bundle(
        "line", Person.id, Person.number, Person.name, Outbox.channel, _state().label("state"),
        said.label("said"),
    )  # fmt: skip
    query = standing(notice_id).join(Person, Person.id == Outbox.person_id)
    wanted = query.where(_state() == state) if state else query
    return wanted.with_only_columns(line).order_by(Person.number)


def planned(notice: Notice) -> Select[Person]:
    """Those of the audience who are not in the outbox yet, by 编号."""
    return select(Person).where(_waits_for_row(notice)).order_by(Person.number)


def calls_of(notice_id: int) -> Select[NoticeCall]:
    """The calls made about a notice, in order."""
    return select(NoticeCall).where(NoticeCall.notice_id == notice_id).order_by(NoticeCall.id)


def tally(notice_id: int) -> Select[Any]:
    """(state, count) over all recipients, each in exactly one state."""
    each = standing(notice_id).with_only_columns(_state().label("state")).subquery()
    return select(Bundle("tally", each.c.state, func.count().label("count"))).group_by(each.c.state)


def receipts(notice_id: int) -> Select[int]:
    """How many said 收到."""
    return select(func.count()).where(
        NoticeReceipt.notice_id == notice_id, NoticeReceipt.how == How.CHAT
    )


def _waits_for_row(notice: Notice) -> ColumnElement[bool]:
    # By the unique key: left to choose, SQLite walks all rows of the notice for each person.
    row = select(Outbox.id).where(
        Outbox.key == row_key(notice.id, 0, type_coerce(Person.id, Integer()))
    )
    return and_(belongs(notice.audience, notice.scope), ~exists(row))


def without_row(notice: Notice) -> Select[int]:
    """How many of the audience are not in the outbox yet."""
    return select(func.count()).select_from(Person).where(_waits_for_row(notice))


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


def would_reach(notice_id: int, reach: Reach, *, doubtful: bool) -> Select[int]:
    """How many of those to whom it would go again can be written to by now."""
    left = to_send_again(notice_id, doubtful=doubtful)
    return (
        select(func.count())
        .select_from(Person)
        .where(Person.id.in_(left.scalar_subquery()), can_be_reached(reach))
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
    """Take back what has not gone out, calls still to be made included; what is on the wire, if it comes back."""
    flying = Outbox.state == Sending.SENDING
    return (
        update(Outbox)
        .where(Outbox.notice_id == notice_id, or_(Outbox.state.in_(_OPEN), flying))
        .values(
            state=case((flying, Sending.SENDING), else_=Sending.CANCELLED),
            reason=case((flying, CHANGED), else_="withdrawn"),
            settled_at=case((flying, Outbox.settled_at), else_=real),
        )
    )
