"""The version of the roster: another number after each transaction that wrote anything a comparison reads.

What was compared holds as long as the number does. It is moved by `bot.db.versions`, which sees each write.
"""

from typing import Any, Final

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base
from bot.domain.organisations import Membership, Organisation
from bot.domain.people import Branch, Grant, Person

ROSTER: Final[tuple[type[Base], ...]] = (Person, Grant, Branch, Organisation, Membership)
"""The tables that a sheet is compared with."""


class RosterVersion(Base):
    """One row."""

    __tablename__ = "roster_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


def version() -> Select[int]:
    """The number now; nothing where the roster was never written."""
    return select(RosterVersion.version)


MOVE: Final[Any] = update(RosterVersion).values(version=RosterVersion.version + 1)
BEGIN: Final[Any] = insert(RosterVersion).values(id=1, version=1)
