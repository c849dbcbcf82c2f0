"""Dates as rosters write them, and whether the dates of a life fit together."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.roster.headings import Cell, Field

ADULT: Final = 18
"""Years; the Party's constitution, article 1."""
_EARLIEST: Final = date(1900, 1, 1)
_SERIAL_ZERO: Final = date(1899, 12, 30)
"""Day 0 of Excel's 1900 system, as it counts from March 1900 on."""
_SERIALS: Final = range(2_100, 80_000)
"""1905 to 2119. Smaller numbers are years: 1976.12 in a number cell is a month, not a day of 1905."""

_SPLIT: Final = re.compile(
    r"(\d{4})\s*[-./年、]\s*(\d{1,2})\s*[-./月、]\s*(\d{1,2})\s*[日号]?(?:[ T]\d.*)?"
)
_MONTH: Final = re.compile(r"(\d{4})\s*[-./年、]\s*\d{1,2}\s*月?|\d{6}|\d{4}\s*年?")
_DASHES: Final = str.maketrans("–—−‐‑。", "-----.")


class Misread(Exception):
    """A cell that can't be taken as it stands; the text says why, in Chinese."""


class MonthOnly(Misread):
    """A date without its day."""


def read_day(cell: Cell) -> date:
    """The day that a filled cell means. Raises `Misread`, or `MonthOnly` where the day is missing."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = f"{cell:.10g}" if isinstance(cell, int | float) else str(cell)
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return _from_digits(text)
    found = _SPLIT.fullmatch(text)
    return _made(text, *found.groups()) if found else _refuse(text)


def _from_digits(text: str) -> date:
    whole = text.split(".")[0]
    if len(whole) == 8:
        return _made(text, whole[:4], whole[4:6], whole[6:])
    if len(whole) < 6 and int(whole) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(whole))
    return _refuse(text)


def _made(text: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise Misread(f"日历上没有“{text[:20]}”这一天，请核对。") from error


def _refuse(text: str) -> date:
    if _MONTH.fullmatch(text):
        raise MonthOnly("只写到月，缺少日。请写全，例如 1976-12-26。")
    raise Misread(f"认不出“{text[:20]}”是哪一天。请写成 1976-12-26 这样。")


def age_on(born_on: date, day: date) -> int:
    """Whole years of age on `day`."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def contradictions(
    born_on: date | None, joined_on: date | None, full_member_on: date | None, today: date
) -> Iterator[tuple[Field, str]]:
    """What can't be true of these dates, with the field to look at first."""
    days = {
        Field.BORN_ON: born_on,
        Field.JOINED_ON: joined_on,
        Field.FULL_MEMBER_ON: full_member_on,
    }
    for field, day in days.items():
        if day and day > today:
            yield field, f"日期{day}还没有到，请核对。"
        elif day and day < _EARLIEST:
            yield field, f"日期{day}太早，请核对。"
    first = joined_on or full_member_on
    if born_on and first and age_on(born_on, first) < ADULT:
        field = Field.JOINED_ON if joined_on else Field.FULL_MEMBER_ON
        yield field, f"入党时不满{ADULT}岁（{born_on}出生，{first}入党），请核对。"
    # Equal is right for those who joined from April 1969 to August 1977: they had no probation.
    if joined_on and full_member_on and full_member_on < joined_on:
        yield Field.FULL_MEMBER_ON, f"转正日期{full_member_on}早于入党日期{joined_on}，请核对。"
