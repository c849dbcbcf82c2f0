"""Comparisons kept in memory: a click on a filter must not compare five thousand lines with the roster anew.

One holds as long as the roster has the version that it was made of, the day is the same, and the same person asks.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.imports import RosterImport
from bot.domain.people import Person
from bot.domain.roster import Changed, Known, RosterDiff, read
from bot.domain.versions import roster_version
from bot.members.importing.comparing import compare
from bot.members.importing.told import change_words
from bot.now import local_day
from bot.sheets import lines_of
from bot.talk import Rows

MOST: Final = 4
"""Comparisons kept; one of 5,000 lines takes some megabytes."""

Item = tuple[str, tuple[str, str, str]]
"""The key of a line in its list, and (line, who, what)."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a sheet would change in one version of the roster."""

    version: int
    found: RosterDiff
    """Without those who stay as they are: nothing is done about them."""
    lists: dict[str, list[Item]]
    """By kind, as the page shows them."""


def version_now(rows: Rows) -> int:
    """The version of the roster."""
    return rows.all(roster_version())[0]


def compared(rows: Rows, row: RosterImport, by: Person | None, now: datetime) -> Compared:
    """The comparison that holds now: the one kept, or a new one, which takes a second or two."""
    # Before the roster itself is read: what changes in between makes the kept one void, never true.
    key = (row.row_key, version_now(rows), local_day(now).isoformat(), by.id if by else 0)
    return _KEPT.get(key, lambda: _make(rows, row, by, now, key[1]))


def _make(
    rows: Rows, row: RosterImport, by: Person | None, now: datetime, version: int
) -> Compared:
    found = compare(rows, read(lines_of(row.sheet), local_day(now)), now, by)
    return Compared(version, replace(found, missing=(), unchanged=()), _lists(found))


def _lists(found: RosterDiff) -> dict[str, list[Item]]:
    faults = {"faulty": found.faulty, "noted": found.noted}
    known = {"missing": found.missing, "unchanged": found.unchanged}
    return {
        **{
            kind: [
                (f"{one.row:07}_{place:06}", (str(one.row), one.column, one.reason))
                for place, one in enumerate(every)
            ]
            for kind, every in faults.items()
        },
        "new": [(f"{one.row:07}", (str(one.row), one.name, one.branch)) for one in found.new],
        "changed": sorted(map(_changed, found.changed)),
        **{kind: sorted(map(_known, every)) for kind, every in known.items()},
    }


def _changed(one: Changed) -> Item:
    what = "；".join(map(change_words, one.changes))
    line = (str(one.entry.row), f"{one.known.name}（{one.known.number}）", what)
    return f"{one.entry.row:07}", line


def _known(one: Known) -> Item:
    return f"{one.id:09}", ("", f"{one.name}（{one.number}）", one.branch)


Key = tuple[str, int, str, int]


class _Latest:
    """The few comparisons that were looked at last; of all threads of this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Compared] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Compared]) -> Compared:
        with self._lock:
            found = self._kept.get(key)
        found = found or make()
        with self._lock:
            # An import has one that holds: others of it are void.
            for old in [one for one in self._kept if one[0] == key[0] and one != key]:
                del self._kept[old]
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return found

    def forget(self, row_key: str) -> None:
        with self._lock:
            for key in [one for one in self._kept if one[0] == row_key]:
                del self._kept[key]


# A page is given rows and a look, and nothing of the process: like the keys, this stands in one variable.
_KEPT: Final = _Latest()
forget = _KEPT.forget
"""Keep nothing of an import any more, by its `row_key`."""
