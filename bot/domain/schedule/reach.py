"""Whose calendar a coordinator looks after, and how a page names one of its days."""

from collections.abc import Iterable
from datetime import date

from bot.domain.access.people import access_branches
from bot.domain.base import Refused
from bot.domain.people import Branch, Person
from bot.domain.schedule.branches import Reads, branches
from bot.domain.schedule.days import Day, coming


def reached(rows: Reads, viewer: Person) -> list[Branch]:
    """The branches whose calendar the viewer looks after."""
    return list(rows.all(access_branches(viewer, branches())))


def held(rows: Reads, viewer: Person, first: date, last: date) -> list[Day]:
    """What these branches hold from `first` to `last`, in order."""
    mine = {branch.id for branch in reached(rows, viewer)}
    return [day for day in coming(rows, None, first, last) if day.branch_id in mine]


def ref_of(day: Day) -> str:
    """A day in a form: "rule:3@2026-12-10"."""
    return f"{day.source}@{day.named.isoformat()}"


def found(days: Iterable[Day], ref: str) -> Day:
    """The day that `ref` names; Refused where it has changed meanwhile."""
    for day in days:
        if ref_of(day) == ref:
            return day
    raise Refused("这一天刚才已经改过了，请您再看一看。")
