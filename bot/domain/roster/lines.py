"""The lines of a roster: entries, and what is wrong with them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.domain.people import Role, Status
from bot.domain.roster import cells
from bot.domain.roster.days import Misread, MonthOnly, contradictions, read_day
from bot.domain.roster.headings import Cell, Column, Field, Heading, Line, find_heading, heading_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is known of a person; "", None and no roles mean that it isn't known."""

    name: str
    number: str = ""
    sex: str = ""
    born_on: date | None = None
    joined_on: date | None = None
    full_member_on: date | None = None
    branch: str = ""
    organisations: frozenset[str] = frozenset()
    phone: str = ""
    """Digits only."""
    address: str = ""
    roles: frozenset[Role] = frozenset()
    note: str = ""
    status: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Details):
    """A person as a line of the roster tells it."""

    row: int
    """The line of the sheet, counted from the top, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Details):
    """A person as the house knows it; `id` is the house's own."""

    id: int


@dataclass(frozen=True, slots=True)
class Faulty:
    """What is wrong: the line of the sheet, the heading as the sheet writes it, the reason in Chinese."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as read.

    `entries` holds every line with a person in it; what was faulty in a line is left empty there, so
    that the person isn't missed. `noted` is what a person should know and that stops nothing.
    """

    heading: Heading
    entries: tuple[Entry, ...]
    faulty: tuple[Faulty, ...]
    noted: tuple[Faulty, ...]


_READERS: Final[dict[Field, Callable[[Cell], Any]]] = {
    Field.NUMBER: cells.read_number,
    Field.NAME: cells.read_name,
    Field.SEX: cells.read_sex,
    Field.BORN_ON: read_day,
    Field.JOINED_ON: read_day,
    Field.FULL_MEMBER_ON: read_day,
    Field.BRANCH: cells.read_long,
    Field.ORGANISATIONS: cells.read_organisations,
    Field.PHONE: cells.read_phone,
    Field.ADDRESS: cells.read_long,
    Field.ROLES: cells.read_roles,
    Field.NOTE: cells.read_long,
    Field.STATUS: cells.read_status,
}
_FOOTER: Final = re.compile(r"(合计|总计|小计|共计|填表|制表|审核|说明|备注|注)([人:： ]|$)|共\d+")


def read(rows: Iterable[Line], today: date, step: Callable[[], None] = lambda: None) -> Roster:
    """Read a sheet. All faults of all lines are collected; `Refused` only if there is no heading.

    `step`: called before each line.
    """
    lines = list(rows)
    heading = find_heading(lines)
    entries: list[Entry] = []
    faulty: list[Faulty] = []
    noted: list[Faulty] = []
    for row in lines:
        step()
        if row.line <= heading.line or _is_beside(row, heading):
            continue
        entry, faults, notes = _entry(row, heading)
        faults += [
            Faulty(row.line, heading.title(field), reason)
            for field, reason in contradictions(
                entry.born_on, entry.joined_on, entry.full_member_on, today
            )
        ]
        entries.append(entry)
        faulty += faults
        noted += notes
    return Roster(heading, tuple(entries), tuple(faulty), tuple(noted))


def _is_beside(row: Line, heading: Heading) -> bool:
    """Whether a line holds nobody: only counted beforehand, a heading again, a sum, a signature."""
    filled = [column for column in heading.columns.values() if cells.read_text(_at(row, column))]
    if not filled:
        return True
    again = heading_in(row)
    if again and again.columns == heading.columns:
        return True
    first = next(text for cell in row.cells if (text := cells.read_text(cell)))
    return bool(_FOOTER.match(first)) and len(filled) <= 2


def _entry(row: Line, heading: Heading) -> tuple[Entry, list[Faulty], list[Faulty]]:
    values: dict[str, Any] = {"name": ""}
    faults: list[Faulty] = []
    notes: list[Faulty] = []
    for field, column in heading.columns.items():
        cell = _at(row, column)
        if field is not Field.NAME and not cells.read_text(cell):
            continue
        try:
            values[field.value] = _READERS[field](cell)
        except MonthOnly as misread:
            if field is Field.BORN_ON and _asks_for_month(column):
                notes.append(Faulty(row.line, column.title, "只写到月，先不登记，以后可补。"))
            else:
                faults.append(Faulty(row.line, column.title, str(misread)))
        except Misread as misread:
            faults.append(Faulty(row.line, column.title, str(misread)))
    return Entry(row=row.line, **values), faults, notes


def _asks_for_month(column: Column) -> bool:
    """出生年月 is asked for by many forms. A made-up day would be greeted as a birthday: none is kept."""
    return "年月" in column.title and "日" not in column.title


def _at(row: Line, column: Column) -> Cell:
    return row.cells[column.place] if column.place < len(row.cells) else None
