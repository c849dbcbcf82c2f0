"""Changing a rule: which days that moves or takes away, and telling whom it concerns."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.recurrence import describe, parse_rule
from bot.domain.schedule import By, CalendarRule, Change, Day, Sheet
from bot.now import local_day
from bot.talk import Note, Rows
from handlers.calendar.about import AHEAD
from handlers.calendar.follow import follow

HORIZON = AHEAD + timedelta(days=31)
"""So far ahead somebody may have signed up, a moved day included."""


def changed_days(rows: Rows, changed: CalendarRule, today: date) -> list[Change]:
    """What is held otherwise in the coming months with the rule reading so; a rule without an id is added."""
    sheet = _sheet(rows, changed, today)
    return schedule.changes(
        _days(rows, sheet, today), _days(rows, schedule.with_rule(sheet, changed), today)
    )


def change_rule(
    rows: Rows, settings: Any, row: CalendarRule, changed: CalendarRule, by: By
) -> list[Note]:
    """Let the rule read as `changed`; returns what those are told whom the clock doesn't tell."""
    today = local_day(by.at)
    found = changed_days(rows, changed, today)
    row.rule, row.place, row.topic = changed.rule, changed.place, changed.topic
    rows.flush()
    notes: list[Note] = []
    for change in found:
        day = change.before or change.after
        key = f"calendar:rule:{row.id}:{by.at.isoformat()}:{day.named if day else ''}"
        notes += follow(rows, settings, [change], key, by.reason)
    return notes


def meetings(rows: Rows, row: CalendarRule, today: date) -> list[str]:
    """Which of the rule's coming days get in the way of what, each in a sentence; the rule may be a new one."""
    every = schedule.read_sheet(rows, None, today, today + HORIZON)
    days = _days(rows, schedule.with_rule(every, row), today)
    source = f"rule:{row.id}"
    held = [day for day in days if not day.cancelled]
    together = schedule.Meetings(held)
    found = ((day, together.words(day)) for day in held if day.source == source)
    return [f"{schedule.when_words(day, today)}：{words}" for day, words in found if words]


def unchanged(row: CalendarRule, was: str) -> CalendarRule:
    """`row`, where it reads as somebody has seen it. Raises Refused saying how it reads now."""
    if row.rule != was:
        now = describe(parse_rule(row.rule))
        raise Refused(f"这条规律刚才有人改过了，现在是“{now}”。请您再看一看，再决定。")
    return row


def _sheet(rows: Rows, row: CalendarRule, today: date) -> Sheet:
    return schedule.read_sheet(rows, row.branch_id, today, today + HORIZON)


def _days(rows: Rows, sheet: Sheet, today: date) -> Sequence[Day]:
    holidays = schedule.holidays_in(rows)
    days = schedule.calendar_of(sheet, today, today + HORIZON, holidays)
    return [day for day in days if today <= day.day]
