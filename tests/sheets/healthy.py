"""Real files in the formats and encodings that offices use."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import xlwt  # type: ignore[import-untyped]

Table = Sequence[Sequence[object]]

ROSTER: Table = [
    ["三海街道离退休党员名册"],
    ["序号", "姓 名", "性别", "出生日期", "入党日期", "手机"],
    [1, "王秀英", "女", date(1948, 3, 2), date(1976, 12, 26), 13800001234],
    [2, "韦建国", "男", date(1950, 10, 1), date(1972, 2, 29), 13900005678],
]


def xlsx(path: Path, table: Table = ROSTER, *, title: str = "名册") -> Path:
    """An .xlsx with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in table:
        sheet.append(list(row))
    book.save(path)
    return path


def several_sheets(path: Path, sheets: dict[str, Table], *, hidden: Sequence[str] = ()) -> Path:
    """An .xlsx with several sheets, some of them hidden."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, table in sheets.items():
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
        for row in table:
            sheet.append(list(row))
    book.save(path)
    return path


def xls(path: Path, table: Table = ROSTER) -> Path:
    """An .xls with one sheet, dates formatted as dates."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for line, row in enumerate(table):
        for column, value in enumerate(row):
            style = [day] if isinstance(value, date) else []
            sheet.write(line, column, value, *style)
    book.save(str(path))
    return path


def csv(encoding: str, separator: str = ",") -> Callable[[Path], Path]:
    """A builder of the roster as a text file."""

    def build(path: Path) -> Path:
        lines = [separator.join(str(value) for value in row) for row in ROSTER]
        path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
        return path

    return build
