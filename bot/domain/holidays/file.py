"""Our own file of one year's holidays, as a coordinator copies it from the notice.

The first line is the year and whether its notice is out, every other one a day or a span of days:

    2026,已确认
    2026-02-15..2026-02-23,放假,春节
    2026-02-28,上班,春节

Lines that begin with # are remarks. 2026/2/15 and 2026年2月15日 are read too, and full-width signs.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

from bot.domain.base import Refused
from bot.domain.holidays.table import Holidays, YearTable, gather

_LONGEST = 15
"""Days; the longest holiday so far had ten."""
_MOST_FAULTS = 5
"""So many faults are named at once: enough to correct a file in one go, few enough to read."""
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TO = re.compile(r"\.\.|至|到|~")


@dataclass(slots=True)
class _Draft:
    year: int
    confirmed: bool
    off: dict[date, str] = field(default_factory=dict)
    worked: set[date] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def read_year(text: str, above: int = 0) -> YearTable:
    """The table in the text of a file. Raises Refused naming every faulty line (the first five).

    `above`: so many lines at the top are ours, and not counted by who wrote the others.
    """
    lines = [
        (number, line.strip())
        for number, line in enumerate(unicodedata.normalize("NFKC", text).splitlines(), start=1)
        if line.strip(" \t,\ufeff") and not line.lstrip(" \ufeff").startswith("#")
    ]
    if not lines:
        raise Refused("假期文件是空的，第一行请写年份，例如：2026,已确认")
    draft = _head(*lines[0])
    for number, line in lines[1:]:
        try:
            _take(draft, line)
        except Refused as fault:
            draft.faults.append(f"第{number - above}行：{fault}")
    if draft.faults:
        raise Refused("；".join(draft.faults[:_MOST_FAULTS]))
    return YearTable(draft.year, draft.confirmed, draft.off, frozenset(draft.worked))


@lru_cache(maxsize=1)
def shipped() -> tuple[YearTable, ...]:
    """The years that come with the product."""
    files = sorted(
        (entry for entry in resources.files(__package__).iterdir() if entry.name.endswith(".txt")),
        key=lambda entry: entry.name,
    )
    return tuple(read_year(entry.read_text(encoding="utf-8")) for entry in files)


def known(own: tuple[str, ...] = ()) -> Holidays:
    """What the product knows, the office's `own` files (their text) winning.

    Raises Refused where one of them is faulty.
    """
    return gather((*shipped(), *(read_year(text) for text in own)))


def _head(number: int, line: str) -> _Draft:
    found = re.fullmatch(r"\ufeff?(\d{4})年?\s*,\s*(已确认|未确认)[\s,]*", line)
    if not found:
        raise Refused(f"第{number}行：请先写年份和是否已确认，例如：2026,已确认")
    return _Draft(int(found[1]), confirmed=found[2] == "已确认")


def _take(draft: _Draft, line: str) -> None:
    parts = [part.strip() for part in line.split(",")]
    if len(parts) < 3 or parts[1] not in ("放假", "上班") or not parts[2]:
        raise Refused(f"没看懂“{line[:40]}”，请写成：2026-02-28,上班,春节")
    for day in _days(parts[0]):
        _check(draft, day)
        if parts[1] == "放假":
            draft.off[day] = parts[2]
        else:
            draft.worked.add(day)


def _check(draft: _Draft, day: date) -> None:
    if day.year != draft.year and (day.year, day.month) != (draft.year - 1, 12):
        raise Refused(f"{day}不在{draft.year}年，请核对年份")
    if day in draft.off or day in draft.worked:
        raise Refused(f"{day}写了两次，请留一处")


def _days(text: str) -> list[date]:
    ends = [_day(part.strip()) for part in _TO.split(text)]
    if len(ends) > 2 or ends[-1] < ends[0] or (ends[-1] - ends[0]).days >= _LONGEST:
        raise Refused(f"“{text}”的起止日子不对，请写成：2026-02-15..2026-02-23")
    return [ends[0] + timedelta(days=n) for n in range((ends[-1] - ends[0]).days + 1)]


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Refused(f"“{text[:20]}”不是一个日子，请写成：2026-02-28")
