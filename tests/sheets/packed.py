"""Hostile .xlsx files, and others that are packed in the same way."""

import io
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]

from tests.sheets.healthy import xlsx

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>'
TAIL = "</sheetData></worksheet>"
SHEET = "xl/worksheets/sheet1.xml"


def replaced(path: Path, part: str, content: Iterable[bytes]) -> Path:
    """A healthy .xlsx with one part put in, or in place of the one there was."""
    healthy = xlsx(path.with_suffix(".healthy"))
    with (
        zipfile.ZipFile(healthy) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for info in old.infolist():
            if info.filename != part:
                new.writestr(info.filename, old.read(info))
        with new.open(part, "w", force_zip64=True) as stream:
            for piece in content:
                stream.write(piece)
    healthy.unlink()
    return path


def far_cell(path: Path) -> Path:
    """4.7 KB, one cell in the last corner of the sheet."""
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "姓名"
    book.worksheets[0]["XFD1048576"] = "x"
    book.save(path)
    return path


def far_line(path: Path) -> Path:
    """The last corner again, told by the line alone so that no look at cell names finds it."""
    cells = "".join("<c><v>1</v></c>" for _ in range(16_000))
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{cells}</row>'
    return replaced(path, SHEET, [f"{HEAD}{rows}{TAIL}".encode()])


def macros(path: Path) -> Path:
    """A healthy table, and programs beside it."""
    return replaced(path, "xl/vbaProject.bin", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)])


def macro_sheet(path: Path) -> Path:
    """The same in the old way, as a sheet."""
    return replaced(path, "xl/macrosheets/sheet1.xml", [b"<x/>"])


def blank_lines(path: Path) -> Path:
    """A million lines with nothing in them."""
    lines = "".join(f'<row r="{n}"/>' for n in range(1, 1_000_001))
    return replaced(path, SHEET, [f"{HEAD}{lines}{TAIL}".encode()])


def bomb(path: Path) -> Path:
    """About 290 KB that unpack to 300 MB."""
    return _blank(path, megabytes=300)


def _blank(path: Path, megabytes: int) -> Path:
    blank = b" " * 1_000_000
    return replaced(path, SHEET, [HEAD.encode(), *[blank] * megabytes, TAIL.encode()])


def lying_bomb(path: Path) -> Path:
    """A smaller bomb, with 1,000 bytes declared in the directory and in the part's own header."""
    data = bytearray(_blank(path, megabytes=50).read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(SHEET).file_size
    data = bytearray(bytes(data).replace(struct.pack("<I", size), struct.pack("<I", 1000)))
    data = bytearray(bytes(data).replace(struct.pack("<Q", size), struct.pack("<Q", 1000)))
    path.write_bytes(data)
    return path


def entity_bomb(path: Path) -> Path:
    """A thousand million laughs."""
    entities = ['<!ENTITY a0 "哈">']
    entities += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    text = f'<?xml version="1.0"?><!DOCTYPE x [{"".join(entities)}]>'
    text += f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr">'
    text += f"<is><t>&a9;</t></is></c></row>{TAIL}"
    return replaced(path, SHEET, [text.encode()])


def many_styles(path: Path) -> Path:
    """Millions of cell styles."""
    style = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' * 10_000
    head = f'<styleSheet xmlns="{_MAIN}"><cellXfs>'.encode()
    return replaced(path, "xl/styles.xml", [head, *[style] * 200, b"</cellXfs></styleSheet>"])


def many_strings(path: Path) -> Path:
    """A table of shared strings that nobody uses, of 27 MB, hard to pack."""
    head = f'<sst xmlns="{_MAIN}">'.encode()
    pieces = [
        "".join(f"<si><t>{n * 7919 % 99991}</t></si>" for n in range(s, s + 10_000)).encode()
        for s in range(0, 1_300_000, 10_000)
    ]
    return replaced(path, "xl/sharedStrings.xml", [head, *pieces, b"</sst>"])


def many_lines(path: Path) -> Path:
    """300,000 lines."""
    pieces = (
        "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(s, s + 1000))
        for s in range(1, 300_000, 1000)
    )
    return replaced(path, SHEET, [HEAD.encode(), *(p.encode() for p in pieces), TAIL.encode()])


def deep_xml(path: Path) -> Path:
    """Elements in elements, half a million deep."""
    nested = b"<a>" * 500_000
    return replaced(path, SHEET, [HEAD.encode(), nested, TAIL.encode()])


def many_cells(path: Path) -> Path:
    """A million cells without addresses, in one line."""
    pieces = (
        "".join(f"<c><v>{n * 7919 % 999983}</v></c>" for n in range(s, s + 10_000))
        for s in range(0, 1_000_000, 10_000)
    )
    content = [
        HEAD.encode(),
        b"<row>",
        *(piece.encode() for piece in pieces),
        b"</row>",
        TAIL.encode(),
    ]
    return replaced(path, SHEET, content)


def nested(path: Path) -> Path:
    """A packed file that holds a packed file."""
    inner = far_cell(path.with_suffix(".inner"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "名册.xlsx")
    inner.unlink()
    return path


def many_parts(path: Path) -> Path:
    """An .xlsx with 20,000 parts."""
    xlsx(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/media/{number}", b"")
    return path


def locked_zip(path: Path) -> Path:
    """An .xlsx whose parts are marked as encrypted."""
    data = bytearray(xlsx(path).read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)
    return path


def open_document(path: Path) -> Path:
    """A table as LibreOffice writes it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content/>")
    return path


def cut(path: Path) -> Path:
    """Half an .xlsx."""
    data = xlsx(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path
