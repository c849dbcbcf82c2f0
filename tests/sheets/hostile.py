"""Files that hurt a careless reader, by what is wrong with them. None is larger than 15 MB."""

import struct
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import xlwt  # type: ignore[import-untyped]
from xlwt import CompoundDoc

from tests.sheets import packed


def long_cell(path: Path) -> Path:
    """A cell of 100,000 characters in a text file."""
    path.write_text("姓名,备注\n王秀英," + "好" * 100_000 + "\n", encoding="utf-8")
    return path


def open_quote(path: Path) -> Path:
    """A quote never closed, before a megabyte of lines."""
    path.write_text('姓名,备注\n王秀英,"好\n' + "韦建国,好\n" * 50_000, encoding="gb18030")
    return path


def wide_line(path: Path) -> Path:
    """A line of 14 million separators in a text file."""
    path.write_bytes(b"a,b\n" + b"," * 14_000_000)
    return path


def _ole(path: Path, stream: bytes) -> Path:
    document = CompoundDoc.XlsDoc()
    document.save(str(path), stream)
    return path


def macros_xls(path: Path) -> Path:
    """An .xls that brings programs along."""
    return _ole(path, "_VBA_PROJECT_CUR".encode("utf-16-le") + bytes(5000))


def letter(path: Path) -> Path:
    """A letter in Word's old format."""
    return _ole(path, "WordDocument".encode("utf-16-le") + bytes(5000))


def letters(path: Path) -> Path:
    """Text in no encoding that is known, as every byte in turn is one too many."""
    path.write_bytes("姓名,性别\n".encode("gb18030") + b"\xff\xff,\x80\n")
    return path


def locked_xlsx(path: Path) -> Path:
    """An encrypted .xlsx: an OLE file with a stream of that name."""
    return _ole(path, "EncryptedPackage".encode("utf-16-le") + bytes(5000))


def locked_xls(path: Path) -> Path:
    """An .xls with a password: after its first record stands FILEPASS."""
    book = xlwt.Workbook()
    book.add_sheet("名册").write(0, 0, "姓名")
    plain = book.get_biff_data()
    first = 4 + struct.unpack_from("<H", plain, 2)[0]
    locked = plain[:first] + struct.pack("<HHHHH48x", 0x2F, 54, 1, 1, 1) + plain[first:]
    with patch.object(book, "get_biff_data", return_value=locked):
        book.save(str(path))
    return path


def far_xls(path: Path) -> Path:
    """An .xls with cells in both corners: 16 million between them."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    sheet.write(0, 0, "姓名")
    sheet.write(65_535, 255, "x")
    book.save(str(path))
    return path


def cut_xls(path: Path) -> Path:
    """An .xls of which the end is missing."""
    book = xlwt.Workbook()
    book.add_sheet("名册").write(0, 0, "姓名")
    book.save(str(path))
    path.write_bytes(path.read_bytes()[:1500])
    return path


def circular_xls(path: Path) -> Path:
    """An .xls whose sectors follow one another in a circle."""
    book = xlwt.Workbook()
    book.add_sheet("名册").write(0, 0, "姓名")
    book.save(str(path))
    data = bytearray(path.read_bytes())
    table = 512 * (struct.unpack_from("<I", data, 76)[0] + 1)
    struct.pack_into("<II", data, table, 1, 0)
    path.write_bytes(data)
    return path


def picture(path: Path) -> Path:
    """Not a table."""
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100)
    return path


def noise(path: Path) -> Path:
    """Bytes without sense."""
    path.write_bytes(bytes((n * n * 31 + n // 7) % 256 for n in range(100_000)))
    return path


def web_page(path: Path) -> Path:
    """What many programs call .xls."""
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>", encoding="utf-8")
    return path


def empty(path: Path) -> Path:
    """Nothing."""
    path.write_bytes(b"")
    return path


Builder = Callable[[Path], Path]

BIG: tuple[Builder, ...] = (
    packed.far_cell,
    packed.far_line,
    packed.bomb,
    packed.lying_bomb,
    packed.many_styles,
    packed.many_strings,
    packed.many_lines,
    packed.blank_lines,
    packed.many_parts,
    packed.many_cells,
    far_xls,
)
DAMAGED: tuple[Builder, ...] = (packed.deep_xml, packed.cut, cut_xls, circular_xls)
LOCKED: tuple[Builder, ...] = (packed.locked_zip, locked_xlsx, locked_xls)
FOREIGN: tuple[Builder, ...] = (
    packed.nested,
    picture,
    noise,
    web_page,
    empty,
    packed.entity_bomb,
    letter,
    packed.open_document,
    letters,
)
MACROS: tuple[Builder, ...] = (packed.macros, packed.macro_sheet, macros_xls)
TEXT: tuple[Builder, ...] = (long_cell, open_quote, wide_line)
ALL = (*BIG, *DAMAGED, *LOCKED, *FOREIGN, *MACROS, *TEXT)
