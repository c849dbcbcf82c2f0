"""Browsers that talk to us: each holds a secret in a cookie, of which only the hash is kept.

A browser is one address on the channel "web". A first visit stores nothing: its address follows from the
secret, and the row is made with the first words said. Times are real, never the calendar's moved clock.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base

SECRET_LENGTH: Final = 43
"""Characters of 32 random bytes, url-safe."""
FORGOTTEN_AFTER: Final = timedelta(days=180)
"""A browser not seen for so long signs in anew."""


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


def _hash(kind: str, secret: str) -> str:
    return sha256(f"yure:web:{kind}:{secret}".encode()).hexdigest()
