"""Cards: a code on paper, a sign-in link, a deep link; made, and made worthless."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain import cards
from bot.domain.people import Person, Sender, senders_of


@dataclass(frozen=True, slots=True)
class Invitation:
    """A fresh card, at the only moment at which its secrets are known."""

    person: Person
    code: str
    url: str
    telegram: str | None
    """None where no bot's name is known."""


def invite(
    session: Session, person: Person, public_url: str, now: datetime, by: Person | None = None
) -> Invitation:
    """Make a card. Raises Refused for somebody who is not on the roster. Older cards stay good."""
    cards.check_person(person)
    card, code, token = cards.make(person.id, now, by.id if by else None)
    session.add(card)
    session.flush()
    return Invitation(person, code, cards.code_url(public_url, token), None)


def revoke(session: Session, person: Person, now: datetime) -> int:
    """Make all unspent cards of a person worthless; returns how many."""
    found = list(session.scalars(cards.unspent(person.id, now)))
    for card in found:
        cards.revoke(card, now)
    return len(found)


def sign_out(session: Session, person: Person, now: datetime) -> list[Sender]:
    """End every binding of a person (a phone was lost); those ended."""
    found = list(session.scalars(senders_of(person.id)).unique())
    cards.end(found, now)
    return found
