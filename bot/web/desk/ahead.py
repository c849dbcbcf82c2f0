"""What waits for somebody and what is coming, asked of each feature as seldom as it may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain import versions
from bot.domain.people import Person
from bot.domain.versions import ROSTER, WATCHED
from bot.feature import Coming, Feature, Waits
from bot.talk import Rows

HOLDS: Final = timedelta(minutes=1)
"""So long at the most an answer holds of which nothing was written: what is late is late by the clock alone."""
UNSEEN: Final = timedelta(seconds=20)
"""So long where it also hangs on messages, of which no version is kept: each moment one is written."""

Read = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """What one feature said."""

    at: datetime
    read: Read
    """The versions of the tables that it read."""
    waits: tuple[Waits, ...]
    coming: tuple[Coming, ...]


class Ahead:
    """Of one open page and the person who looks at it."""

    def __init__(self, features: Sequence[Feature], settings: Any) -> None:
        """Nothing is known yet. `settings`: all of them, as they are at each look."""
        self._settings = settings
        self._features = [one for one in features if one.waiting or one.coming]
        self._said: dict[str, _Said] = {}

    def stands(self, rows: Rows, now: datetime) -> bool:
        """Whether a look would say what the last one said: one short question."""
        known = _known(rows)
        return all(self._kept(one, now, _read(one, known)) for one in self._features)

    def look(self, rows: Rows, viewer: Person, now: datetime) -> tuple[list[Waits], list[Coming]]:
        """What waits, and what comes next in order of days. `viewer`: always the same person, as of now."""
        known = _known(rows)
        said = [self._of(one, rows, viewer, now, _read(one, known)) for one in self._features]
        coming = [one for each in said for one in each.coming]
        return [one for each in said for one in each.waits], sorted(coming, key=lambda c: c.day)

    def _kept(self, feature: Feature, now: datetime, read: Read) -> _Said | None:
        """What a feature said, where that holds."""
        said = self._said.get(feature.name)
        holds = said is not None and said.read == read and _ago(said.at, now) < _holds(feature)
        return said if holds else None

    def _of(self, feature: Feature, rows: Rows, viewer: Person, now: datetime, read: Read) -> _Said:
        said = self._kept(feature, now, read)
        if said is None:
            waits = self._waiting(feature, rows, viewer, now)
            coming = tuple(feature.coming(rows, viewer, now)) if feature.coming else ()
            said = self._said[feature.name] = _Said(now, read, waits, coming)
        return said

    def _waiting(
        self, feature: Feature, rows: Rows, viewer: Person, now: datetime
    ) -> tuple[Waits, ...]:
        found = feature.waiting(rows, viewer, now, self._settings) if feature.waiting else ()
        return tuple(found)


def _known(rows: Rows) -> Sequence[tuple[str, int]]:
    return [(name, number) for name, number in rows.table(versions.versions())]


def _read(feature: Feature, known: Sequence[tuple[str, int]]) -> Read:
    return versions.of(known, (*ROSTER, *feature.waits_on))


def _holds(feature: Feature) -> timedelta:
    """How long what a feature said holds while the versions are the same."""
    if not feature.waits_on:
        return timedelta(0)
    return HOLDS if set(feature.waits_on) <= set(WATCHED) else UNSEEN


def _ago(at: datetime, now: datetime) -> timedelta:
    """How long ago it was; very long where the calendar was set back."""
    return now - at if now >= at else timedelta.max
