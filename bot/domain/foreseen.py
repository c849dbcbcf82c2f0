"""What the clock would send in the days to come, as a page asks for it and reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from bot.domain.people import Person


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reminders: of these days (both included), of these branches' people; empty asks for all."""

    first: date
    last: date
    branches: frozenset[int] | None = None
    """None: every branch, and who belongs to none."""
    person_id: int | None = None
    rule: str = ""
    """The reminder's name, or the beginning of it up to a dot: "service" is also "service.event"."""
    on: date | None = None
    """Only this day's are listed; the others are counted."""
    start: int = 0
    most: int = 100
    """So many at the most, from the `start`-th on; the others are counted only."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One reminder: when (aware), of what, to whom, where, in which words; or why it is withheld."""

    at: datetime
    rule: str
    person: Person
    channel: str
    text: str
    """Without address and health: as it would be on a channel that is not private."""
    withheld: str | None = None
    """As `bot.reminding.Decision.withheld`."""


@dataclass(frozen=True, slots=True)
class Foresight:
    """What was asked for: a page of it, how much there is, and how much a day."""

    shown: Sequence[Foreseen]
    total: int
    by_day: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shift:
    """One message that other settings would move; without `before` added, without `after` dropped (aware)."""

    rule: str
    person: Person
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What other settings would change: how many messages at other times, no more, or besides."""

    moved: int
    dropped: int
    added: int
    few: Sequence[Shift]
    """The first of them, of people whom the viewer may see."""
    until: date | None = None
    """Where there was too much to compare: what is held after this day is left out."""


RULE_TITLE: Final = {
    "study": "学习日", "service": "志愿服务日和活动", "birthday": "政治生日", "collective": "集体政治生日",
    "visit": "走访",
}  # fmt: skip


def rule_words(rule: str) -> str:
    """What a reminder is about, by its name or the beginning of it: "service.event"."""
    return RULE_TITLE.get(rule.partition(".")[0], rule)
