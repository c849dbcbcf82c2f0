"""Queries about visits, as values."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Select, case, false, or_, select

from bot.domain.people import Consent, Person, Role, Status, holding
from bot.domain.visits.tables import OPEN, Invited, State, Visit, VisitInvitation


def open_about(person_id: int) -> Select[Visit]:
    """The open visit to a person: at most one."""
    return _open().where(Visit.person_id == person_id)


def open_named(by_id: int, words: str) -> Select[Visit]:
    """The open visit that `by_id` asked for under these words, for somebody not on the roster."""
    return _open().where(
        Visit.by_id == by_id, Visit.person_id.is_(None), Visit.person_words == words
    )


def asked_by(people: Iterable[int]) -> Select[Visit]:
    """Open visits to these persons, or asked for by them; the next one first."""
    ids = list(people)
    return (
        _open()
        .where(or_(Visit.person_id.in_(ids), Visit.by_id.in_(ids)))
        .order_by(Visit.day, Visit.id)
    )


def invitations_of(volunteer_id: int) -> Select[VisitInvitation]:
    """Invitations that wait for this volunteer's answer, the next visit first."""
    return (
        select(VisitInvitation)
        .join(Visit)
        .where(
            VisitInvitation.volunteer_id == volunteer_id,
            VisitInvitation.state == Invited.OPEN,
            Visit.state == State.INVITED,
        )
        .order_by(Visit.day, VisitInvitation.id)
    )


def taken_by(volunteer_id: int) -> Select[Visit]:
    """Visits that this volunteer accepted and has still to make, the next one first."""
    return (
        select(Visit)
        .where(Visit.volunteer_id == volunteer_id, Visit.state == State.ACCEPTED)
        .order_by(Visit.day, Visit.id)
    )


def recent_of(volunteer_id: int, today: date, address_days: int) -> Select[Visit]:
    """Visits accepted or made whose address this volunteer may see: until `address_days` after the visit."""
    return (
        select(Visit)
        .where(
            Visit.volunteer_id == volunteer_id,
            Visit.state.in_((State.ACCEPTED, State.DONE, State.NOT_HOME)),
            Visit.day >= today - timedelta(days=address_days),
        )
        .order_by(Visit.day, Visit.id)
    )


def on_days(first: date, last: date) -> Select[Visit]:
    """Open visits that take place on these days."""
    return _open().where(Visit.day.between(first, last)).order_by(Visit.day, Visit.id)


def due_between(first: date, last: date) -> Select[Visit]:
    """Open visits whose last day in time lies between these days."""
    return _open().where(Visit.due_on.between(first, last)).order_by(Visit.due_on, Visit.id)


def by_urgency() -> Select[Visit]:
    """Open visits, by state as they need somebody, then by the day they are due."""
    found = select(Visit).where(Visit.state.in_(OPEN))
    urgency = {state: place for place, state in enumerate(State)}
    return found.order_by(case(urgency, value=Visit.state), Visit.due_on, Visit.id)


def following(visit_id: int) -> Select[Visit]:
    """The open visit that was proposed because this one found nobody at home."""
    return _open().where(Visit.follows_id == visit_id)


def volunteers_for(visit: Visit) -> Select[Person]:
    """Volunteers who may be asked to go: not the visited person, nor who declined this visit already."""
    refused = select(VisitInvitation.volunteer_id).where(
        VisitInvitation.visit_id == visit.id, VisitInvitation.state == Invited.DECLINED
    )
    return holding(Role.VOLUNTEER, visit.branch_id).where(
        Person.id.not_in(refused), Person.id != visit.person_id if visit.person_id else ~false()
    )


def named(name: str) -> Select[Person]:
    """Persons on the roster with exactly this name."""
    return select(Person).where(
        Person.name == name, Person.status.in_((Status.ACTIVE, Status.PAUSED))
    )


def health_consent(person_id: int) -> Select[Consent]:
    """The consent under which a person's state of health may be noted for a visit."""
    return select(Consent).where(
        Consent.person_id == person_id, Consent.purpose == "health", Consent.withdrawn_at.is_(None)
    )


def _open() -> Select[Visit]:
    return select(Visit).where(Visit.state.in_(OPEN))
