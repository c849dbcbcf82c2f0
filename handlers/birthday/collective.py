"""The collective political birthday (集体政治生日, 1 July by rule): the branch is invited and reminded."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain import schedule
from bot.domain.schedule import Day, DayKind
from bot.feature import Due, Occasion, Reminder
from bot.now import SHANGHAI
from bot.talk import Rows


def occasions(rows: Rows, first: date, last: date, settings: Any) -> Iterator[Occasion]:
    """Every collective birthday named on these days and still held, of every branch."""
    for day in schedule.coming(rows, None, first, last):
        if day.kind is DayKind.COLLECTIVE and not day.cancelled and first <= day.named <= last:
            moved_to = day.day if day.day != day.named else None
            at = day.at or settings.birthday.collective_starts
            yield Occasion("collective", day.named, _subject(day), at, day.title, moved_to)


def dues(rows: Rows, occasion: Occasion, settings: Any) -> Iterator[Due]:
    """One reminder a lead and member of the branch, from one query of the people."""
    branch_id = int(occasion.subject.split(":")[1])
    for day in schedule.coming(rows, branch_id, occasion.on, occasion.on):
        if day.kind is not DayKind.COLLECTIVE or _subject(day) != occasion.subject:
            continue
        people = rows.all(schedule.expected(day, paused=True))
        until = datetime.combine(occasion.on, occasion.at, SHANGHAI)
        text = (
            f"{schedule.when_words(day)}{day.title}{schedule.rest(day)}欢迎您来，来不了请说“请假”。"
        )
        for name, at in _leads(occasion.on, settings):
            for person in people:
                yield Due(occasion, name, person.id, at, until, text)


def _leads(on: date, settings: Any) -> Iterator[tuple[str, datetime]]:
    section = settings.birthday
    for days in sorted(section.collective_lead_days, reverse=True):
        yield f"T-{days}", datetime.combine(on - timedelta(days=days), section.note_at, SHANGHAI)


def _subject(day: Day) -> str:
    return f"branch:{day.branch_id}:{day.source}"


REMINDERS = (Reminder("collective", occasions, dues),)
