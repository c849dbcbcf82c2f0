"""Whom a stranger may be, tries so far, and what waits: queries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select

from bot.domain.people import Person, last_four
from bot.domain.registration.judging import Told, about
from bot.domain.registration.tables import DAY, RegistrationRequest, RegistrationTry, Stage
from bot.text import same_name


def likely(told: Told) -> Select[Person]:
    """Everybody whose phone ends as was said: few, whatever the size of the roster."""
    return (
        select(Person)
        .where(Person.phone.is_found("tail", last_four(told.phone)))
        .order_by(Person.id)
    )


def tries(since: datetime) -> Select[int]:
    """How many tries there were, by anybody."""
    return select(func.count(RegistrationTry.id)).where(RegistrationTry.at > since)


def tries_of(channel: str, address: str, since: datetime) -> Select[int]:
    """How often one address has tried."""
    return tries(since).where(
        RegistrationTry.channel == channel, RegistrationTry.address == address
    )


def tries_about(name: str, since: datetime) -> Select[int]:
    """How often anybody has tried this name."""
    return tries(since).where(RegistrationTry.about == about(name))


def waiting() -> Select[RegistrationRequest]:
    """Registrations that nobody has decided, the oldest first."""
    return (
        select(RegistrationRequest)
        .where(RegistrationRequest.stage == Stage.OPEN)
        .order_by(RegistrationRequest.at, RegistrationRequest.id)
    )


def resembled(requests: Sequence[RegistrationRequest]) -> Select[Person]:
    """Everybody whom these may be."""
    ids = {int(id_) for request in requests for id_ in request.candidates}
    return select(Person).where(Person.id.in_(ids))


def waiting_at(channel: str, address: str) -> Select[RegistrationRequest]:
    """What one address has waiting, the oldest first."""
    return waiting().where(
        RegistrationRequest.channel == channel, RegistrationRequest.address == address
    )


def bound_lately(now: datetime) -> Select[RegistrationRequest]:
    """What the rule bound in the last 24 hours: a coordinator may take it back. The latest first."""
    return (
        select(RegistrationRequest)
        .where(RegistrationRequest.stage == Stage.BOUND, RegistrationRequest.decided_at > now - DAY)
        .order_by(RegistrationRequest.id.desc())
    )


def matching(requests: Sequence[RegistrationRequest], person: Person) -> list[RegistrationRequest]:
    """The requests that may be this person's."""
    return [r for r in requests if person.id in r.candidates or same_name(r.name, person.name)]
