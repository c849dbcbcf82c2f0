"""Lines of a roster and known people, as short as tests need them."""

from dataclasses import dataclass
from datetime import date

from bot.domain.roster import Faulty, Known, Roster, RosterDiff, diff, read
from bot.domain.roster.headings import Cell

TODAY = date(2026, 11, 22)
BRANCHES = ("三海街道离退休党支部", "双鹤社区离退休党支部")
FULL = ("编号", "姓名", "性别", "出生日期", "入党日期", "转正日期", "所属支部", "手机", "住址")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a sheet, without a sheet."""

    line: int
    cells: tuple[Cell, ...]


def table(*lines: tuple[Cell, ...]) -> list[Row]:
    """Lines numbered from 1."""
    return [Row(number, cells) for number, cells in enumerate(lines, 1)]


def roster(*lines: tuple[Cell, ...]) -> Roster:
    """A roster read on 2026-11-22."""
    return read(table(*lines), TODAY)


def one_cell(title: str, cell: Cell) -> Roster:
    """A roster of one person, with one column beside the name."""
    return roster(("姓名", title), ("王秀英", cell))


def reason(title: str, cell: Cell) -> str:
    """Why the cell is faulty."""
    (fault,) = one_cell(title, cell).faulty
    assert (fault.row, fault.column) == (2, title)
    return fault.reason


def compared(*lines: tuple[Cell, ...], known: tuple[Known, ...] = ()) -> RosterDiff:
    """The difference to the known people on 2026-11-22."""
    return diff(roster(*lines), known, BRANCHES, TODAY)


def places(faulty: tuple[Faulty, ...]) -> list[tuple[int, str]]:
    """Where the faults are."""
    return [(fault.row, fault.column) for fault in faulty]


WANG = Known(
    id=1,
    number="0001",
    name="王秀英",
    sex="女",
    born_on=date(1948, 3, 2),
    joined_on=date(1976, 12, 26),
    full_member_on=date(1976, 12, 26),
    branch=BRANCHES[0],
    phone="13800001234",
    address="三海路1号",
)
WEI = Known(id=2, number="0002", name="韦建国", born_on=date(1950, 10, 1), phone="13900005678")
