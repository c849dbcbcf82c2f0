"""The lists of one person's page: the latest rows of each, and the way to those before, each by a key of its own."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from bot.feature import Look
from bot.listing import Merging, Place, ahead, page_of
from bot.parts import Part
from bot.talk import Rows

LATELY: Final = 12
"""Rows of each list on the page."""

Row = TypeVar("Row")
Line = tuple[Place, Any]
"""Where a line stands, and what it says."""


def a_page(
    rows: Rows, look: Look, query: Select[Row], number: InstrumentedAttribute[int], name: str
) -> tuple[Sequence[Row], list[Part]]:
    """The rows of one query, the latest first, from where `name` in the page's query says."""
    found = rows.all(ahead(query, look.query, number, name, LATELY))
    return page_of(found, look.query, lambda row: str(getattr(row, number.key)), LATELY, name)


def merging(look: Look, name: str, *, days: bool = False) -> Merging:
    """What each of several queries may have on the page of the list `name`, by moments or by `days`."""
    return Merging(Place.of(look.query.get(name, ""), days=days), LATELY)


def merged(look: Look, lines: Iterable[Line], name: str) -> tuple[Sequence[Line], list[Part]]:
    """The latest of all of them, and the way to those before."""
    every = sorted(lines, key=lambda line: line[0].sorted_by, reverse=True)
    return page_of(every, look.query, _key, LATELY, name)


def _key(line: Line) -> str:
    return str(line[0])
