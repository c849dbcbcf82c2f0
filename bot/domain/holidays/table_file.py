"""A year's holidays from the lines of a table (日期, 名称, 放假或上班), made into the text that `read_year` reads.

One date a line, or a span ("2027-02-05至2027-02-11"). A table that is our own text is taken as it is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.base import Refused
from bot.domain.holidays.table import YearTable

Cell = str | int | float | bool | date | datetime | None
Line = tuple[int, Sequence[Cell]]
"""Its number, counted from the top from 1, and its cells."""

HEADINGS: Final = {
    "day": ("日期", "日子", "放假日期", "date"),
    "name": ("名称", "节日", "假期", "说明", "name"),
    "what": ("安排", "类型", "放假或上班", "休班", "type"),
}
_OFF: Final = ("放假", "休", "休息", "假", "假日", "节假日", "holiday", "off")
_WORKED: Final = (
    "上班",
    "班",
    "补班",
    "调休",
    "调休上班",
    "工作日",
    "working",
    "working day",
    "workday",
)
MOST_LINES: Final = 400
_MOST_FAULTS: Final = 5
_OWN_HEAD: Final = re.compile(r"\d{4}年?(已确认|未确认)")
_SERIAL_ZERO: Final = date(1899, 12, 30)
_SERIALS: Final = range(36_000, 80_000)
"""Excel's day numbers from 1998 on."""
_DAY: Final = re.compile(r"(\d{4})\D")


def heading_words() -> tuple[str, ...]:
    """Every heading by which such a table is known."""
    return tuple(word for words in HEADINGS.values() for word in words)


def text_of(lines: Sequence[Line], *, confirmed: bool) -> str:
    """The text of these lines. Raises Refused naming every faulty line (the first five)."""
    if len(lines) > MOST_LINES:
        raise Refused(f"假期表有{len(lines)}行，太多了。一年的放假安排最多{MOST_LINES}行。")
    if lines and _OWN_HEAD.match("".join(_text(cell) for cell in lines[0][1])):
        return "\n".join(",".join(filter(None, map(_text, cells))) for _, cells in lines)
    places, body = _places(lines)
    faults: list[str] = []
    made = {line[0]: made for line in body if (made := _made(line, places, faults))}
    if faults:
        raise Refused("；".join(faults[:_MOST_FAULTS]))
    if not made:
        raise Refused("表里一天也没有。请写上日期、名称、放假还是上班。")
    years = Counter(_DAY.match(one).group(1) for one in made.values())  # type: ignore[union-attr] # each begins with its day
    state = "已确认" if confirmed else "未确认"
    # Each line keeps its number, so that what is said of it can be found in the table.
    rest = [made.get(number, "") for number in range(2, max(made) + 1)]
    return "\n".join([f"{years.most_common(1)[0][0]},{state}", *rest])


def _places(lines: Sequence[Line]) -> tuple[dict[str, int], Sequence[Line]]:
    """In which column each thing stands, and the lines below the headings."""
    for n, (_, cells) in enumerate(lines):
        words = [_text(cell).replace(" ", "").lower() for cell in cells]
        found = {
            name: place
            for name, known in HEADINGS.items()
            for place, word in enumerate(words)
            if word in known
        }
        if len(found) == len(HEADINGS):
            return found, lines[n + 1 :]
    raise Refused("没有找到表头。第一行请写：日期、名称、安排（放假或上班）。")


def _made(line: Line, places: dict[str, int], faults: list[str]) -> str:
    number, cells = line
    at = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
    if not any(_text(cell) for cell in at.values()):
        return ""
    what, name = _text(at["what"]).lower(), _text(at["name"]) or "节假日"
    kind = "放假" if what in _OFF else "上班" if what in _WORKED else ""
    day = _day(at["day"])
    if not kind:
        faults.append(f"第{number}行：“{_text(at['what'])[:20]}”不知道是放假还是上班")
    if not _DAY.match(day):
        faults.append(f"第{number}行：“{day[:20]}”不是一个日子，请写成：2026-02-28")
    return f"{day},{kind},{name.replace(',', '，')}" if kind else ""


def _day(cell: Cell) -> str:
    """The day, or the span, as `read_year` reads it."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in _SERIALS:
        return (_SERIAL_ZERO + timedelta(days=int(cell))).isoformat()
    return _text(cell)


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def lines_of(table: YearTable) -> Iterator[str]:
    """A year's days as lines of our text, for who wants to correct them; days that follow one another as a span."""
    days = sorted(table.off)
    while days:
        first = last = days.pop(0)
        while (
            days and days[0] - last == timedelta(days=1) and table.off[days[0]] == table.off[first]
        ):
            last = days.pop(0)
        span = f"{first}..{last}" if last > first else f"{first}"
        yield f"{span},放假,{table.off[first]}"
    yield from (f"{day},上班,调休" for day in sorted(table.worked))
