"""What is counted for a report: who came, who was visited, whom notices reached, how soon people were answered.

Each query counts in the database, by an index that begins with what the period narrows down; none reads people.
They are for `Rows.table`. `whose`: ids of branches; None: everybody's.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, exists, extract, func, or_, select

from bot.domain.handover import Handover
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices import STARTED, Notice, NoticeReceipt
from bot.domain.notices import State as NoticeState
from bot.domain.people import Grant, Person, Role, Status
from bot.domain.period import Period
from bot.domain.registration import RegistrationRequest, Stage
from bot.domain.schedule import Attendance, DayKind, Leave
from bot.domain.visits import State, Visit

Whose = Collection[int] | None
WITHIN: tuple[tuple[str, int], ...] = (
    ("半小时内", 30 * 60),
    ("两小时内", 2 * 3600),
    ("一天内", 86400),
)
"""How soon somebody was answered, and up to how many seconds."""
LATER, WAITING = "一天以后", "还没有"
MISSED, FETCHED_LATER, ARRIVED = 0, 1, 2
"""How far a notice came to somebody; the higher, the nearer."""


def came(whose: Whose, span: Period) -> Any:
    """(branch, kind, how often somebody signed in)."""
    return _days_of(Attendance, whose, span)


def away(whose: Whose, span: Period) -> Any:
    """(branch, kind, how often somebody took leave)."""
    return _days_of(Leave, whose, span)


def came_by_day(whose: Whose, first: date, last: date) -> Any:
    """(day, kind, how often) of the days on which somebody came.

    In the order of an index, which is all that is read. By month, each row's date would be taken apart: seven times
    the work.
    """
    return (
        select(Attendance.day, Attendance.kind, func.count())
        .where(
            Attendance.day.between(first, last),
            Attendance.ended_at.is_(None),
            *_of_branch(Attendance.branch_id, whose),
        )
        .group_by(Attendance.day, Attendance.kind)
    )


def visits_on(whose: Whose, span: Period) -> Any:
    """(state, how many) of the visits of these days."""
    return (
        select(Visit.state, func.count())
        .where(Visit.day.between(span.first, span.last), *_of_branch(Visit.branch_id, whose))
        .group_by(Visit.state)
    )


def visits_asked(whose: Whose, span: Period) -> Any:
    """(how many were asked for)."""
    return select(func.count()).where(
        Visit.created_at >= span.begins,
        Visit.created_at < span.ends,
        *_of_branch(Visit.branch_id, whose),
    )


def visits_waited(whose: Whose, span: Period) -> Any:
    """(mean, longest) seconds from asking to seeing somebody, of the visits that ended so in the period."""
    seconds = _seconds(Visit.created_at, Visit.closed_at)
    return select(func.avg(seconds), func.max(seconds)).where(
        Visit.state == State.DONE,
        Visit.closed_at >= span.begins,
        Visit.closed_at < span.ends,
        *_of_branch(Visit.branch_id, whose),
    )


def unseen(whose: Whose, since: date, upto: date) -> Any:
    """(how many members on the roster) whom no visit met between both days."""
    met = exists().where(
        Visit.person_id == Person.id, Visit.state == State.DONE, Visit.day.between(since, upto)
    )
    member = exists().where(Grant.person_id == Person.id, Grant.role == Role.MEMBER)
    return select(func.count(Person.id)).where(
        Person.status == Status.ACTIVE, member, ~met, *_of_branch(Person.branch_id, whose)
    )


def notices_sent(whose: Whose, span: Period) -> Any:
    """(ARRIVED, FETCHED_LATER or MISSED, how many recipients) of the notices that began in the period.

    Who was written to twice about the same notice counts once, by what came nearest.
    """
    best = case(
        (Outbox.state == Sending.SENT, ARRIVED),
        (Outbox.state == Sending.WAITING, FETCHED_LATER),
        else_=MISSED,
    )
    query = select(func.max(best).label("best")).join(Notice, Notice.id == Outbox.notice_id)
    each = (
        _of_people(query, Outbox.person_id, whose)
        .where(*_begun(span), Outbox.kind == Mail.NOTICE)
        .group_by(Outbox.notice_id, Outbox.person_id)
        .subquery()
    )
    return select(each.c.best, func.count()).group_by(each.c.best)


def notices_confirmed(whose: Whose, span: Period) -> Any:
    """(how, how many recipients) who have said 收到, or were told on the phone."""
    query = select(NoticeReceipt.how, func.count()).join(
        Notice, Notice.id == NoticeReceipt.notice_id
    )
    return (
        _of_people(query, NoticeReceipt.person_id, whose)
        .where(*_begun(span))
        .group_by(NoticeReceipt.how)
    )


def notices_begun(span: Period) -> Any:
    """(how many notices began): one that was stopped, too, where somebody was to get it by then."""
    stopped_before = (Notice.state == NoticeState.CANCELLED) & ~exists().where(
        Outbox.notice_id == Notice.id
    )
    return select(func.count(Notice.id)).where(*_begun(span), ~stopped_before)


def answered(whose: Whose, span: Period) -> Any:
    """(how soon, how many, mean seconds) of those who asked for a person in the period; strangers are everybody's."""
    how = _how_soon(Handover.at, Handover.taken_at)
    seconds = func.avg(_seconds(Handover.at, Handover.taken_at))
    query = select(how, func.count(), seconds).where(
        Handover.at >= span.begins, Handover.at < span.ends
    )
    if whose is not None:
        query = query.outerjoin(Person, Person.id == Handover.person_id).where(
            or_(Person.branch_id.in_(whose), Handover.person_id.is_(None))
        )
    return query.group_by(how)


def decided(whose: Whose, span: Period) -> Any:
    """The same of registrations that waited for a coordinator."""
    how = _how_soon(RegistrationRequest.at, RegistrationRequest.decided_at)
    seconds = func.avg(_seconds(RegistrationRequest.at, RegistrationRequest.decided_at))
    looked_at = (Stage.OPEN, Stage.APPROVED, Stage.REJECTED)
    query = select(how, func.count(), seconds).where(
        RegistrationRequest.at >= span.begins,
        RegistrationRequest.at < span.ends,
        RegistrationRequest.stage.in_(looked_at),
    )
    if whose is not None:
        query = query.outerjoin(Person, Person.id == RegistrationRequest.person_id).where(
            or_(Person.branch_id.in_(whose), RegistrationRequest.person_id.is_(None))
        )
    return query.group_by(how)


def _days_of(table: type[Attendance | Leave], whose: Whose, span: Period) -> Any:
    return (
        select(table.branch_id, table.kind, func.count())
        .where(
            table.day.between(span.first, span.last),
            table.kind.in_((DayKind.STUDY, DayKind.SERVICE)),
            table.ended_at.is_(None),
            *_of_branch(table.branch_id, whose),
        )
        .group_by(table.branch_id, table.kind)
    )


def _of_branch(column: Any, whose: Whose) -> tuple[ColumnElement[bool], ...]:
    return () if whose is None else (column.in_(whose),)


def _of_people(query: Any, column: Any, whose: Whose) -> Any:
    if whose is None:
        return query
    return query.join(Person, Person.id == column).where(Person.branch_id.in_(whose))


def _begun(span: Period) -> tuple[ColumnElement[bool], ...]:
    """Its time came in the period; whoever joins what was sent leaves out what was stopped before."""
    return (
        Notice.state.in_((*STARTED, NoticeState.CANCELLED)),
        Notice.starts_at >= span.begins,
        Notice.starts_at < span.ends,
    )


def _seconds(begin: Any, end: Any) -> Any:
    return extract("epoch", end) - extract("epoch", begin)


def _how_soon(begin: Any, end: Any) -> Any:
    """One of `WITHIN`, LATER or WAITING."""
    seconds = _seconds(begin, end)
    steps = [(seconds <= most, name) for name, most in WITHIN]
    return case((end.is_(None), WAITING), *steps, else_=LATER)
