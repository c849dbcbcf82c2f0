"""Tables in files: reading what coordinators send (.xlsx, .xls, CSV), writing .xlsx and CSV.

A file is opened by a child process with bounded memory and time (`bot.spreadsheet`); what it says is
taken as text, never as code. Reading blocks for as long as that takes: 0.1 s for a roster, seconds for
the largest file allowed. Callers on an event loop use a thread.
"""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from bot.domain.base import Refused
from bot.spreadsheet.limits import BROKEN, TOO_BIG, Limits
from bot.text import clean

__all__ = [
    "XLSX", "Cell", "Limits", "Row", "Sheet", "line_values", "lines_of", "read_bytes", "read_rows", "text_cell",
    "to_csv", "to_xlsx",
]  # fmt: skip

Cell = str | int | float | bool | date | datetime | None
"""A cell as the file holds it. Moments have no zone: a table's clock is the wall's."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line that isn't blank. `line` counts from the top of the sheet, from 1, blank lines included."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file; `others` names further sheets with a heading, which weren't read."""

    name: str
    rows: tuple[Row, ...]
    others: tuple[str, ...] = ()


def line_values(rows: Iterable[Row]) -> list[Any]:
    """Lines as JSON keeps them; `lines_of` is the inverse."""
    return [[row.line, [_kept(cell) for cell in row.cells]] for row in rows]


def lines_of(values: Iterable[Any]) -> tuple[Row, ...]:
    """What `line_values` wrote."""
    return tuple(Row(line, tuple(_cell(cell) for cell in cells)) for line, cells in values)


def _kept(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    return {"day": cell.isoformat()} if isinstance(cell, date) else cell


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a workbook."""
_OUT_OF_MEMORY = 3
_STANDARD = Limits()


def read_rows(path: Path, *, headings: Collection[str] = (), limits: Limits = _STANDARD) -> Sheet:
    """The first sheet of the file with two of `headings` in one line, else the first with anything.

    Headings are compared without spaces. What the file is, is told by its content, not its name.
    Raises `Refused` for a file that is missing, damaged, locked, foreign, or larger than `limits`.
    """
    if not path.is_file():
        raise Refused("找不到这个文件。请检查文件名，再试一次。")
    request = {"path": str(path), "headings": list(headings), "limits": asdict(limits)}
    # The answer goes to a nameless file, not a pipe: its size is bounded by the system.
    with tempfile.TemporaryFile() as answer:
        _ask_child(json.dumps(request), answer, limits)
        answer.seek(0)
        return _sheet(answer)


def _ask_child(request: str, answer: IO[bytes], limits: Limits) -> None:
    try:
        code = subprocess.run(
            [sys.executable, "-P", "-m", "bot.spreadsheet"],
            input=request.encode(),
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=limits.wall_seconds,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise Refused(TOO_BIG) from error
    if code < 0 or code == _OUT_OF_MEMORY:
        raise Refused(TOO_BIG)
    if code:
        raise Refused(BROKEN)


def _environment() -> dict[str, str]:
    """Nothing of ours but where the code is: settings and tokens stay with the parent."""
    root = str(Path(__file__).resolve().parent.parent)
    search = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {
        name: os.environ[name]
        for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    return kept | {"PYTHONPATH": os.pathsep.join(search), "PYTHONUTF8": "1"}


def _sheet(answer: Iterable[bytes]) -> Sheet:
    name = ""
    others: list[str] = []
    rows: list[Row] = []
    for line in answer:
        match json.loads(line):
            case {"refused": text}:
                raise Refused(str(text))
            case {"sheet": name, "others": others}:
                pass
            case [number, cells]:
                rows.append(Row(number, tuple(_cell(cell) for cell in cells)))
    return Sheet(clean(name), tuple(rows), tuple(clean(other) for other in others))


def _cell(cell: Any) -> Cell:
    match cell:
        case str():
            return clean(cell) or None
        case {"day": day}:
            return date.fromisoformat(day)
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
    return cell  # type: ignore[no-any-return] # JSON's own: a number, true, false, null


_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def text_cell(value: object) -> str:
    """`value` as a spreadsheet shows it and never computes it: "=1+1" is led by an apostrophe."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float):
        return text
    return f"'{text}" if text.lstrip().startswith(_FORMULA_SIGNS) else text


def to_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """CSV that Excel opens with Chinese intact: UTF-8 with a byte-order mark, every cell as text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([text_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def read_bytes(body: bytes, *, headings: Collection[str] = (), limits: Limits = _STANDARD) -> Sheet:
    """As `read_rows`, of a file that was posted; nothing of it stays on the disk."""
    with tempfile.NamedTemporaryFile(prefix="yure-") as kept:
        kept.write(body)
        kept.flush()
        return read_rows(Path(kept.name), headings=headings, limits=limits)


def to_xlsx(rows: Iterable[Sequence[object]], title: str = "表") -> bytes:
    """A workbook of one sheet: numbers as numbers, all else as text that computes nothing; the head stays in view."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(title[:31]), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        widths: dict[int, int] = {}
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                form = bold if line == 0 else None
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(line, column, value, form)
                else:
                    sheet.write_string(line, column, "" if value is None else str(value), form)
                widths[column] = max(widths.get(column, 0), _width(value))
        for column, width in widths.items():
            sheet.set_column(column, column, min(60, width + 2))
    return out.getvalue()


def _width(value: object) -> int:
    """Columns of a cell's text: a Chinese character takes two."""
    return sum(1 if char.isascii() else 2 for char in str(value or ""))
