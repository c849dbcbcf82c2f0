"""The versions of some tables: another number after each transaction that wrote to one.

What was read from them holds as long as their numbers do: the comparison of a sheet with the roster, what waits on
the desk. They are moved by `bot.db.versions`, which sees each write. Not among them are tables that each message
writes to: all writers of a table meet at its number.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base
from bot.domain.correction import Correction
from bot.domain.doubt import DoubtfulText
from bot.domain.handover import CannedAnswer, Handover, HandoverNote
from bot.domain.notices import Notice
from bot.domain.organisations import Membership, Organisation
from bot.domain.people import Branch, Grant, Person
from bot.domain.registration import RegistrationRequest
from bot.domain.schedule import (
    CalendarException,
    CalendarRule,
    HolidayYear,
    Leave,
    MakeUpTask,
    StudyPlan,
)
from bot.domain.visits import Visit

Tables = tuple[type[Base], ...]

ROSTER: Final[Tables] = (Person, Grant, Branch, Organisation, Membership)
"""The tables that a sheet is compared with."""
CALENDAR: Final[Tables] = (CalendarRule, CalendarException, StudyPlan, HolidayYear)
"""The tables that days are made of."""
WATCHED: Final[Tables] = (
    *ROSTER, *CALENDAR, Leave, MakeUpTask, Visit, Handover, HandoverNote, CannedAnswer, RegistrationRequest,
    Correction, DoubtfulText, Notice,
)  # fmt: skip


class TableVersion(Base):
    """The number of one table, by its name; none where it was never written."""

    __tablename__ = "table_version"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]


_EVERY: Final = select(TableVersion.name, TableVersion.version)
_ROSTER: Final = select(func.coalesce(func.sum(TableVersion.version), 0)).where(
    TableVersion.name.in_([one.__tablename__ for one in ROSTER])
)


def roster_version() -> Select[int]:
    """One number for the whole roster; 0 where it was never written."""
    return _ROSTER


def versions() -> Select[str, int]:
    """(name, number) of every table that has one."""
    return _EVERY


def of(known: Iterable[tuple[str, int]], tables: Tables) -> tuple[tuple[str, int], ...]:
    """Those of these tables, as a value to compare."""
    names = {one.__tablename__ for one in tables}
    return tuple(sorted(one for one in known if one[0] in names))
