"""One-time sign-in links into the demonstration, new in every run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import cards
from bot.domain.people import Person

WHO = (
    ("0001", "member"),
    ("0002", "member"),
    ("0003", "member"),
    ("9001", "volunteer"),
    ("8001", "coordinator"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A sign-in link of one fictitious person."""

    name: str
    role: str
    url: str


def links(session: Session, public_url: str, now: datetime) -> list[Link]:
    """Three members, a volunteer and a coordinator."""
    found = []
    for number, role in WHO:
        person = session.scalars(select(Person).where(Person.number == number)).unique().one()
        card, _, token = cards.make(person.id, now)
        session.add(card)
        found.append(Link(person.name, role, cards.code_url(public_url, token)))
    return found
