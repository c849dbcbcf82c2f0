"""Browsers that talk to us: each holds a secret in a cookie, of which only the hash is kept.

A browser is one address on the channel "web". A first visit stores nothing: its address follows from the
secret, and the row is made with the first words said. Times are real, never the calendar's moved clock.

For members that is all: a browser once bound stays bound. One that speaks for staff opens only while
somebody of the staff has signed in on it, and not for ever:

    signed in by a link ──(link hours)──────────────────────────────→ SHUT
      └ a passphrase is set ─→ signed in by passphrase ──(days)─────→ SHUT
                                 └(minutes without use)→ IDLE ──passphrase──→ open again
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.people import STAFF_ROLES, Grant, Person, Sender, Status

CHANNEL: Final = "web"
"""The channel whose addresses are browsers."""

SECRET_LENGTH: Final = 43
"""Characters of 32 random bytes, url-safe."""
FORGOTTEN_AFTER: Final = timedelta(days=180)
"""A browser not seen for so long signs in anew."""


class How(StrEnum):
    """By what somebody of the staff signed in."""

    LINK = "link"
    PASSPHRASE = "passphrase"  # noqa: S105  its name


class Access(StrEnum):
    """Whether a browser opens what it is bound to."""

    OPEN = "open"
    IDLE = "idle"
    """Not used for a while: the passphrase is asked for again."""
    SHUT = "shut"
    """Staff must sign in first."""
    BARE = "bare"
    """Signed in, but the code that the house asks for is not set up yet."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms staff come in: [doors]."""

    passphrase: bool = True
    """False: a link signs in for good, as it does members."""
    code_required: bool = False
    idle: timedelta = timedelta(minutes=60)
    longest: timedelta = timedelta(days=7)
    link: timedelta = timedelta(hours=12)
    """How long a link opens the desk without a passphrase."""


class WebSession(Base):
    """One browser. A new sign-in gives it a new secret; the old row is ended, and purged
    half a year later (`bot.pages.doors` says why that opens nothing)."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who of the staff signed in here last."""
    how: Mapped[How | None]
    signed_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """When somebody last opened a page or pressed a button; what only follows along doesn't count."""
    device: Mapped[str] = mapped_column(default="")
    """In plain words: "Windows 电脑，Edge"."""
    net: Mapped[str] = mapped_column(default="")
    """The network address it came from."""

    person: Mapped[Person | None] = relationship(lazy="joined")


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody of the staff signs in: who, by what, on what, since when."""

    person_id: int
    how: How
    at: datetime
    device: str = ""
    net: str = ""


def new_secret() -> str:
    """What a browser keeps in its cookie."""
    return secrets.token_urlsafe(32)


def new_address() -> str:
    """An address that follows from nothing."""
    return f"w{secrets.token_hex(12)}"


def address_of(secret: str) -> str:
    """The address of a browser of which no row is kept yet; tells nothing about the secret."""
    return f"w{_hash('address', secret)[:24]}"


def session_of(secret: str, address: str, real: datetime) -> WebSession:
    """A new row for the browser that holds `secret`."""
    return WebSession(
        secret_hash=_hash("secret", secret), address=address, made_at=real, seen_at=real
    )


def with_secret(secret: str) -> Select[WebSession]:
    """The row of the browser that holds `secret`, ended or not."""
    return select(WebSession).where(WebSession.secret_hash == _hash("secret", secret))


def open_at(address: str) -> Select[WebSession]:
    """The live sessions of one address."""
    return select(WebSession).where(WebSession.address == address, WebSession.ended_at.is_(None))


def is_open(session: WebSession, real: datetime) -> bool:
    """Whether the browser still counts: not ended, seen within 180 days."""
    return session.ended_at is None and real - session.seen_at < FORGOTTEN_AFTER


def sign(row: WebSession, signed: Signed, real: datetime) -> None:
    """Note on a browser's row who signed in."""
    row.person_id, row.how, row.signed_at = signed.person_id, signed.how, signed.at
    row.device, row.net, row.used_at = signed.device, signed.net, real


def ends_at(row: WebSession, terms: Terms) -> datetime | None:
    """When a browser on which staff signed in asks for that anew, however much it is used."""
    if row.signed_at is None:
        return None
    return row.signed_at + (terms.link if row.how is How.LINK else terms.longest)


def lasts(row: WebSession, real: datetime, terms: Terms) -> bool:
    """Whether staff are signed in on a browser, though it may have been left alone."""
    until = ends_at(row, terms)
    return until is not None and real < until


def access(row: WebSession, factor: bytes | None, real: datetime, terms: Terms) -> Access:
    """Whether a browser on which staff signed in is open.

    `factor`: as `credentials.second_factor_of` has it; None while there is no passphrase to ask for.
    """
    if row.used_at is None or not lasts(row, real, terms):
        return Access.SHUT
    if factor is not None and real - row.used_at >= terms.idle:
        return Access.IDLE
    return Access.BARE if terms.code_required and not factor else Access.OPEN


def staff_at(address: str) -> Select[int]:
    """The ids of the staff for whom a browser speaks."""
    return (
        select(Person.id)
        .distinct()
        .join(Sender, Sender.person_id == Person.id)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Sender.channel == CHANNEL,
            Sender.address == address,
            Sender.ended_at.is_(None),
            Sender.relation == "self",
            Person.status == Status.ACTIVE,
            Grant.role.in_(STAFF_ROLES),
        )
    )


def own_addresses(person_id: int) -> Select[str]:
    """The addresses of browsers that were ever bound to this person and to nobody else, the latest first."""
    other = (
        select(Sender.address)
        .where(Sender.channel == CHANNEL, Sender.person_id != person_id)
        .scalar_subquery()
    )
    return (
        select(Sender.address)
        .where(
            Sender.channel == CHANNEL,
            Sender.person_id == person_id,
            Sender.relation == "self",
            Sender.address.not_in(other),
        )
        .order_by(Sender.bound_at.desc(), Sender.id.desc())
    )


def signed_in(person_id: int) -> Select[WebSession]:
    """The browsers on which somebody is signed in, the last used first."""
    return (
        select(WebSession)
        .where(WebSession.person_id == person_id, WebSession.ended_at.is_(None))
        .order_by(WebSession.used_at.desc(), WebSession.id.desc())
    )


def _hash(kind: str, secret: str) -> str:
    return sha256(f"yure:web:{kind}:{secret}".encode()).hexdigest()
