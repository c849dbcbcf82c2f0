"""How much of a table file is read, and the one error that says no."""

from dataclasses import dataclass


class Unreadable(Exception):
    """The file isn't read. The text is for the coordinator: Chinese, and says what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file. A street's roster has 5,000 lines of 15 columns at most: 0.3 MB, 5 MB unpacked."""

    rows: int = 20_000
    """Lines from the top of the sheet to the last filled one."""
    columns: int = 60
    """Columns between the first and the last filled one."""
    cells: int = 400_000
    """Filled cells in all sheets of a file: 20,000 lines of 20."""
    blank_rows: int = 200_000
    """Lines of all sheets of an .xlsx, with nothing in them too: some programs write what only has a format."""
    cell_chars: int = 2_000
    text_chars: int = 6_000_000
    """Characters in all cells of the sheet."""
    file_bytes: int = 15_000_000
    unpacked_bytes: int = 25_000_000
    """Sum over all parts of an .xlsx. Reading that much takes 0.7 s."""
    ratio: int = 120
    """Unpacked to packed size of a part; sheets with thousands of like cells come to 20 or 40."""
    parts: int = 2_000
    """Files inside an .xlsx; each picture is one."""
    memory_bytes: int = 170_000_000
    """Address space that the child may add to what it has once its libraries are loaded."""
    wall_seconds: float = 15.0
    """The last resort. Processor time runs out long before, see `bot.spreadsheet.bounds`."""


TOO_BIG = (
    "这个文件打开后太大，不像一张普通的表。请只留要用的那张表，复制到新建的表格里，"
    "另存为 .xlsx 再传一次。"
)
BROKEN = "这个文件打不开，可能没有传完或已损坏。请在电脑上打开它，另存为 .xlsx 再传一次。"
LOCKED = "这个文件设了密码。请在电脑上打开它，去掉密码，保存后再传一次。"
NOT_A_TABLE = "这个文件不是表格。请在电脑上打开要用的那张表，另存为 .xlsx 或 CSV 再传一次。"
RESAVE = "这种表格读不了。请在电脑上打开它，另存为 .xlsx 再传一次。"
MACROS = (
    "这个文件里有宏（会自己运行的程序），不收。请在电脑上打开它，另存为 .xlsx（不带宏的）再传一次。"
)
EMPTY = "这个文件里没有内容。请检查是否传错了文件。"
