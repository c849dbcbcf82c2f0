"""Tables in text files: CSV and its kin, in the encodings that Chinese office software writes."""

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from bot.spreadsheet.limits import EMPTY, NOT_A_TABLE, RESAVE, Limits, Unreadable
from bot.spreadsheet.workbook import Found, too_many_lines

_HEAD = 1 << 16
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MZ",
)
_SEPARATORS = ",\t;"


def text_table(path: Path, limits: Limits) -> Found:
    """The one table of a text file, separated by comma, tab or semicolon, whichever makes most cells."""
    head = _head(path)
    encoding = _encoding(path, head)
    separator = _separator(head.decode(encoding, errors="ignore"))
    return Found(path.stem, _lines(path, encoding, separator, limits))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise Unreadable(EMPTY)
    if head.startswith(_FOREIGN):
        raise Unreadable(NOT_A_TABLE)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise Unreadable(RESAVE)  # a web page or XML that a program saved as .xls
    return head


def _encoding(path: Path, head: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return _tried(path, [encoding])
    if b"\0" not in head:
        return _tried(path, ["utf-8", "gb18030"])
    # UTF-16 without a mark: digits, commas and line ends have their zero byte on one side only.
    left, right = head[0::2].count(0), head[1::2].count(0)
    if min(left, right) * 4 > max(left, right):
        raise Unreadable(NOT_A_TABLE)
    return _tried(path, ["utf-16-be" if left > right else "utf-16-le"])


def _tried(path: Path, encodings: list[str]) -> str:
    """The first encoding in which the whole file reads."""
    for encoding in encodings:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(_HEAD):
                    pass
        except UnicodeError:
            continue
        return encoding
    raise Unreadable(
        "这个文件的文字认不出来。请在电脑上打开它，另存为 .xlsx 或 UTF-8 的 CSV，再传一次。"
    )


def _separator(head: str) -> str:
    lines = head.splitlines()[:20]
    return max(_SEPARATORS, key=lambda sign: sum(line.count(sign) for line in lines))


def _lines(path: Path, encoding: str, separator: str, limits: Limits) -> Iterator[list[str]]:
    csv.field_size_limit(limits.cell_chars)
    with path.open(encoding=encoding, newline="") as file:
        table = csv.reader(_bounded(file, limits), delimiter=separator)
        count = 0
        try:
            for count, cells in enumerate(table, 1):
                if count > limits.rows:
                    raise Unreadable(too_many_lines(limits))
                yield cells
        except csv.Error as error:
            raise Unreadable(too_long(count + 1, limits)) from error


def _bounded(file: TextIO, limits: Limits) -> Iterator[str]:
    """The lines of a file; one of millions of separators is more than the csv module can bear."""
    longest = limits.columns * (limits.cell_chars + len('"",')) + len("\r\n")
    for number in itertools.count(1):
        line = file.readline(longest + 1)
        if len(line) > longest:
            raise Unreadable(too_long(number, limits))
        if not line:
            return
        yield line


def too_long(line: int, limits: Limits) -> str:
    """What is said of a cell with too much text."""
    return (
        f"第{line}行有一格的字太多（超过{limits.cell_chars}字），或引号没有成对。请改好后再传一次。"
    )
