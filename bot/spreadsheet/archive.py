"""Whether an .xlsx is what it says, found out before its cells are read.

Declared sizes first, then every part unpacked once, in small pieces and never beyond its declared
size, looking for what no roster has: entity declarations, and cells far outside of any table (one at
XFD1048576 makes a reader lay out 17 thousand million cells).
"""

import re
import zipfile
import zlib
from pathlib import Path

from bot.spreadsheet.limits import (
    BROKEN,
    LOCKED,
    MACROS,
    NOT_A_TABLE,
    RESAVE,
    TOO_BIG,
    Limits,
    Unreadable,
)

_PIECE = 1 << 20
_END_WITHIN = (1 << 16) + 22
"""Bytes from the end within which the record stands that counts the parts: a comment may follow it."""
_OVERLAP = 256
_SMALL = 1_000_000
"""Below this size a part's ratio doesn't matter."""
_ENCRYPTED = 0x1
_MACRO_SHEETS = ("xl/macrosheets/", "xl/intlmacrosheets/", "xl/dialogsheets/")

# A cell with a two-letter column or a five-digit line that holds a value, an inline text or a
# formula. Cells with nothing but a format are harmless, and common far out.
_FAR = re.compile(rb'\br="([A-Z]{2,3}|[A-Z](?=\d{5}))(\d+)"[^>/]*>\s*<(?:\w+:)?(?:v|is|f)\b')
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def check_archive(path: Path, limits: Limits) -> int:
    """Raise `Unreadable` for what isn't a table of sensible size; the unpacked size in bytes."""
    _check_count(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_sizes(parts, limits)
            _check_kind({part.filename.replace("\\", "/").lower() for part in parts})
            found = [_check_part(archive, part, limits) for part in parts]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable(BROKEN) from error
    filled, lines = (sum(counts) for counts in zip(*found, strict=True))
    if filled > limits.cells or lines > limits.blank_rows:
        raise Unreadable(TOO_BIG)
    return sum(part.file_size for part in parts)


def _check_count(path: Path, limits: Limits) -> None:
    """By what stands at the end of the file: a list of 60,000 parts takes longer to read than we have."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_WITHIN))
        end = file.read()
    place = end.rfind(b"PK\x05\x06")
    if place >= 0 and int.from_bytes(end[place + 10 : place + 12], "little") > limits.parts:
        raise Unreadable(TOO_BIG)


def _check_sizes(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.parts:
        raise Unreadable(TOO_BIG)
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise Unreadable(TOO_BIG)
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise Unreadable(LOCKED)
        if part.file_size > max(_SMALL, part.compress_size * limits.ratio):
            raise Unreadable(TOO_BIG)


def _check_kind(names: set[str]) -> None:
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise Unreadable(RESAVE)
    if not any(name.startswith("xl/") for name in names):
        raise Unreadable(NOT_A_TABLE)
    if any(name.endswith("vbaproject.bin") or name.startswith(_MACRO_SHEETS) for name in names):
        raise Unreadable(MACROS)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> tuple[int, int]:
    """How many cells are filled, and how many lines there are."""
    before, filled, lines = b"", 0, 0
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            window = before + piece
            if _ENTITY.search(window):
                raise Unreadable(RESAVE)
            _check_cells(window, limits)
            filled += piece.count(b"<v>") + piece.count(b"<is>")
            lines += piece.count(b"<row")
            before = window[-_OVERLAP:]
    return filled, lines


def _check_cells(window: bytes, limits: Limits) -> None:
    for found in _FAR.finditer(window):
        column, line = found[1].decode(), int(found[2])
        # A table may stand to the right: only the width counts, and that is known later.
        if line > limits.rows or _ordinal(column) > limits.columns * 10:
            raise Unreadable(
                f"表格第{line}行{column}列还有内容，太远了，最多读{limits.rows}行。"
                "请删掉多余的内容，或把名册复制到新建的表格，再传一次。"
            )


def _ordinal(column: str) -> int:
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
