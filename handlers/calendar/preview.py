"""What follows from a change, as a page shows it before anything is stored."""

from collections.abc import Sequence

from bot.domain import schedule
from bot.domain.schedule import Change, Day
from bot.parts import Part, Table, Text
from bot.talk import Rows
from handlers.calendar.about import in_the_way
from handlers.calendar.follow import Effect, effect

HEAD = ("现在", "以后", "请留意")
SHOWN = 40
"""So many changed days are listed; the sums are of all."""


def of_one(rows: Rows, before: Day, after: Day | None) -> list[Part]:
    """How many a change of one day concerns, and what it gets in the way of."""
    clash = in_the_way(rows, after)
    return [
        *([Text(f"请留意：{clash}", "warning")] if clash else []),
        Text(effect(rows, Change(before, after)).words()),
    ]


def of_many(rows: Rows, changes: Sequence[Change], none: str) -> list[Part]:
    """The days that change, and how many people and messages that concerns altogether."""
    if not changes:
        return [Text(none)]
    found = [effect(rows, change) for change in changes]
    sums = Effect(
        sum(one.told for one in found),
        sum(one.bound for one in found),
        sum(one.unsent for one in found),
    )
    lines = tuple(_line(rows, change) for change in changes[:SHOWN])
    more = f"，先看前{SHOWN}天" if len(changes) > SHOWN else ""
    return [Table(HEAD, lines, caption=f"会变的日子{len(changes)}天{more}"), Text(sums.words())]


def _line(rows: Rows, change: Change) -> tuple[str, str, str]:
    return (
        _said(change.before, "没有"),
        _said(change.after, "不办了"),
        in_the_way(rows, change.after),
    )


def _said(day: Day | None, nothing: str) -> str:
    return f"{schedule.when_words(day)} {day.branch}{day.title}" if day else nothing
