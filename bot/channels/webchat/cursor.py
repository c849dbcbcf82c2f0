"""How far a page of the web chat has read; what its stream goes on from."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a page has read: the reply fetched last, by real time and id, and the words said last, by id."""

    moment: datetime
    last: int
    heard: int = -1
    """Below 0: not known, so nothing said before counts."""

    def __str__(self) -> str:
        """As a page and a stream's events carry it."""
        since_start = (self.moment - START) // timedelta(microseconds=1)
        return f"{since_start}-{self.last}" + (f"-{self.heard}" if self.heard >= 0 else "")


def place_of(text: str) -> Cursor:
    """The inverse of `str`; what is none is the beginning."""
    parts = text.split("-")
    if len(parts) not in (2, 3) or not all(p.isascii() and p.isdigit() for p in parts):
        return Cursor(START, 0)
    moment, last, *heard = (int(part[:18]) for part in parts)
    try:
        return Cursor(START + timedelta(microseconds=moment), last, *heard)
    except OverflowError:
        return Cursor(START, 0)
