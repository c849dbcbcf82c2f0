"""The days of the calendar: one pure function of the rules, the decisions and the plan.

Its cost depends on the branches and the days asked for, never on the members.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import lru_cache

from sqlalchemy import select

from bot.domain.holidays import Holidays, Moved, Placing
from bot.domain.recurrence import Rule, parse_rule, plan
from bot.domain.schedule.branches import Reads
from bot.domain.schedule.day import Day
from bot.domain.schedule.known import holidays_in
from bot.domain.schedule.tables import (
    CalendarException,
    CalendarRule,
    DayKind,
    StudyPlan,
    What,
)

_WEEK = timedelta(days=7)
FURTHEST = timedelta(days=31)
"""A day is moved by so much at the most: the clock plans by the day that the rule names, 45 days ahead."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows from which some branches' calendar is computed; no decision that was taken back."""

    rules: Sequence[CalendarRule]
    decisions: Sequence[CalendarException]
    """The oldest first."""
    plans: Sequence[StudyPlan] = ()


Whose = int | Collection[int] | None
"""Of which branches: one, several, or all."""


def read_sheet(
    rows: Reads, whose: Whose, first: date, last: date, kind: DayKind | None = None
) -> Sheet:
    """What concerns these days of some branches, of one kind or of every."""
    rules = select(CalendarRule).order_by(CalendarRule.id)
    decisions = (
        select(CalendarException)
        .where(
            CalendarException.taken_back_at.is_(None),
            CalendarException.day.between(first - FURTHEST, last + FURTHEST),
        )
        .order_by(CalendarException.id)
    )
    plans = select(StudyPlan).where(StudyPlan.day.between(first - FURTHEST, last + FURTHEST))
    if whose is not None:
        ids = (whose,) if isinstance(whose, int) else whose
        rules = rules.where(CalendarRule.branch_id.in_(ids))
        decisions = decisions.where(CalendarException.branch_id.in_(ids))
        plans = plans.where(StudyPlan.branch_id.in_(ids))
    if kind is not None:
        rules = rules.where(CalendarRule.kind == kind)
        decisions = decisions.where(CalendarException.kind == kind)
        plans = plans.where(StudyPlan.kind == kind)
    return Sheet(rows.all(rules), rows.all(decisions), rows.all(plans))


def coming(
    rows: Reads,
    whose: Whose,
    first: date,
    last: date,
    holidays: Holidays | None = None,
    *,
    kind: DayKind | None = None,
) -> list[Day]:
    """The days held from `first` to `last`, both included, in order; of one kind or of every."""
    known_days = holidays_in(rows) if holidays is None else holidays
    sheet = read_sheet(rows, whose, first, last, kind)
    every = calendar_of(sheet, first, last, known_days)
    return [day for day in every if not day.cancelled and first <= day.day <= last]


def calendar_of(sheet: Sheet, first: date, last: date, holidays: Holidays) -> list[Day]:
    """Every day that is named or held from `first` to `last`, cancelled ones marked, in order.

    Of study days, service days and collective birthdays a branch has one a day; of two that fall
    together the first rule's stands.
    """
    decided = {(d.source, d.day): d for d in sheet.decisions if d.what is not What.EXTRA}
    plans = {(p.branch_id, p.kind, p.day): p for p in sheet.plans}
    found: dict[tuple[object, ...], Day] = {}
    for proposed in _proposed(sheet, first, last, holidays):
        day = _decided(proposed, decided.get((proposed.source, proposed.named)))
        if first <= day.day <= last or first <= day.named <= last:
            # A cancelled day leaves its place to another one.
            place = (day.branch_id, day.kind, day.day)
            extra = day.source if day.kind is DayKind.EVENT or day.cancelled else ""
            found.setdefault((*place, extra), _planned(day, plans))
    return sorted(found.values(), key=lambda d: (d.day, d.at or time.min, d.branch_id))


@lru_cache(maxsize=512)
def rule_of(text: str, kind: DayKind | None = None) -> Rule:
    """The rule in `text`; a service day whose rule says nothing of holidays is put off for them.

    Raises Refused where the text is not understood.
    """
    rule = parse_rule(text)
    if kind is DayKind.SERVICE and rule.on_holiday is None:
        return replace(rule, on_holiday="shift")
    return rule


def placed(rule: Rule, first: date, last: date, holidays: Holidays) -> list[Moved]:
    """The days of a rule with what is uncertain about them: a holiday on a rule that doesn't yield to it."""
    return [_questioned(moved, rule, holidays) for moved in plan(rule, first, last, holidays)]


def added(extra: CalendarException) -> Day:
    """The day that no rule names, as its decision has it; kept already or not."""
    return Day(
        extra.day, extra.day, extra.kind, extra.branch_id, extra.branch.name,
        f"extra:{extra.id}", extra.at, extra.place or extra.branch.place, extra.topic,
        reason=extra.reason, decision=extra.id or 0,
    )  # fmt: skip


def _proposed(sheet: Sheet, first: date, last: date, holidays: Holidays) -> Iterator[Day]:
    decided: defaultdict[str, list[CalendarException]] = defaultdict(list)
    for decision in sheet.decisions:
        decided[decision.source].append(decision)
    # A hundred branches have a few dozen rules among them: each is worked out once.
    worked_out: dict[tuple[str, DayKind], list[Moved]] = {}
    for row in sheet.rules:
        key = (row.rule, row.kind)
        if key not in worked_out:
            rule = rule_of(*key)
            worked_out[key] = placed(rule, first - _WEEK, last + _WEEK, holidays)
        yield from _of_rule(row, decided[f"rule:{row.id}"], worked_out[key])
    for extra in sheet.decisions:
        if extra.what is What.EXTRA:
            yield added(extra)


def _of_rule(
    row: CalendarRule, decisions: Iterable[CalendarException], worked_out: Sequence[Moved]
) -> Iterator[Day]:
    rule, source = rule_of(row.rule, row.kind), f"rule:{row.id}"
    days = {moved.moved_from or moved.day: moved for moved in worked_out}
    for d in decisions:
        # Moved into the window from far away: the rule alone would not find it there.
        if d.day not in days and d.to_day and rule.allows(d.day):
            days[d.day] = Moved(d.day, None, "", Placing.ORDINARY)
    kind, branch, place = row.kind, row.branch, row.place or row.branch.place
    for named, moved in days.items():
        yield Day(
            named, moved.day, kind, branch.id, branch.name, source, rule.at, place, row.topic,
            moved_from=moved.moved_from, reason=moved.reason, state=moved.state,
        )  # fmt: skip


def _questioned(moved: Moved, rule: Rule, holidays: Holidays) -> Moved:
    if rule.on_holiday is not None or moved.state is not Placing.ORDINARY:
        return moved
    name = holidays.name_of(moved.day)
    if name is None:
        return moved
    if holidays.is_workday(moved.day) is None:
        return replace(moved, state=Placing.MAYBE_HOLIDAY, reason=f"可能是假期，待确认（{name}）")
    return replace(moved, state=Placing.STUCK, reason=f"{name}放假，待确认")


def _decided(day: Day, decision: CalendarException | None) -> Day:
    if decision is None:
        return day
    if decision.what is What.CANCELLED:
        return replace(
            day,
            cancelled=True,
            reason=decision.reason,
            state=Placing.ORDINARY,
            decision=decision.id or 0,
        )
    held = decision.to_day or day.day
    return replace(
        day,
        day=held,
        at=decision.at or day.at,
        place=decision.place or day.place,
        moved_from=None if held == day.named else day.named,
        reason=decision.reason or (day.reason if held != day.named else ""),
        state=Placing.ORDINARY,
        decision=decision.id or 0,
    )


def _planned(day: Day, plans: dict[tuple[int, DayKind, date], StudyPlan]) -> Day:
    row = plans.get((day.branch_id, day.kind, day.named)) or plans.get(
        (day.branch_id, day.kind, day.day)
    )
    if row is None:
        return day
    return replace(
        day,
        topic=row.topic or day.topic,
        place=row.place or day.place,
        material=row.material or day.material,
    )
