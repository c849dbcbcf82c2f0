"""How long things are kept: the mark of rows whose words are gone, and the report of each night's purge."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Select, select, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base


class Forgets:
    """A row that outlives its words: that something happened stays, what was said about it goes."""

    forgotten_at: Mapped[datetime | None]
    """When its words were purged."""


def not_forgotten(table: str, moment: str) -> Index:
    """The index that finds what is to be purged next: a night costs what it purges, not what is kept."""
    still = text("forgotten_at IS NULL")
    name = f"ix_{table}_{moment}_not_forgotten"
    return Index(name, moment, sqlite_where=still, postgresql_where=still)


class PurgeNight(Base):
    """The report of one night: how many of each kind went. Begun and not done: it is taken up again."""

    __tablename__ = "purge_night"

    day: Mapped[date] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    gone: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{kind: how many rows or files}; kinds of which nothing was due are left out."""
    reached: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{table: id up to which the words are gone}, carried on from night to night."""


def nights() -> Select[PurgeNight]:
    """The reports, the latest first."""
    return select(PurgeNight).order_by(PurgeNight.day.desc())
