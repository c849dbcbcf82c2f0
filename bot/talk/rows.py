"""What a dialog may do with the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Select, Update

Row = TypeVar("Row")
Viewer = TypeVar("Viewer")


class Rows(Protocol):
    """What a dialog may do with the database; sessions stay behind it."""

    def all(self, query: Select[Row]) -> Sequence[Row]:
        """Every row of the query's first column."""

    def table(self, query: Select[*tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """Every row of a query with several columns (counts, sums), as plain tuples."""

    def add(self, row: object) -> None:
        """Keep a new row; its `id` is known afterwards."""

    def add_all(self, rows: Sequence[object]) -> None:
        """Keep new rows, written together: a tenth of the time of one by one. Their ids are known afterwards."""

    def add_once(self, row: object) -> bool:
        """Keep a new row; False where its unique key is taken, by another transaction too."""

    def get(self, table: type[Row], key: object) -> Row | None:
        """One row by its primary key."""

    def hold(self, row: object) -> None:
        """Before a decision about `row`: wait for whoever is making one, then see everything as it stands now."""

    def remove(self, row: object) -> None:
        """Delete a row."""

    def remove_all(self, rows: Sequence[object]) -> None:
        """Delete rows, all in one go."""

    def flush(self) -> None:
        """Write what was changed, so that queries see it."""

    def change(self, statement: Update) -> int:
        """Change many rows at once by an UPDATE; returns how many."""


LONGEST_NUMBER = 15
"""Digits of a row's number at the most: more than any has, less than a database refuses."""


def numbered(rows: Rows, table: type[Row], number: str) -> Row | None:
    """The row that a page's query or form names by its number, or None where it names none."""
    plain = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    return rows.get(table, int(number)) if plain else None


def gate_of(
    table: type[Row], access: Callable[[Viewer, Row | None], object]
) -> Callable[[Rows, Viewer, str], object]:
    """A gate for what is named by its number, made of the one for the row: (rows, viewer, number)."""

    def gate(rows: Rows, viewer: Viewer, number: str) -> object:
        return access(viewer, numbered(rows, table, number))

    return gate
