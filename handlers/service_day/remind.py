"""The clock: reminders (T-3, T-1, the morning) of service days and events, and the count on a service day's eve."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from bot.domain import schedule
from bot.domain.mail import Mail
from bot.domain.people import Role, holding
from bot.domain.phrase import Slot
from bot.domain.schedule import Day, DayKind
from bot.feature import Occasion, Reminder, Round, Tells
from bot.now import local, local_day
from bot.talk import Note, Rows
from handlers.service_day.about import feature

KINDS = (DayKind.SERVICE, DayKind.EVENT)
"""What this feature reminds of: of an event only who signed up."""
SOON = feature.phrase(
    "soon", "志愿服务日前和当天，发给参加的人", "{日子}{活动}{地点和内容}去不了请说“请假”。",
    Slot("when", "日子", "12月10日(周四)上午9点", "当天前面有“今天”", needed=True),
    Slot("what", "活动", "志愿服务日"),
    Slot("rest", "地点和内容", "，在文化广场，内容：清理楼道。", "前面有逗号，后面有句号"),
)  # fmt: skip
EVE = feature.phrase(
    "eve", "志愿服务日前一晚，发给联络员",
    "明天志愿服务日，已排{提醒}条提醒，报名{报名}位，请假{请假}位。",
    Slot("reminded", "提醒", "86"), Slot("joined", "报名", "12"), Slot("away", "请假", "5"),
)  # fmt: skip


def occasions(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """Every service day and event named or held from `first` to `last`, of every branch."""
    sheet = schedule.read_sheet(rows, None, first, last)
    for day in schedule.calendar_of(sheet, first, last, schedule.holidays_in(rows)):
        if day.kind in KINDS and not day.cancelled:
            moved_to = day.day if day.day != day.named else None
            at = day.at or settings.service_day.starts
            rule, subject = day.occasion
            yield Occasion(rule, day.named, subject, at, day.title, moved_to, day)


def dues(rows: Rows, occasion: Occasion, settings: Any) -> Iterator[Round]:
    """A round a lead, to the people expected."""
    for day in _held(rows, occasion):
        people = schedule.Expected(day)
        until = schedule.begins(day, settings.service_day)
        for lead in schedule.leads(day.day, settings.service_day):
            # By its date, not as "tomorrow": what was delayed by an outage must still be true.
            when = ("" if lead.days else "今天") + schedule.when_words(day)
            say = partial(SOON, settings, when=when, what=day.title, rest=schedule.rest(day))
            yield Round(occasion, lead.name, people, lead.at, lead.until or until, say)


def _held(rows: Rows, occasion: Occasion) -> list[Day]:
    """The day of an occasion, while it is held."""
    if isinstance(occasion.of, Day):
        return [occasion.of]
    branch_id = int(occasion.subject.split(":")[1])
    return [
        day
        for day in schedule.coming(rows, branch_id, occasion.on, occasion.on)
        if day.kind in KINDS
        and day.occasion == (occasion.rule, occasion.subject)
        and day.named == occasion.day
    ]


def eve(rows: Rows, tell: Tells, now: datetime, settings: Any) -> None:
    """The evening before, each coordinator reads once how many people of all branches in reach are reminded."""
    if local(now).time() < settings.service_day.eve_at:
        return
    tomorrow = local_day(now) + timedelta(days=1)
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    until = now
    for day in schedule.coming(rows, None, tomorrow, tomorrow):
        if day.kind is not DayKind.SERVICE:
            continue
        until = max(until, schedule.begins(day, settings.service_day))
        count = Counter(
            reminded=len(rows.all(schedule.expected(day))),
            joined=len(rows.all(schedule.signed_up(day))),
            away=len(rows.all(schedule.on_leave(day))),
        )
        for person in rows.all(holding(Role.COORDINATOR, day.branch_id)):
            counts[person.id].update(count)  # += would drop the zeros
    for person_id, n in counts.items():
        text = EVE(settings, **n)
        key = f"service:eve:{tomorrow}:{person_id}"
        tell(Note(person_id, text, key, Mail.VISIT, useful_until=until))


feature.reminders.append(
    Reminder(
        "service", occasions, dues, lambda settings: max(settings.service_day.lead_days, default=0)
    )
)
feature.turns.append(eve)
