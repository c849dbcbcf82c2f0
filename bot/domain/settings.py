"""What administrators changed on the settings page: every change is a row, the last one of a name holds.

A row without a value takes the name back to what file or release say. Nothing is overwritten, so the
table is its own history, and its highest id says whether a process has seen the latest.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Select, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.people import Person

PHRASE: Final = "text:"
"""In front of the name of a phrase; other names are "section.key"."""


class SettingChange(Base):
    """One change: who, when, which, to what."""

    __tablename__ = "setting_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    """ "quiet.start", or "text:birthday.note"."""
    value: Mapped[str | None]
    """As JSON; None: back to what file or release say."""
    file: Mapped[str] = mapped_column(default="")
    """What file or release said at that time, as JSON: an edit of the file later on is noticed by it."""
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship(lazy="joined")


def newest(*, phrases: bool = True) -> Select[int]:
    """The number of the latest change, 0 before the first; without `phrases`, of those that aren't words."""
    query = select(func.coalesce(func.max(SettingChange.id), 0))
    return query if phrases else query.where(SettingChange.name.not_like(f"{PHRASE}%"))


def standing() -> Select[SettingChange]:
    """The last change of every name."""
    last = select(func.max(SettingChange.id)).group_by(SettingChange.name)
    return select(SettingChange).where(SettingChange.id.in_(last)).order_by(SettingChange.id)


def history(name: str) -> Select[SettingChange]:
    """Who changed it, the latest first."""
    return select(SettingChange).where(SettingChange.name == name).order_by(SettingChange.id.desc())
