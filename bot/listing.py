"""Long lists a page at a time.

The next page begins behind the last row of the one before, by a key that the rows are ordered by: however many
come and go meanwhile, nobody is left out or shown twice, and the hundredth page costs what the first does.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from bot.parts import Link, Links, Part

SHOWN: Final = 50
"""Rows of one page; queries ask for one more, to know whether there is a next one."""
AFTER: Final = "after"
"""The name in a page's query under which the key of the row before stands."""

_LONGEST: Final = 15
"""Digits of a number in a key at the most: a database refuses much larger ones."""

Row = TypeVar("Row")


def number_in(key: str) -> int:
    """A row's number in a key. Raises ValueError where it is none."""
    if not (key.isascii() and key.isdigit() and len(key) <= _LONGEST):
        raise ValueError(f"{key[:20]!r} is no row's number")
    return int(key)


def day_and_number(key: str) -> tuple[date, int] | tuple[()]:
    """The day and the number of a key like "2026-11-20_31"; nothing where it is none, as on a first page."""
    day, _, number = key.partition("_")
    try:
        return date.fromisoformat(day), number_in(number)
    except ValueError:
        return ()


def ahead(
    found: Select[Row],
    query: Mapping[str, str],
    number: InstrumentedAttribute[int],
    after: str = AFTER,
    most: int = SHOWN,
    *,
    latest: bool = True,
) -> Select[Row]:
    """Rows in the order of their numbers, the latest first or last, from where the page asked for begins: as many
    as it shows, and one more. `page_of` with `str(number)` as the key leads on from there.
    """
    with contextlib.suppress(ValueError):
        key = number_in(query.get(after, ""))
        found = found.where(number < key if latest else number > key)
    return found.order_by(None).order_by(number.desc() if latest else number).limit(most + 1)


def behind(
    rows: Sequence[Row], query: Mapping[str, str], key: Callable[[Row], str], after: str = AFTER
) -> list[Row]:
    """Of rows in the order of `key`, those that the page asked for begins with."""
    before = query.get(after, "")
    return [row for row in rows if key(row) > before]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in a list that is merged from several queries, the latest first."""

    at: Any
    """A moment; or a day, in a list by days."""
    source: int
    """Which of the queries; of rows of one moment the higher come first."""
    number: int

    def __str__(self) -> str:
        """As a key in a page's query."""
        return f"{self.at.isoformat()}_{self.source}_{self.number}"

    @property
    def sorted_by(self) -> tuple[Any, int, int]:
        """The order of the list, from its end."""
        return self.at, self.source, self.number

    @classmethod
    def of(cls, key: str, *, days: bool = False) -> "Place | None":
        """What `str` wrote of a list by moments, or by `days`; None where it is no place, as on a first page."""
        try:
            at, source, number = key.split("_")
            when = date.fromisoformat(at) if days else _moment(at)
            return cls(when, number_in(source), number_in(number))
        except ValueError:
            return None


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    return found


@dataclass(frozen=True, slots=True)
class Merging:
    """One page of a list that is merged from several queries."""

    place: Place | None
    """Behind which row it begins."""
    most: int

    def of(self, found: Select[Row], at: Any, number: Any, source: int) -> Select[Row]:
        """What one of the queries may have on the page: `most` rows and one more."""
        if self.place is not None:
            same = at == self.place.at
            ahead_of = same if source < self.place.source else same & (number < self.place.number)
            behind_it = at < self.place.at
            found = found.where(behind_it if source > self.place.source else behind_it | ahead_of)
        return found.order_by(None).order_by(at.desc(), number.desc()).limit(self.most + 1)


def page_of(
    found: Sequence[Row],
    query: Mapping[str, str],
    key: Callable[[Row], str],
    most: int = SHOWN,
    after: str = AFTER,
) -> tuple[Sequence[Row], list[Part]]:
    """The rows to show, and the way to the others; `found` begins where the page does.

    `after`: the name of the key in the query, where one page has two lists.
    """
    shown = found[:most]
    kept = {name: value for name, value in query.items() if value and name != after}
    ways = [Link("回到开头", f"?{urlencode(kept)}")] if query.get(after) else []
    if len(found) > most:
        ways.append(Link("下一页", f"?{urlencode({**kept, after: key(shown[-1])})}"))
    return shown, [Links(tuple(ways), "翻页")] if ways else []
