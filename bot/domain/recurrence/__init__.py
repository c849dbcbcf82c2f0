"""When things recur: rules as coordinators write them, and the days and moments that follow.

Pure functions of values. The grammar, with an example of everything, is docs/calendar-rules.md.
A kind of recurrence is one class (weekly, monthly, yearly), listed once in grammar.KINDS.
"""

from bot.domain.recurrence.grammar import parse_rule
from bot.domain.recurrence.plan import (
    Due,
    days,
    due_between,
    next_days,
    plan,
    shift_out_of_quiet,
)
from bot.domain.recurrence.rule import Offset, Pause, Rule, bound, describe, paused, resumed

__all__ = [
    "Due",
    "Offset",
    "Pause",
    "Rule",
    "bound",
    "days",
    "describe",
    "due_between",
    "next_days",
    "parse_rule",
    "paused",
    "plan",
    "resumed",
    "shift_out_of_quiet",
]
