"""Study days: T-1 and the morning, to the members of the branch who are not on leave."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from bot.domain import schedule
from bot.domain.phrase import Slot
from bot.domain.schedule import Day, DayKind
from bot.feature import Occasion, Reminder, Round
from bot.talk import Rows
from handlers.schedule.about import feature

SOON = feature.phrase(
    "soon", "学习日前和当天，发给支部的党员", "{日子}{活动}{地点和内容}来不了请说“请假”。",
    Slot("when", "日子", "12月15日(周二)上午9点", "当天前面有“今天”", needed=True),
    Slot("what", "活动", "学习日"),
    Slot("rest", "地点和内容", "，在一楼会议室，内容：《论十大关系》。", "前面有逗号，后面有句号"),
)  # fmt: skip


def occasions(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """Every study day named or held from `first` to `last`, of every branch."""
    sheet = schedule.read_sheet(rows, None, first, last, DayKind.STUDY)
    for day in schedule.calendar_of(sheet, first, last, schedule.holidays_in(rows)):
        if not day.cancelled:
            moved_to = day.day if day.day != day.named else None
            at = day.at or settings.schedule.starts
            rule, subject = day.occasion
            yield Occasion(rule, day.named, subject, at, day.title, moved_to, day)


def dues(rows: Rows, occasion: Occasion, settings: Any) -> Iterator[Round]:
    """A round a lead, to the members expected."""
    day = _day(rows, occasion)
    if day is None:
        return
    people, until = schedule.Expected(day), schedule.begins(day, settings.schedule)
    for lead in schedule.leads(day.day, settings.schedule):
        say = partial(
            SOON, settings, when=_when(day, lead.days), what=day.title, rest=schedule.rest(day)
        )
        yield Round(occasion, lead.name, people, lead.at, lead.until or until, say)


def _day(rows: Rows, occasion: Occasion) -> Day | None:
    if isinstance(occasion.of, Day):
        return occasion.of
    branch_id = int(occasion.subject.removeprefix("branch:"))
    days = schedule.coming(rows, branch_id, occasion.on, occasion.on)
    return next((d for d in days if d.kind is DayKind.STUDY and d.named == occasion.day), None)


def _when(day: Day, days_before: int) -> str:
    # By its date, not as "tomorrow": what was delayed by an outage must still be true.
    return ("" if days_before else "今天") + schedule.when_words(day)


feature.reminders.append(
    Reminder("study", occasions, dues, lambda settings: max(settings.schedule.lead_days, default=0))
)
