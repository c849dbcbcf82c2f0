"""Tries at signing in, counted in the database: who guesses waits, longer each time.

Each try counts for a few buckets at once: the name as it was typed, the network it came from, and everybody.
It is counted before the passphrase is looked at, so that guesses made side by side count too; success takes
it back. On a browser on which the person is signed in already only the browser's own bucket counts: nobody
elsewhere can lock out whoever has the desk open.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, mapped_column

from bot import keyring
from bot.domain.base import Base
from bot.text import normal


class SignInTries(Base):
    """One bucket: how many tries failed lately, and when the last was."""

    __tablename__ = "sign_in_tries"

    bucket: Mapped[str] = mapped_column(primary_key=True)
    """What is counted: a kind and an HMAC; no name and no address stands in it."""
    failed: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` failures cost nothing; each further one doubles the wait, from `first` up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta
    forget: timedelta
    """After so long without a failure all is forgotten."""


_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
LIMITS: Final = {
    "name": Limit(5, _MINUTE, _HOUR, 24 * _HOUR),
    "net": Limit(20, _MINUTE, _HOUR, 24 * _HOUR),
    "all": Limit(200, _MINUTE / 2, 5 * _MINUTE, _HOUR),
    "browser": Limit(5, _MINUTE, 15 * _MINUTE, 24 * _HOUR),
}
"""By the kind of bucket. One name is guessed some forty times a day at most; a network may hold an office."""


def buckets_elsewhere(who: str, net: str) -> list[str]:
    """What a try at a strange browser counts for, in the order in which buckets are locked."""
    return sorted((_bucket("name", normal(who)), _bucket("net", _network(net)), "all:"))


def buckets_here(session_id: int) -> list[str]:
    """What a try counts for on a browser on which the person is signed in."""
    return [f"browser:{session_id}"]


def locked(bucket: str) -> Select[SignInTries]:
    """One bucket, locked until the transaction ends."""
    return select(SignInTries).where(SignInTries.bucket == bucket).with_for_update()


def limit_of(bucket: str) -> Limit:
    """What holds for a bucket."""
    return LIMITS[bucket.partition(":")[0]]


def wait_until(row: SignInTries) -> datetime:
    """When a bucket takes the next try."""
    limit = limit_of(row.bucket)
    beyond = row.failed - limit.free
    if beyond < 0:
        return row.at
    # Doubled twenty times, a first wait is longer than any longest one.
    return row.at + min(limit.first * (1 << min(beyond, 20)), limit.longest)


def wait_for(rows: Sequence[SignInTries], real: datetime) -> datetime | None:
    """Until when the next try must wait; None where it may be made now."""
    until = max((wait_until(row) for row in rows if row.failed), default=real)
    return until if until > real else None


def count(rows: Sequence[SignInTries], real: datetime) -> None:
    """Count one failure in each bucket; old ones are forgotten first."""
    for row in rows:
        if real - row.at >= limit_of(row.bucket).forget:
            row.failed = 0
        row.failed, row.at = row.failed + 1, real


def forgive(rows: Sequence[SignInTries]) -> None:
    """It was no failure: who signs in has nothing against the name any more, and one less elsewhere."""
    for row in rows:
        mine = row.bucket.startswith(("name:", "browser:"))
        row.failed = 0 if mine else max(row.failed - 1, 0)


def _bucket(kind: str, words: str) -> str:
    return f"{kind}:{keyring.in_use().looked_up(f'sign_in_tries.{kind}', words)}"


def _network(net: str) -> str:
    """The network that one customer has: an IPv4 address, the /64 of an IPv6 address."""
    try:
        address = ipaddress.ip_address(net)
    except ValueError:
        return net
    if isinstance(address, ipaddress.IPv4Address):
        return net
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.ip_network((address, 64), strict=False))
