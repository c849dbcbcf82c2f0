"""The feature itself, and what its four parts have in common: figures beside those before, each said in a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.access.things import Thing
from bot.domain.figures import LATER, WAITING, WITHIN, Whose
from bot.domain.period import Period
from bot.feature import Feature
from bot.parts import Chart, Link
from bot.talk import Rows

feature = Feature("reports", "报表", about=Thing.BRANCH)

PATH = "reports"
NONE = "没有"
HOW_SOON = (*(name for name, _ in WITHIN), LATER, WAITING)
_HOUR, _DAY = 3600, 86400


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about. `whose`: branches by id; None: all, and what belongs to none."""

    span: Period
    whose: Whose
    names: Mapping[int, str]
    """The branches by name."""
    today: date

    @property
    def before(self) -> Period:
        """The period before."""
        return self.span.moved(-1)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, what it was before, and what it counts, in one plain sentence."""

    name: str
    now: int | str
    before: int | str
    means: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report. `means`: what its charts show, in one plain sentence each."""

    title: str
    figures: tuple[Figure, ...]
    charts: tuple[tuple[Chart, str], ...]
    more: Link | None = None
    """Where the people behind it are listed."""


Makes = Callable[[Rows, Asked], Section]


def counted(rows: Rows, query: Any) -> dict[Any, int]:
    """The counts of a query by its first column."""
    return {name: many for name, many, *_ in rows.table(query)}


def soon(rows: Rows, query: Any) -> tuple[dict[str, int], str]:
    """How many were answered how soon, and the mean of those who were, in words."""
    found = [(name, many, seconds) for name, many, seconds in rows.table(query)]
    counts = {name: many for name, many, _ in found}
    done = [(many, float(seconds)) for name, many, seconds in found if name != WAITING]
    whole = sum(many for many, _ in done)
    mean = sum(many * seconds for many, seconds in done) / whole if whole else None
    return counts, long_words(mean)


def long_words(seconds: float | None) -> str:
    """ "25分钟", "3小时", "2.5天"."""
    if seconds is None:
        return NONE
    if seconds < 2 * _HOUR:
        return f"{max(1, round(seconds / 60))}分钟"
    return f"{seconds / _HOUR:.0f}小时" if seconds < 2 * _DAY else f"{seconds / _DAY:.1f}天"
