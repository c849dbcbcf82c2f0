"""学习日是哪天: the next study day, one day, a month; for members their branch's, for others every branch's."""

import re
from collections.abc import Sequence

from bot.domain import schedule
from bot.domain.people import Branch
from bot.domain.schedule import Day, DayKind
from bot.domain.wording import day_words
from bot.feature import ANYONE, Place
from bot.talk import Choice, Talk
from handlers.schedule.about import MOST_BRANCHES, Span, ahead, branches_of, feature, span_of

FEW = 5
"""Lines of a list at the most; then 更多."""
MORE_DAYS, ENOUGH = "后面的安排", "知道了"
NEXT_MONTH = "下个月安排"
_ALL_KINDS = re.compile(r"安排|日程|计划|活动|有什么|有啥")
_NONE_YET = "学习日还没有定。定了会告诉您。着急的话，可以按“找人帮忙”。"


@feature.dialog(
    "schedule",
    "问学习日",
    words=("学习日", "学习日是哪天", "学习日是几号", "学习安排", "下次学习"),
    intents=("schedule",),
    place=Place("学", "学习日", 10),
    roles=ANYONE,
    quick=True,
)
async def study_day(talk: Talk) -> None:
    """The next study day, or what is on the days asked about."""
    branches = await branches_of(talk)
    if len(branches) != 1:
        talk.say(_each(talk, branches))
        return
    span = span_of(talk, talk.slots.get("when", ""))
    if span is None:
        talk.say(_next(talk, branches[0].id))
    elif span.single:
        talk.say(_on(talk, branches[0].id, span))
    else:
        _within(talk, branches[0].id, span)


@feature.dialog(
    "month",
    "看近期安排",
    words=(
        "近期安排",
        "这个月安排",
        "本月安排",
        NEXT_MONTH,
        "这个月的安排",
        "下个月的安排",
        "下个月",
        "下月",
        "这个月",
        "本月",
    ),
    place=Place("学", "近期安排", 11),
)
async def month(talk: Talk) -> None:
    """All that is coming, five at a time."""
    words = talk.slots.setdefault("words", talk.said.text)
    day = span_of(talk, words) if "月" in words else None
    person = await talk.member()
    days = [] if person.branch_id is None else ahead(talk, person.branch_id)
    if day is not None:
        days = [d for d in days if day.first <= d.day <= day.last]
    else:
        days = [d for d in days if (d.day - talk.today).days <= 31]
    if not days:
        talk.say("这段时间还没有安排。" + _next(talk, person.branch_id or 0))
    for start in range(0, len(days), FEW):
        text = "\n".join(schedule.line(d, talk.today) for d in days[start : start + FEW])
        if start + FEW >= len(days):
            talk.say(text)
            return
        choices = [Choice(MORE_DAYS, "更多"), Choice(ENOUGH)]
        if await talk.choose(f"more{start}", text, choices) == ENOUGH:
            talk.say("好的。到时候会提醒您。")
            return


def _next(talk: Talk, branch_id: int) -> str:
    """The next study day of a branch."""
    found = _first(ahead(talk, branch_id))
    if found is None:
        return _NONE_YET
    talk.about(**schedule.topic_of(found))
    return f"下一个学习日是{schedule.whole(found, talk.today)}"


def _first(days: Sequence[Day]) -> Day | None:
    return next((day for day in days if day.kind is DayKind.STUDY), None)


def _on(talk: Talk, branch_id: int, span: Span) -> str:
    """What is on one day, what was moved away from it or cancelled, and else the next study day."""
    sheet = schedule.read_sheet(talk.rows, branch_id, span.first, span.last)
    every = schedule.calendar_of(sheet, span.first, span.last, schedule.holidays_in(talk.rows))
    held = [day for day in every if day.day == span.first and not day.cancelled]
    if held:
        talk.about(**schedule.topic_of(held[0]))
        return "\n".join(f"{day.title}：{schedule.whole(day, talk.today)}" for day in held[:2])
    for day in every:
        if day.cancelled:
            return f"{schedule.what_words(day, talk.today)}取消了：{day.reason}。"
        if day.named == span.first:
            moved = schedule.when_words(day, talk.today)
            return f"{day_words(span.first)}的{day.title}改到{moved}了，请您留意。"
    return f"{day_words(span.first, talk.today)}没有安排。{_next(talk, branch_id)}"


def _within(talk: Talk, branch_id: int, span: Span) -> None:
    """The days of a month or a week; study days only, where these were asked about."""
    days = [d for d in ahead(talk, branch_id) if span.first <= d.day <= span.last]
    if not _ALL_KINDS.search(talk.said.text):
        days = [d for d in days if d.kind is DayKind.STUDY]
    if len(days) == 1:
        talk.about(**schedule.topic_of(days[0]))
        talk.say(f"{days[0].title}：{schedule.whole(days[0], talk.today)}")
    elif days:
        more = [NEXT_MONTH] if len(days) > FEW else []
        talk.say("\n".join(schedule.line(d, talk.today) for d in days[:FEW]), more)
    else:
        gone = span.last < talk.today or span.first <= talk.today <= span.last
        head = "这段时间的学习日已经过了。" if gone else "这段时间还没有排学习日。"
        talk.say(head + _next(talk, branch_id))


def _each(talk: Talk, branches: Sequence[Branch]) -> str:
    """The next study day of each branch."""
    lines = []
    for branch in branches[:MOST_BRANCHES]:
        found = _first(ahead(talk, branch.id))
        if found is not None:
            lines.append(f"{branch.name}：{schedule.when_words(found, talk.today)}")
    if not lines:
        return _NONE_YET
    more = "\n别的支部请问社区。" if len(branches) > MOST_BRANCHES else ""
    return "下一个学习日：\n" + "\n".join(lines) + more
