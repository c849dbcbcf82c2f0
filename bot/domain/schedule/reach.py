"""Whose calendar a coordinator looks after, and how a page names one of its days."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select

from bot.domain.access.people import access_branches
from bot.domain.base import OutOfReach
from bot.domain.people import Branch, Person
from bot.domain.schedule.branches import Reads, branches
from bot.domain.schedule.day import Day
from bot.domain.schedule.days import coming
from bot.domain.schedule.tables import CalendarException, CalendarRule, DayKind

_SOURCES: dict[str, type[CalendarRule | CalendarException]] = {
    "rule": CalendarRule,
    "extra": CalendarException,
}
_A_DAY = 24 * 60
"""Minutes."""
_LONGEST = 16
"""Digits of an id at the most."""


def reached(rows: Reads, viewer: Person) -> list[Branch]:
    """The branches whose calendar the viewer looks after."""
    return list(rows.all(access_branches(viewer, branches())))


def held(
    rows: Reads, viewer: Person, first: date, last: date, *, kind: DayKind | None = None
) -> list[Day]:
    """What these branches hold from `first` to `last`, in order; of one kind or of every."""
    mine = [branch.id for branch in reached(rows, viewer)]
    return coming(rows, mine, first, last, kind=kind)


def held_as(rows: Reads, viewer: Person, ref: str, first: date, last: date) -> Day:
    """The day that `ref` names, of a branch that the viewer looks after; Refused where there is none such.

    Only that branch's calendar is computed, however many there are.
    """
    table, _, id_ = ref.partition("@")[0].partition(":")
    source = _SOURCES.get(table)
    mine: Sequence[int] = ()
    if source is not None and id_.isascii() and id_.isdigit() and len(id_) < _LONGEST:
        named = select(source.branch_id).where(source.id == int(id_))
        mine = rows.all(access_branches(viewer, select(Branch.id).where(Branch.id.in_(named))))
    return found(coming(rows, mine, first, last), ref)


def ref_of(day: Day) -> str:
    """A day in a form: "rule:3@2026-12-10"."""
    return f"{day.source}@{day.named.isoformat()}"


def from_the_last(day: Day) -> str:
    """A key that sorts days from the last to the first, for lists that are read a page at a time."""
    minutes = day.at.hour * 60 + day.at.minute if day.at else 0
    back = date.max.toordinal() - day.day.toordinal()
    return f"{back:07}_{_A_DAY - minutes:04}_{day.branch_id:08}_{day.source}"


def from_the_first(day: Day) -> str:
    """The same from the first to the last."""
    minutes = day.at.hour * 60 + day.at.minute if day.at else 0
    return f"{day.day.toordinal():07}_{minutes:04}_{day.branch_id:08}_{day.source}"


def found(days: Iterable[Day], ref: str) -> Day:
    """The day that `ref` names; OutOfReach where there is none, or none any more."""
    for day in days:
        if ref_of(day) == ref:
            return day
    raise OutOfReach("这一天刚才已经改过了，请您再看一看。")
