"""Study days: T-1 and the morning, to the members of the branch who are not on leave."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from bot.domain import schedule
from bot.domain.phrase import Slot
from bot.domain.schedule import Day, DayKind
from bot.feature import Due, Occasion, Reminder
from bot.talk import Rows
from handlers.schedule.about import feature

SOON = feature.phrase(
    "soon", "学习日前和当天，发给支部的党员", "{日子}{活动}{地点和内容}来不了请说“请假”。",
    Slot("when", "日子", "12月15日(周二)上午9点", "当天前面有“今天”", needed=True),
    Slot("what", "活动", "学习日"),
    Slot("rest", "地点和内容", "，在一楼会议室，内容：《论十大关系》。", "前面有逗号，后面有句号"),
)  # fmt: skip


def occasions(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """Every study day named from `first` to `last` and still held, of every branch."""
    sheet = schedule.read_sheet(rows, None, first, last)
    for day in schedule.calendar_of(sheet, first, last, schedule.holidays_in(rows)):
        if day.kind is DayKind.STUDY and not day.cancelled and first <= day.named <= last:
            moved_to = day.day if day.day != day.named else None
            at = day.at or settings.schedule.starts
            rule, subject = day.occasion
            yield Occasion(rule, day.named, subject, at, day.title, moved_to)


def dues(rows: Rows, occasion: Occasion, settings: Any) -> Iterator[Due]:
    """One reminder a lead and expected member; nobody is asked for twice, so this is two queries in all."""
    branch_id = int(occasion.subject.removeprefix("branch:"))
    day = _day(rows, branch_id, occasion)
    if day is None:
        return
    people = rows.all(schedule.expected(day, paused=True))
    until = schedule.begins(day, settings.schedule)
    for lead in schedule.leads(day.day, settings.schedule):
        text = SOON(settings, when=_when(day, lead.days), what=day.title, rest=schedule.rest(day))
        for person in people:
            yield Due(occasion, lead.name, person.id, lead.at, lead.until or until, text)


def _day(rows: Rows, branch_id: int, occasion: Occasion) -> Day | None:
    days = schedule.coming(rows, branch_id, occasion.on, occasion.on)
    return next((d for d in days if d.kind is DayKind.STUDY and d.named == occasion.day), None)


def _when(day: Day, days_before: int) -> str:
    # By its date, not as "tomorrow": what was delayed by an outage must still be true.
    return ("" if days_before else "今天") + schedule.when_words(day)


feature.reminders.append(
    Reminder("study", occasions, dues, lambda settings: max(settings.schedule.lead_days, default=0))
)
