"""志愿服务日: when it is, joining it, its reminders (T-3, T-1, the morning), and the count on its eve."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from pydantic import ConfigDict, Field

from bot.config import Section
from bot.domain import schedule
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.occurrence import Lead
from bot.domain.people import Person, Role, holding
from bot.domain.phrase import Slot
from bot.domain.schedule import By, Day, DayKind, Leave, SignUp
from bot.domain.wording import day_words
from bot.feature import ANYONE, Feature, Occasion, Place, Reminder, Round, Tells, own
from bot.now import local, local_day
from bot.talk import Change, Choice, Note, Rows, Talk
from bot.understand.when import parse_when

_TAKES_BACK = re.compile(
    r"(?:取消|撤[销回]?|退)(?:了|掉)?我?的?(?:服务日|志愿服务|活动)?的?报名|不报名了|报名取消"
)
CHOICES = 8
KINDS = (DayKind.SERVICE, DayKind.EVENT)
"""What this feature reminds of: of an event only who signed up."""


class ServiceDaySettings(Section):
    """[service_day] Reminders of service days; times are in Asia/Shanghai."""

    model_config = ConfigDict(title="志愿服务日")

    lead_days: tuple[Lead, ...] = Field((3, 1), title="提前几天提醒")
    """How many days before members are reminded; on the day itself they always are."""
    remind_at: time = Field(time(9), title="那天几点提醒")
    morning_at: time = Field(time(7, 30), title="当天几点提醒")
    starts: time = time(9)
    """When a service day begins whose rule has no time."""
    eve_at: time = Field(time(18), title="前一天几点告诉联络员排了多少条")
    """When coordinators read, the day before, how many will be reminded."""


feature = Feature("service_day", "志愿服务日", about=Thing.DAY, settings=ServiceDaySettings)

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


@feature.dialog(
    "service_info",
    "问志愿服务日",
    words=(
        "服务日",
        "志愿服务日",
        "服务日哪天",
        "服务日是哪天",
        "服务日是几号",
        "下次服务日",
        "下一个服务日",
        "下个服务日",
    ),
    intents=("service_info",),
    place=Place("为", "服务日", 10),
    roles=ANYONE,
    quick=True,
)
async def service_day(talk: Talk) -> None:
    """The next service day, or the one of the month asked about."""
    branches = {p.branch_id: p.branch for p in talk.people if p.branch is not None}
    found = {b.id: b.name for b in branches.values() if b is not None}
    if not found:
        found = {b.id: b.name for b in await talk.all(schedule.branches())}
    after = _asked_from(talk)
    lines = []
    for branch_id, name in list(found.items())[:3]:
        day = next((d for d in _service_days(talk, branch_id) if d.day >= after), None)
        if day is not None and len(found) == 1:
            talk.about(**schedule.topic_of(day))
            talk.say(f"下一个服务日是{schedule.whole(day, talk.today)}想参加，请说“我参加”。")
            return
        if day is not None:
            lines.append(f"{name}：{schedule.when_words(day, talk.today)}{schedule.note(day)}")
    if not lines:
        raise Refused("服务日还没有定。定了会告诉您。着急的话，可以按“找人帮忙”。")
    talk.say("下一个服务日：\n" + "\n".join(lines))


@feature.dialog(
    "service_join",
    "报名志愿服务",
    words=("我参加", "报名服务日", "服务日报名", "志愿服务报名", "我要参加服务日"),
    intents=("service_join",),
    place=Place("为", "报名服务日", 11),
)
async def join(talk: Talk) -> None:
    """Signed up after one read-back; `source` and `named` in the slots mean a day picked elsewhere."""
    person = await talk.member()
    day = await _which(talk, person)
    what = schedule.what_words(day, talk.today)
    talk.about(**schedule.topic_of(day))
    if schedule.takes_part(talk.rows, SignUp, person.id, day):
        talk.say(f"{person.name}，{what}已经报过名了，到时候见。")
        return
    by = By(talk.now, talk.me.id if talk.me else None)
    row = schedule.enter(talk.rows, SignUp, person.id, day, by)
    for leave in await talk.all(schedule.part_of(Leave, person.id, day)):
        schedule.withdraw(leave, (), by)
    talk.say(f"报好名了：{what}{schedule.rest(day)}去不了，请说“请假”。")
    talk.can_undo("service_day.join", row.id, f"{day_words(day.day)}的报名")


def _takes_back(words: str) -> dict[str, str] | None:
    return {} if _TAKES_BACK.search(words) else None


@feature.dialog("service_leave", "取消报名", words=("取消报名", "不报名了"), reads=_takes_back)
async def leave(talk: Talk) -> None:
    """The next day signed up for, read back."""
    person = await talk.member()
    joined = [
        d
        for d in _days(talk, person.branch_id)
        if schedule.takes_part(talk.rows, SignUp, person.id, d)
    ]
    if not joined:
        raise Refused("您现在没有报名。想看有什么活动，请说“最近活动”。")
    what = schedule.what_words(joined[0], talk.today)
    if await talk.choose("sure", f"{what}不参加了，对吗？", ["不参加了", "还是参加"]) != "不参加了":
        talk.say("好的，报名还在，到时候见。")
        return
    for row in await talk.all(schedule.part_of(SignUp, person.id, joined[0])):
        await not_coming(talk, str(row.id))
    talk.say(f"好的，{what}的报名取消了。")


@feature.undo("service_day.join", own)
async def not_coming(talk: Talk, ref: str) -> None:
    """The name is taken off the list."""
    row = await talk.get(SignUp, int(ref))
    if row is not None:
        schedule.withdraw(row, (), By(talk.now, talk.me.id if talk.me else None))


async def _which(talk: Talk, person: Person) -> Day:
    """The day meant, read back; another one may be chosen instead."""
    days = [d for d in _days(talk, person.branch_id) if d.kind is not DayKind.STUDY]
    picked = (talk.slots.get("source", ""), talk.slots.get("named", ""))
    chosen = [d for d in days if (d.source, d.named.isoformat()) == picked]
    meant = chosen or [d for d in days if d.kind is DayKind.SERVICE] or days
    if not meant:
        raise Refused("最近还没有安排服务日。定了会告诉您，到时候再报名。")
    when = schedule.when_words(meant[0], talk.today)
    try:
        who = "您" if len(talk.people) == 1 and talk.relation == "self" else person.name
        await talk.confirm(f"{when}的{meant[0].title}，给{who}报名，对吗？", {"which": "日子"})
    except Change:
        labels = {schedule.what_words(d): d for d in days[:CHOICES]}
        choices = [Choice(says, f"{d.day.month}月{d.day.day}日") for says, d in labels.items()]
        return labels[await talk.choose("which", "您想参加哪一天的？", choices)]
    return meant[0]


def _days(talk: Talk, branch_id: int | None) -> list[Day]:
    if branch_id is None:
        return []
    return schedule.coming(talk.rows, branch_id, talk.today, talk.today + schedule.AHEAD)


def _service_days(talk: Talk, branch_id: int) -> Iterator[Day]:
    return (day for day in _days(talk, branch_id) if day.kind is DayKind.SERVICE)


def _asked_from(talk: Talk) -> date:
    """The first day asked about ("下个月"), or today."""
    words = talk.slots.get("when", "")
    named = schedule.days_called(talk.rows, talk.people)
    when = parse_when(words, talk.said.at, named=named) if words else None
    return max(when.day, talk.today) if when is not None and when.has_day else talk.today


# ── the clock ───────────────────────────────────────────────────────────────────────────────────


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
