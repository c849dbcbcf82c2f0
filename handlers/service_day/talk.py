"""What people ask and say: when the next service day is, joining it, taking that back."""

import re
from collections.abc import Iterator
from datetime import date

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.schedule import By, Day, DayKind, Leave, SignUp
from bot.domain.wording import day_words
from bot.feature import ANYONE, Place, own
from bot.talk import Change, Choice, Talk
from bot.understand.when import parse_when
from handlers.service_day.about import feature

_TAKES_BACK = re.compile(
    r"(?:取消|撤[销回]?|退)(?:了|掉)?我?的?(?:服务日|志愿服务|活动)?的?报名|不报名了|报名取消"
)
CHOICES = 8


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
