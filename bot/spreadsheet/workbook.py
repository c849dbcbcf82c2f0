"""Sheets of an .xlsx or .xls, by python-calamine."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.spreadsheet.limits import BROKEN, LOCKED, MACROS, RESAVE, Limits, Unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Cell = str | int | float | bool | date | datetime | time | timedelta


class Found(NamedTuple):
    """One sheet: its name and its lines from the top; what to say if it is chosen but too large."""

    name: str
    lines: Iterator[Sequence[Cell]]
    refusal: str | None = None


# In UTF-16 as all names in an OLE file: an encrypted .xlsx is an OLE file with this stream.
_ENCRYPTED_XLSX = "EncryptedPackage".encode("utf-16-le")
# FILEPASS, in the third place at the latest: after the BOF record of BIFF8 and WRITEPROTECT.
_ENCRYPTED_XLS = re.compile(
    rb"\x09\x08\x10\x00\x00\x06.{14}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL
)
_WORD = "WordDocument".encode("utf-16-le")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")


def check_ole(path: Path) -> None:
    """Raise `Unreadable` for an OLE file that is no .xls."""
    data = path.read_bytes()
    if _ENCRYPTED_XLSX in data or _ENCRYPTED_XLS.search(data):
        raise Unreadable(LOCKED)
    if _WORD in data:
        raise Unreadable(RESAVE)
    if _MACROS in data:
        raise Unreadable(MACROS)


def sheets(path: Path, limits: Limits) -> Iterator[Found]:
    """The visible sheets in order."""
    import python_calamine as calamine

    try:
        # Not by path: that would trust the name. The whole file is in memory, 15 MB at most.
        with path.open("rb") as file, calamine.CalamineWorkbook.from_filelike(file) as book:
            for index, about in enumerate(book.sheets_metadata):
                if (
                    about.visible == calamine.SheetVisibleEnum.Visible
                    and about.typ == calamine.SheetTypeEnum.WorkSheet
                ):
                    sheet = book.get_sheet_by_index(index)
                    yield Found(about.name, sheet.iter_rows(), _refusal(sheet, limits))
    except calamine.CalamineError as error:
        raise Unreadable(BROKEN) from error


def _refusal(sheet: "CalamineSheet", limits: Limits) -> str | None:
    if sheet.end is None:
        return None
    if sheet.end[0] >= limits.rows:
        return too_many_lines(limits)
    return too_many_columns(limits) if sheet.width > limits.columns else None


def too_many_lines(limits: Limits) -> str:
    """What is said of a sheet with too many lines."""
    return f"这张表超过{limits.rows}行，一次读不完。请删去名册以外的行，或分成几份再传。"


def too_many_columns(limits: Limits) -> str:
    """What is said of a sheet with too many columns."""
    return f"这张表超过{limits.columns}列。请删去名册以外的列，再传一次。"
