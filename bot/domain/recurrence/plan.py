"""The days and moments of a rule, and messages kept out of the quiet hours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.holidays import Holidays, Moved, Placing, service_day
from bot.domain.recurrence.rule import Rule
from bot.now import SHANGHAI, local, local_day

_NOTHING_KNOWN = Holidays()
_SHIFTED_AT_MOST = 7
_YEARS_AHEAD = 10
"""So many years `next_days` looks further than one a year: over pauses and skipped holidays."""


@dataclass(frozen=True, slots=True)
class Due:
    """One occurrence of a rule."""

    day: date
    """In Asia/Shanghai: with the rule and the subject it makes the occurrence unique."""
    at: datetime
    """UTC; midnight in Asia/Shanghai where the rule has no time."""


def plan(rule: Rule, first: date, last: date, holidays: Holidays = _NOTHING_KNOWN) -> list[Moved]:
    """Each day from `first` to `last`, both included, in order, with where it was moved from.

    Whether a day is in the plan does not depend on the window. The end and the pauses hold for the
    day that the rule names and for the day that comes out. `moved_from` is None in a rule with an
    offset. Raises Refused for an anniversary of nobody.
    """
    steps = rule.offset.steps() if rule.offset else range(1)
    reach = _SHIFTED_AT_MOST + (rule.offset.days if rule.offset else 0)
    placed: dict[date, Moved] = {}
    for named in rule.when.days(_add(first, -reach), _add(last, reach), holidays):
        moved = _placed(rule, named, holidays)
        if moved is None or not rule.allows(named):
            continue
        for step in steps:
            there = _stepped(moved, step) if rule.offset else moved
            if first <= there.day <= last and rule.allows(there.day):
                _keep(placed, there)
    return [placed[day] for day in sorted(placed)]


def days(
    rule: Rule, first: date, last: date, holidays: Holidays = _NOTHING_KNOWN
) -> Iterator[date]:
    """Each day from `first` to `last`, both included, in order. Raises Refused as `plan` does."""
    return (moved.day for moved in plan(rule, first, last, holidays))


def next_days(rule: Rule, after: date, n: int, holidays: Holidays = _NOTHING_KNOWN) -> list[date]:
    """The first `n` days later than `after`; fewer where the rule ends (or in n + 10 years)."""
    found: list[date] = []
    first = _add(after, 1)
    for _ in range(n + _YEARS_AHEAD):
        last = _add(first, 365)
        found.extend(days(rule, first, last, holidays))
        if len(found) >= n or last == date.max:
            break
        first = _add(last, 1)
    return found[:n]


def due_between(
    rule: Rule, after: datetime, upto: datetime, holidays: Holidays = _NOTHING_KNOWN
) -> Iterator[Due]:
    """Each occurrence later than `after` and not later than `upto`, in order.

    However the time line is cut into such pieces, each occurrence is in exactly one of them: that
    is how an outage is caught up.
    """
    for day in days(rule, local_day(after), local_day(upto), holidays):
        here = datetime.combine(day, rule.at or time.min, SHANGHAI)
        moment = here.astimezone(UTC)
        if after < moment <= upto:
            yield Due(day, moment)


def shift_out_of_quiet(instant: datetime, quiet_start: time, quiet_end: time) -> datetime:
    """`instant`, or the end of the quiet hours where it falls inside them; aware, UTC.

    The hours are of Asia/Shanghai, the start quiet and the end not; they may cross midnight. Equal
    start and end mean no quiet hours.
    """
    here = local(instant)
    clock = here.time()
    crosses = quiet_start > quiet_end
    late, early = clock >= quiet_start, clock < quiet_end
    if not ((late or early) if crosses else (late and early)):
        return instant.astimezone(UTC)
    end_day = here.date() + timedelta(days=1 if crosses and late else 0)
    return datetime.combine(end_day, quiet_end, SHANGHAI).astimezone(UTC)


def _placed(rule: Rule, named: date, holidays: Holidays) -> Moved | None:
    if rule.on_holiday is None:
        return Moved(named, None, "", Placing.ORDINARY)
    moved = service_day(named, holidays, weekends=not rule.when.names_weekend)
    off = moved.state in (Placing.MOVED, Placing.STUCK)
    return None if off and rule.on_holiday == "skip" else moved


def _stepped(moved: Moved, step: int) -> Moved:
    return replace(moved, day=_add(moved.day, step), moved_from=None)


def _keep(placed: dict[date, Moved], there: Moved) -> None:
    # A day that the rule itself names stands; another one that was moved onto it adds nothing.
    kept = placed.get(there.day)
    if kept is None or (kept.moved_from is not None and there.moved_from is None):
        placed[there.day] = there


def _add(day: date, n: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + n, 1), date.max.toordinal()))
