"""`python -m bot.spreadsheet`: one request on standard input, one JSON document a line as the answer.

Request: `{"path", "headings", "limits"}`. Answer: `{"sheet", "others"}`, then `[line, cells]` for each
line that isn't blank, dates as `{"day"}` and moments as `{"moment"}`; or at any point `{"refused"}`.
Exit code 3: out of memory. Killed by a signal: out of memory (SIGABRT) or of time (SIGPROF).
"""

import json
import math
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import python_calamine  # noqa: F401 - loaded before memory is bounded

from bot.spreadsheet.archive import check_archive
from bot.spreadsheet.bounds import allow_time, keep_within
from bot.spreadsheet.limits import EMPTY, TOO_BIG, Limits, Unreadable
from bot.spreadsheet.plain import text_table, too_long
from bot.spreadsheet.workbook import Cell, Found, check_ole, sheets, too_many_columns

_LOOKED_AT = 30
"""Lines from the top among which a heading is looked for."""


def answer(
    path: Path, headings: frozenset[str], limits: Limits, allow: Callable[[int], None]
) -> Iterator[object]:
    """The documents of the answer; `allow` is told the size to be read. Raises `Unreadable`."""
    if path.stat().st_size > limits.file_bytes:
        raise Unreadable(TOO_BIG)
    chosen, others = _choose(_open(path, limits, allow), headings)
    yield {"sheet": chosen.name, "others": others}
    yield from _filled(chosen, limits)


def _open(path: Path, limits: Limits, allow: Callable[[int], None]) -> Iterator[Found]:
    """By what the file holds: its name may be anything."""
    with path.open("rb") as file:
        magic = file.read(8)
    if magic.startswith(b"PK\x03\x04"):
        allow(check_archive(path, limits))
        return sheets(path, limits)
    allow(path.stat().st_size * 4)
    if magic == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        check_ole(path)
        return sheets(path, limits)
    return iter([text_table(path, limits)])


def _choose(found: Iterator[Found], headings: frozenset[str]) -> tuple[Found, list[str]]:
    """The first sheet with two of the headings in one line, else the first that isn't empty."""
    chosen: Found | None = None
    fallback: Found | None = None
    others: list[str] = []
    for sheet in found:
        head = list(islice(sheet.lines, _LOOKED_AT)) if not chosen or headings else []
        has_heading = any(_is_heading(line, headings) for line in head)
        whole = Found(sheet.name, chain(head, sheet.lines), sheet.refusal)
        if has_heading and chosen:
            others.append(sheet.name)
        elif has_heading:
            chosen = whole
        elif head and not fallback:
            fallback = whole
    sheet_or_none = chosen or fallback
    if sheet_or_none is None:
        raise Unreadable(EMPTY)
    return sheet_or_none, others


def _is_heading(line: Sequence[Cell], headings: frozenset[str]) -> bool:
    texts = {
        "".join(unicodedata.normalize("NFKC", cell).split())
        for cell in line
        if isinstance(cell, str)
    }
    return len(texts & headings) >= 2


def _filled(sheet: Found, limits: Limits) -> Iterator[tuple[int, list[Any]]]:
    if sheet.refusal:
        raise Unreadable(sheet.refusal)
    total = 0
    for number, line in enumerate(sheet.lines, 1):
        cells = [_plain(cell) for cell in line]
        while cells and cells[-1] is None:
            cells.pop()
        if len(cells) > limits.columns:
            raise Unreadable(too_many_columns(limits))
        sizes = [len(cell) for cell in cells if isinstance(cell, str)]
        total += sum(sizes)
        if max(sizes, default=0) > limits.cell_chars:
            raise Unreadable(too_long(number, limits))
        if total > limits.text_chars:
            raise Unreadable(TOO_BIG)
        if cells:
            yield number, cells


def _plain(cell: Cell) -> object:
    """A cell as JSON has it."""
    if isinstance(cell, str):
        return cell if cell and not cell.isspace() else None
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else str(cell)
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    return cell if isinstance(cell, int) else str(cell)


def main() -> int:
    """Answer the request on standard input."""
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    keep_within(limits)
    try:
        path, headings = Path(request["path"]), frozenset(request["headings"])
        for document in answer(path, headings, limits, allow_time):
            _say(document)
    except Unreadable as refusal:
        _say({"refused": str(refusal)})
    except MemoryError:
        return 3
    return 0


def _say(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
