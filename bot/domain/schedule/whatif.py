"""The calendar as it would be: with one more decision or another rule, and which days that changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.schedule.day import Day
from bot.domain.schedule.days import Sheet
from bot.domain.schedule.tables import CalendarException, CalendarRule


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is held otherwise than before. `before` None: new; `after` None: not held any more."""

    before: Day | None
    after: Day | None

    @property
    def about(self) -> tuple[str, date] | None:
        """What it is that is changed."""
        shown = self.before or self.after
        return shown.ref if shown else None

    @property
    def elsewhere_only(self) -> bool:
        """Whether only the place is another: the clock, which knows days and hours, tells nobody."""
        before, after = self.before, self.after
        if before is None or after is None:
            return False
        return (before.day, before.at) == (after.day, after.at)


def changes(before: Sequence[Day], after: Sequence[Day]) -> list[Change]:
    """What is held on another day, at another hour or place, no longer, or newly; in order of the days."""
    was = {day.ref: day for day in before if not day.cancelled}
    will = {day.ref: day for day in after if not day.cancelled}
    found = [Change(was.get(key), will.get(key)) for key in {**was, **will}]
    return sorted((one for one in found if _differs(one)), key=_day)


def with_decision(sheet: Sheet, decision: CalendarException) -> Sheet:
    """With one decision more."""
    return replace(sheet, decisions=[*sheet.decisions, decision])


def without(sheet: Sheet, decision: CalendarException) -> Sheet:
    """With a decision taken back."""
    return replace(sheet, decisions=[row for row in sheet.decisions if row.id != decision.id])


def reworded(
    row: CalendarRule, rule: str, place: str | None = None, topic: str | None = None
) -> CalendarRule:
    """The rule as it would read, not kept; place and topic stay as they are where None."""
    return CalendarRule(
        id=row.id, branch_id=row.branch_id, branch=row.branch, kind=row.kind, rule=rule,
        place=row.place if place is None else place, topic=row.topic if topic is None else topic,
        by_id=row.by_id, created_at=row.created_at,
    )  # fmt: skip


def with_rule(sheet: Sheet, changed: CalendarRule) -> Sheet:
    """With a rule that reads otherwise; one without an id is added."""
    others = [one for one in sheet.rules if changed.id is None or one.id != changed.id]
    return replace(sheet, rules=[*others, changed])


def _differs(change: Change) -> bool:
    before, after = change.before, change.after
    if before is None or after is None:
        return True
    return (before.day, before.at, before.place) != (after.day, after.at, after.place)


def _day(change: Change) -> tuple[object, ...]:
    shown = change.before or change.after
    return (shown.day, shown.branch_id, shown.source) if shown else ()
