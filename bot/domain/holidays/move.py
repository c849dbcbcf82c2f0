"""Where a service day goes when people don't work on it.

Source: rules of 主题党日 say it may be put off for a holiday and is held within a week.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.holidays.table import SATURDAY, Holidays

_WITHIN = 7
"""Days within which a moved service day is held."""


class Placing(StrEnum):
    """How sure the day of a service day is, before a coordinator has said anything."""

    ORDINARY = "ordinary"
    MOVED = "moved"
    """Put off to the next working day; the coordinator confirms or overrides."""
    MAYBE_HOLIDAY = "maybe_holiday"
    """The year is not confirmed and the day may be off: it stays, and the coordinator is asked."""
    STUCK = "stuck"
    """A holiday with no working day within a week: it stays, and the coordinator must decide."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The day on which something of a rule is held."""

    day: date
    moved_from: date | None
    """The day the rule names, where that is another one."""
    reason: str
    """In Chinese, for members; empty on ordinary days."""
    state: Placing


def service_day(rule_day: date, holidays: Holidays, *, weekends: bool = True) -> Moved:
    """The day on which the service day of `rule_day` is held.

    With `weekends` false a plain Saturday or Sunday is a day like others: only holidays move it.
    """
    if _is_fine(rule_day, holidays, weekends=weekends):
        return Moved(rule_day, None, "", Placing.ORDINARY)
    name = holidays.name_of(rule_day) or "周末"
    if holidays.is_workday(rule_day) is None:
        return Moved(rule_day, None, f"可能是假期，待确认（{name}）", Placing.MAYBE_HOLIDAY)
    for offset in range(1, _WITHIN + 1):
        later = rule_day + timedelta(days=offset)
        if holidays.is_workday(later):
            return Moved(later, rule_day, f"{name}放假，顺延", Placing.MOVED)
    return Moved(rule_day, None, f"{name}放假，一周内没有工作日，请支部另定", Placing.STUCK)


def _is_fine(day: date, holidays: Holidays, *, weekends: bool) -> bool:
    if holidays.is_workday(day):
        return True
    return not weekends and day.weekday() >= SATURDAY and holidays.name_of(day) is None
