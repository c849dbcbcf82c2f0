"""A year's holidays as they would be: which days that moves, and keeping it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.holidays import Holidays, YearTable, gather, read_year, shipped
from bot.domain.schedule import By, Change, HolidayYear
from bot.now import local_day
from bot.talk import Note, Rows
from handlers.calendar.follow import follow

_AFTER = timedelta(days=31)
"""A holiday at the end of December moves days into January."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A year as it would be known, and which days that moves."""

    table: YearTable
    changes: Sequence[Change]


def proposed(rows: Rows, text: str, today: date) -> Proposal:
    """What a year's text would change. Raises Refused naming every faulty line."""
    table, known = read_year(text), schedule.holidays_in(rows)
    first = max(today, date(table.year - 1, 12, 1))
    last = date(table.year, 12, 31) + _AFTER
    if last < first:
        raise Refused(f"{table.year}年已经过去了，请核对年份。")
    sheet = schedule.read_sheet(rows, None, first, last)
    was, will = (
        [day for day in schedule.calendar_of(sheet, first, last, days) if day.day >= today]
        for days in (known, known_with(rows, table))
    )
    return Proposal(table, schedule.changes(was, will))


def keep_year(rows: Rows, settings: Any, text: str, by: By) -> tuple[HolidayYear, list[Note]]:
    """Store it in place of the year's former file; who said something about a moved day is told."""
    found = proposed(rows, text, local_day(by.at))
    text = "\n".join(text.splitlines())
    new = schedule.holiday_year(text, by)
    row = rows.get(HolidayYear, new.year)
    if row is None:
        row = new
        rows.add(row)
    else:
        row.text, row.confirmed, row.by_id, row.at = text, new.confirmed, by.person_id, by.at
        rows.flush()
    key = f"calendar:holidays:{row.year}:{by.at.isoformat()}"
    notes: list[Note] = []
    for change in found.changes:
        about = change.about
        one = f"{key}:{about[0]}:{about[1]}" if about else key
        notes += follow(rows, settings, [change], one, "放假安排")
    return row, notes


def table_of(rows: Rows, year: int) -> YearTable | None:
    """The file of a year that holds: the office's own, else the one that came with the product."""
    own = rows.get(HolidayYear, year)
    if own is not None:
        return read_year(own.text)
    return next((table for table in shipped() if table.year == year), None)


def known_with(rows: Rows, table: YearTable) -> Holidays:
    """What is known with this year's table in place of the former one."""
    own = [
        read_year(year.text) for year in rows.all(schedule.own_years()) if year.year != table.year
    ]
    return gather((*shipped(), *own, table))
