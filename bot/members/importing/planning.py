"""What a confirmed import is to do, written down line by line before anything is done."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.imports import Doing, Kind, RosterImportLine
from bot.domain.roster import Entry, RosterDiff
from bot.domain.sealed import new_row_key
from bot.members.importing.plain import entry_values, written
from bot.members.numbers import Numbers
from bot.talk import Rows

GIVEN = "given"
"""In a plan: the number is ours, so another will do where somebody took it meanwhile."""


def plan(rows: Rows, found: RosterDiff, import_id: int) -> Iterator[dict[str, Any]]:
    """The lines as they are inserted; made outside the transaction that does, for sealing takes its time.

    The same comparison makes the same plan, so planning that was cut short is simply done again.
    """
    numbers = Numbers(rows, [entry.number for entry in found.new])
    for entry in found.new:
        values = entry_values(entry)
        given = {} if entry.number else {"number": numbers.next(), GIVEN: True}
        yield _line(import_id, entry, {"entry": values | given})
    for one in found.changed:
        changes = [[c.field.value, written(c.old), written(c.new)] for c in one.changes]
        doing = {"entry": entry_values(one.entry), "changes": changes}
        yield _line(import_id, one.entry, doing, one.known.id)


def _line(
    import_id: int, entry: Entry, doing: dict[str, Any], person_id: int | None = None
) -> dict[str, Any]:
    key = new_row_key()
    return {
        "import_id": import_id,
        "row": entry.row,
        "kind": Kind.NEW if person_id is None else Kind.CHANGED,
        "doing": Doing.PLANNED,
        "person_id": person_id,
        "row_key": key,
        "left": "",
        **RosterImportLine.plan.values(key, doing),
    }


def in_parts(every: Sequence[dict[str, Any]], size: int) -> Iterator[Sequence[dict[str, Any]]]:
    """So many of them at a time."""
    for start in range(0, len(every), size):
        yield every[start : start + size]
