"""改日程 in chat: a coordinator moves, cancels or confirms one day, and takes it back within a day."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain import schedule
from bot.domain.access.study import access_decision
from bot.domain.base import Refused
from bot.domain.schedule import CalendarException, Day, DayKind, Held
from bot.domain.wording import day_words
from bot.feature import STAFF, Place
from bot.talk import Answer, Choice, Talk, as_text, gate_of
from bot.understand.when import parse_when
from handlers.calendar.about import (
    CANCEL,
    KEEP,
    MOVE,
    UNSAID,
    ahead,
    around,
    as_seen,
    by_of,
    decide,
    done_words,
    feature,
    in_the_way,
    take_back,
    would_be,
)

_SHORT = {
    DayKind.STUDY: "学习", DayKind.SERVICE: "服务", DayKind.COLLECTIVE: "集体", DayKind.EVENT: "活动",
}  # fmt: skip


@feature.dialog(
    "calendar_change",
    "改日程",
    words=("改日程", "日程", "日历", "日程待定"),
    place=Place("办", "改日程", 30),
    roles=STAFF,
)
async def change(talk: Talk) -> None:
    """Which day, what of it, why; then everybody concerned hears of it."""
    me = talk.staff()
    days = ahead(talk.rows, me, talk.today)
    if not days:
        raise Refused("以后三个月没有排日程。要加，请说“加日程”。")
    unsure = sum(day.asks for day in days)
    head = f"有{unsure}天待您确认。" if unsure else ""
    branch = await _branch(talk, head, days)
    names = {_says(day): day for day in days if day.branch == branch}
    choices = [Choice(says, _label(day)) for says, day in names.items()]
    taken = await talk.choose("which", f"{head}要改哪一天？", choices)
    if taken not in names:
        raise Refused("这一天刚才已经改过了，请您再看一看。")
    seen = f"seen {schedule.ref_of(names[taken])}"
    day = as_seen(names[taken], talk.slots.setdefault(seen, names[taken].version))
    decision = await _decision(talk, day)
    for note in decide(talk.rows, talk.settings, decision, day):
        talk.tell(note)
    told = "" if decision.what is schedule.What.KEPT else "有关的人都会知道。"
    talk.say(f"{done_words(decision, day)}{told}")
    talk.can_undo("calendar.change", decision.id, f"{schedule.what_words(day)}的改动")


@feature.undo("calendar.change", gate_of(CalendarException, access_decision))
async def as_before(talk: Talk, ref: str) -> None:
    """Taken back; those who were told are told again."""
    decision = await talk.get(CalendarException, int(ref))
    if decision is not None:
        for note in take_back(talk.rows, talk.settings, decision, by_of(talk)):
            talk.tell(note)


async def _branch(talk: Talk, head: str, days: Sequence[Day]) -> str:
    """Whose day it is: asked of those who look after several branches."""
    names = list(dict.fromkeys(day.branch for day in days))
    if len(names) == 1:
        return names[0]
    return await talk.choose("branch", f"{head}哪个支部的？", [Choice(n, n[:8]) for n in names])


async def _decision(talk: Talk, day: Day) -> CalendarException:
    what = f"{schedule.when_words(day)}的{day.title}{schedule.note(day)}"
    actions = [KEEP, MOVE, CANCEL] if day.asks else [MOVE, CANCEL]
    taken = await talk.choose("do", f"{what}，怎么办？", actions)
    if taken == KEEP:
        await talk.confirm(f"{what}，照这一天办，对吗？", {"do": "做法"})
        return schedule.keep(day, by_of(talk))
    to = await _to(talk, day) if taken == MOVE else None
    reason = await talk.ask("reason", "请说原因，大家会看到。比如“会议室维修”。", as_text(30))
    by = by_of(talk, reason)
    if to is None:
        await talk.confirm(
            f"{what}取消，原因：{reason}{_known(talk, day)}对吗？", {"do": "做法", "reason": "原因"}
        )
        return schedule.cancel(day, by)
    moved = schedule.move(day, to, by, around(talk.rows, to.day))
    new = would_be(talk.rows, moved, day)
    words = schedule.when_words(new, talk.today) if new else day_words(to.day, talk.today)
    known = _known(talk, day, in_the_way(talk.rows, new))
    await talk.confirm(
        f"{what}改到{words}，原因：{reason}{known}对吗？", {"when": "日子", "reason": "原因"}
    )
    return moved


def _known(talk: Talk, day: Day, clash: str = "") -> str:
    """What should be known before 对: what is in the way, and how many have read of the day already."""
    told = len(talk.rows.all(schedule.reminded(day)))
    told_words = f"已提醒的{told}位会再告诉。" if told else ""
    return f"。{clash}{told_words}" if clash or told else "，"


async def _to(talk: Talk, day: Day) -> Held:
    """The new day, asked again until it is one on which it can be held."""

    named = schedule.days_called(talk.rows, talk.people)

    def parse(answer: Answer) -> Held:
        when = parse_when(answer.text, answer.at, named=named)
        if when is None or not when.has_day or when.end - when.start > timedelta(days=1):
            raise Refused("请您说是哪一天，比如“12月17日”。")
        held = Held(when.day, when.start.time() if when.kind == "moment" else None)
        others = around(talk.rows, held.day)
        schedule.move(day, held, by_of(talk, UNSAID), others)
        return held

    return await talk.ask("when", "改到哪一天？比如“12月17日”，也可以带上钟点。", parse)


def _says(day: Day) -> str:
    return f"{schedule.what_words(day)}（{day.branch}）"


def _label(day: Day) -> str:
    return f"{day.day.month}月{day.day.day}日{_SHORT[day.kind]}"
