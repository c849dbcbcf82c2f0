"""The collective political birthday (集体政治生日, 1 July by rule): the branch is invited and reminded."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from bot.domain import schedule
from bot.domain.people import Role, holding
from bot.domain.phrase import Slot
from bot.domain.schedule import Day, DayKind
from bot.feature import Due, Occasion, Reminder, Round
from bot.now import SHANGHAI
from bot.talk import Rows
from handlers.birthday.invited import guests, with_card
from handlers.birthday.talk import feature

_WHAT = Slot("what", "活动", "集体政治生日")
INVITED = feature.phrase(
    "collective", "集体政治生日前，请支部的人来", "{日子}{活动}{地点和内容}欢迎您来，来不了请说“请假”。",
    Slot("when", "日子", "7月1日(周三)上午9点", needed=True), _WHAT,
    Slot("rest", "地点和内容", "，在一楼会议室。", "前面有逗号，后面有句号"),
)  # fmt: skip
ABSENT = feature.phrase(
    "collective_absent", "集体政治生日后一天，发给联络员",
    "{支部}：昨天{活动}有{人数}位没来。要把贺卡送到家，请说“送贺卡”。",
    Slot("branch", "支部", "三海街道离退休党支部"), _WHAT, Slot("count", "人数", "5", needed=True),
)  # fmt: skip
CARDS = "collective.cards"
"""The rule by which coordinators are asked, the day after, to bring the cards."""


def occasions(rows: Rows, first: date, last: date, settings: Any) -> Iterator[Occasion]:
    """Every collective birthday named or held on these days, of every branch."""
    sheet = schedule.read_sheet(rows, None, first, last, DayKind.COLLECTIVE)
    for day in schedule.calendar_of(sheet, first, last, schedule.holidays_in(rows)):
        if not day.cancelled:
            moved_to = day.day if day.day != day.named else None
            at = day.at or settings.birthday.collective_starts
            yield Occasion("collective", day.named, _subject(day), at, day.title, moved_to, day)
            yield Occasion(CARDS, day.named, _subject(day), at, "", moved_to, day)


def dues(rows: Rows, occasion: Occasion, settings: Any) -> Iterator[Due | Round]:
    """A round a lead, to the members of the branch."""
    for day in _held(rows, occasion):
        if occasion.rule == CARDS:
            yield from _afterwards(rows, occasion, day, settings)
            return
        people = schedule.Expected(day)
        until = datetime.combine(occasion.on, occasion.at, SHANGHAI)
        say = partial(
            INVITED,
            settings,
            when=schedule.when_words(day),
            what=day.title,
            rest=schedule.rest(day),
        )
        for name, at in _leads(occasion.on, settings):
            yield Round(occasion, name, people, at, until, say)


def _held(rows: Rows, occasion: Occasion) -> list[Day]:
    """The day of an occasion, while it is held."""
    if isinstance(occasion.of, Day):
        return [occasion.of]
    branch_id = int(occasion.subject.split(":")[1])
    days = schedule.coming(rows, branch_id, occasion.on, occasion.on, kind=DayKind.COLLECTIVE)
    return [day for day in days if _subject(day) == occasion.subject]


def _afterwards(rows: Rows, occasion: Occasion, day: Day, settings: Any) -> Iterator[Due]:
    """The day after, the coordinators read how many were not there and get a card at home."""
    on = day.day + timedelta(days=1)
    absent = guests(rows, day, on).absent
    waiting = len(absent) - len(with_card(rows, day, absent))
    if not waiting:
        return
    at = datetime.combine(on, settings.birthday.note_at, SHANGHAI)
    text = ABSENT(settings, branch=day.branch, what=day.title, count=waiting)
    for person in rows.all(holding(Role.COORDINATOR, day.branch_id)):
        yield Due(occasion, "after", person.id, at, at + timedelta(days=7), text)


def _leads(on: date, settings: Any) -> Iterator[tuple[str, datetime]]:
    section = settings.birthday
    for days in sorted(section.collective_lead_days, reverse=True):
        yield f"T-{days}", datetime.combine(on - timedelta(days=days), section.note_at, SHANGHAI)


def _subject(day: Day) -> str:
    return f"branch:{day.branch_id}:{day.source}"


REMINDERS = (
    Reminder(
        "collective",
        occasions,
        dues,
        lambda settings: max(settings.birthday.collective_lead_days, default=0),
    ),
)
