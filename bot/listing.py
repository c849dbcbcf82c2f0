"""Long lists a page at a time.

The next page begins behind the last row of the one before, by a key that the rows are ordered by: however many
come and go meanwhile, nobody is left out or shown twice, and the hundredth page costs what the first does.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar
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


def behind(rows: Sequence[Row], query: Mapping[str, str], key: Callable[[Row], str]) -> list[Row]:
    """Of rows in the order of `key`, those that the page asked for begins with."""
    after = query.get(AFTER, "")
    return [row for row in rows if key(row) > after]


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
