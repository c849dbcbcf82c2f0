"""Files that hurt a careless reader. None is larger than 5 MB on disk."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from unittest.mock import patch

import openpyxl  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]

from tests.sheets.healthy import xlsx

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>'
_TAIL = "</sheetData></worksheet>"
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
    return replaced(path, SHEET, [f"{_HEAD}{rows}{_TAIL}".encode()])


def bomb(path: Path) -> Path:
    """About 290 KB that unpack to 300 MB."""
    blank = b" " * 1_000_000
    return replaced(path, SHEET, [_HEAD.encode(), *[blank] * 300, _TAIL.encode()])


def lying_bomb(path: Path) -> Path:
    """The bomb, with 1,000 bytes declared in the directory and in the part's own header."""
    data = bytearray(bomb(path).read_bytes())
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
    text += f"<is><t>&a9;</t></is></c></row>{_TAIL}"
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
    return replaced(path, SHEET, [_HEAD.encode(), *(p.encode() for p in pieces), _TAIL.encode()])


def deep_xml(path: Path) -> Path:
    """Elements in elements, half a million deep."""
    nested = b"<a>" * 500_000
    return replaced(path, SHEET, [_HEAD.encode(), nested, _TAIL.encode()])


def long_cell(path: Path) -> Path:
    """A cell of 100,000 characters in a text file."""
    path.write_text("姓名,备注\n王秀英," + "好" * 100_000 + "\n", encoding="utf-8")
    return path


def open_quote(path: Path) -> Path:
    """A quote never closed, before a megabyte of lines."""
    path.write_text('姓名,备注\n王秀英,"好\n' + "韦建国,好\n" * 50_000, encoding="gb18030")
    return path


def nested(path: Path) -> Path:
    """A packed file that holds a packed file."""
    inner = bomb(path.with_suffix(".inner"))
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


def _ole(path: Path, stream: bytes) -> Path:
    document = xlwt.CompoundDoc.XlsDoc()
    document.save(str(path), stream)
    return path


def letter(path: Path) -> Path:
    """A letter in Word's old format."""
    return _ole(path, "WordDocument".encode("utf-16-le") + bytes(5000))


def open_document(path: Path) -> Path:
    """A table as LibreOffice writes it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content/>")
    return path


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


def cut(path: Path) -> Path:
    """Half an .xlsx."""
    data = xlsx(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])
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
    far_cell, far_line, bomb, lying_bomb, many_styles, many_strings, many_lines, many_parts, far_xls,
)  # fmt: skip
DAMAGED: tuple[Builder, ...] = (deep_xml, cut, cut_xls, circular_xls)
LOCKED: tuple[Builder, ...] = (locked_zip, locked_xlsx, locked_xls)
FOREIGN: tuple[Builder, ...] = (
    nested, picture, noise, web_page, empty, entity_bomb, letter, open_document, letters,
)  # fmt: skip
TEXT: tuple[Builder, ...] = (long_cell, open_quote)
ALL = (*BIG, *DAMAGED, *LOCKED, *FOREIGN, *TEXT)
