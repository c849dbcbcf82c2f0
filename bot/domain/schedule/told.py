"""Whom a change of a day concerns: who was reminded of it, who said something about it, what waits to go out."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from bot.domain.mail import Outbox, Sending
from bot.domain.occurrence import Occurrence
from bot.domain.people import Person, Status
from bot.domain.schedule.day import Day
from bot.domain.schedule.part import on_leave, signed_up
from bot.domain.schedule.tables import Leave, SignUp

UNSENT = (Sending.QUEUED, Sending.WAITING, Sending.HELD)
"""What is withdrawn where it is not true any more."""
_TOLD = (Sending.SENT, Sending.SENDING, Sending.DOUBTFUL)


def was_told() -> ColumnElement[bool]:
    """A message that somebody has read, or may have: an attempt whose end nobody knows counts."""
    tried = Outbox.state.in_([*UNSENT, Sending.CANCELLED]) & (Outbox.attempts > 0)
    return Outbox.state.in_(_TOLD) | tried


def reminded(day: Day) -> Select[int]:
    """The ids of those who were reminded of a day: the clock tells them of a change of day or hour."""
    return _reminders(day, Outbox.person_id).where(was_told()).distinct()


def unsent(day: Day) -> Select[int]:
    """How many reminders of a day wait to go out: they don't where its day or hour changes."""
    return _reminders(day, func.count(Outbox.id)).where(Outbox.state.in_(UNSENT))


def bound_to_come(day: Day) -> Select[Person]:
    """Who signed up or is on leave, and was not reminded yet: nobody else tells them of a change."""
    coming = signed_up(day).with_only_columns(SignUp.person_id)
    away = on_leave(day).with_only_columns(Leave.person_id)
    return _people(Person.id.in_(coming.union(away)), Person.id.not_in(reminded(day)))


def concerned(day: Day) -> Select[Person]:
    """Who has heard of a day or is about to, and who said something about it: the clock knows no places."""
    ready = _reminders(day, Outbox.person_id).where(was_told() | Outbox.state.in_(UNSENT))
    coming = signed_up(day).with_only_columns(SignUp.person_id)
    away = on_leave(day).with_only_columns(Leave.person_id)
    return _people(or_(Person.id.in_(ready), Person.id.in_(coming.union(away))))


def _people(*which: ColumnElement[bool]) -> Select[Person]:
    return select(Person).where(Person.status == Status.ACTIVE, *which).order_by(Person.id)


def _reminders(day: Day, what: Any) -> Select[Any]:
    """`what` of the messages that were ever queued about a day."""
    rule, subject = day.occasion
    return (
        select(what)
        .join(Occurrence, Occurrence.id == Outbox.occurrence_id)
        .where(
            Occurrence.rule == rule,
            Occurrence.day == day.named,
            Occurrence.subject == subject,
            Outbox.person_id.is_not(None),
        )
    )
