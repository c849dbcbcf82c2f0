"""Texts that were not understood for sure, kept for a person to say what they mean; nothing tells whose they are.

open → taught | skipped
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKey, Select, func, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base
from bot.domain.sealed import Cipher, Finder, RowKey, Sealed

SOMEBODY: Final = "某某"
"""Stands where a name stood."""
LONGEST: Final = 60
SHORTEST: Final = 2
_FIGURES: Final = re.compile(r"\d{4,}")
_SIGNS: Final = re.compile(r"[{}<>|#\s]+")
"""What means something in a file of the lexicon."""


class Doubt(StrEnum):
    """Where a text stands."""

    OPEN = "open"
    TAUGHT = "taught"
    SKIPPED = "skipped"


class DoubtfulText(RowKey, Base):
    """One text, kept once however often it is said. No sender, no moment: only the day."""

    __tablename__ = "doubtful_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    text_sealed: Mapped[Cipher]
    text_whole: Mapped[Finder]
    options: Mapped[list[Any]] = mapped_column(default=list)
    """Labels of `bot.understand` it may mean, the likeliest first."""
    heard_on: Mapped[date]
    state: Mapped[Doubt] = mapped_column(default=Doubt.OPEN, index=True)
    label: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    text = Sealed(str, whole=str)


def pseudonymous(words: str, names: Iterable[str]) -> str:
    """`words` without these people's names and without long figures; "" where too little or too much is left."""
    for name in sorted({name for name in names if name}, key=len, reverse=True):
        words = words.replace(name, SOMEBODY)
    left = _SIGNS.sub(" ", _FIGURES.sub("0000", words)).strip()
    return left if SHORTEST <= len(left) <= LONGEST else ""


def said_before(text: str) -> Select[int]:
    """Whether this text is kept already."""
    return select(DoubtfulText.id).where(DoubtfulText.text.is_found("whole", text)).limit(1)


def open_texts() -> Select[DoubtfulText]:
    """What waits for a person, the oldest first."""
    return select(DoubtfulText).where(DoubtfulText.state == Doubt.OPEN).order_by(DoubtfulText.id)


def how_many_open() -> Select[int]:
    """How many wait."""
    return select(func.count(DoubtfulText.id)).where(DoubtfulText.state == Doubt.OPEN)


def taught() -> Select[DoubtfulText]:
    """What people said that texts mean, in the order they came in."""
    return select(DoubtfulText).where(DoubtfulText.state == Doubt.TAUGHT).order_by(DoubtfulText.id)
