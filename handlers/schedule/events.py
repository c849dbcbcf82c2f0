"""最近有什么活动: all that is coming, by date; picking one leads to signing up."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.schedule import Day, DayKind
from bot.feature import ANYONE, Place
from bot.talk import Choice, GoTo, Talk
from bot.text import normal
from handlers.schedule.about import ahead, branches_of, feature, span_of

PAGE = 3
LATER = "再看几项"
ASK, OTHERS = "请人问问", "看别的活动"
_KIND: Final = re.compile(
    "比赛|讲座|合唱|唱歌|红歌|书画|画展|书法|国画|剪纸|太极|广场舞|舞蹈|跳舞|唱戏|看戏|演出|节目|晚会|联欢|茶话会|灯谜|"
    "旅游|郊游|秋游|春游|门球|气排球|乒乓球|象棋|义诊|体检|培训|电影|演[习练]"
)
"""What somebody may ask for by name; it is looked for in what the days are called and about."""


@feature.dialog(
    "event",
    "看看最近的活动",
    words=("最近活动", "活动", "最近有什么活动", "有什么活动"),
    intents=("event",),
    place=Place("乐", "最近活动", 10),
    roles=ANYONE,
)
async def events(talk: Talk) -> None:
    """At most four at a time, each with its number."""
    branches = await branches_of(talk)
    days = sorted(
        (day for branch in branches for day in ahead(talk, branch.id)), key=lambda d: d.day
    )
    kind = _not_planned(talk.slots.get("words", ""), days)
    if kind and talk.me is not None and await _asks_about(talk, kind):
        return
    if not days:
        raise Refused("最近还没有安排活动。有了会告诉您。")
    day = await _pick(talk, days, several=len(branches) > 1)
    talk.about(**schedule.topic_of(day))
    if talk.me is None:
        raise Refused("报名要先登记。您说“登记”就可以开始。")
    if day.kind is DayKind.STUDY:
        talk.say(f"{day.title}：{schedule.whole(day, talk.today)}不用报名，到时候来就行。")
        return
    raise GoTo("service_join", source=day.source, named=day.named.isoformat())


def _not_planned(words: str, days: Sequence[Day]) -> str:
    """The kind of event that `words` ask for and no day is about: 合唱; "" if there is none."""
    found = _KIND.search(normal(words))
    if found is None or any(found[0] in f"{day.title}{day.topic}{day.reason}" for day in days):
        return ""
    return found[0]


async def _asks_about(talk: Talk, kind: str) -> bool:
    """Says honestly that the calendar has none; whether a coordinator shall find out."""
    question = f"日程上还没有“{kind}”。我可以请联络员问清楚，再告诉您，好吗？"
    if await talk.choose("ask", question, [ASK, OTHERS]) == OTHERS:
        return False
    talk.call_person("asked", talk.slots["words"])
    talk.say(f"转过去了，联络员会联系您（{talk.settings.office.hours}）。", [Choice("主菜单")])
    return True


async def _pick(talk: Talk, days: Sequence[Day], *, several: bool) -> Day:
    """A page of the list, then the next; the last button being 更多."""
    head = _none_then(talk, days)
    start = 0
    while True:
        size = PAGE if len(days) - start > PAGE + 1 else PAGE + 1
        shown = days[start : start + size]
        later = start + size < len(days)
        labels = {_says(d, several): d for d in shown}
        choices = [Choice(words, f"{d.day.month}月{d.day.day}日") for words, d in labels.items()]
        text = f"{head}{schedule.numbered(shown, talk.today)}\n想参加哪一样，回个数字。"
        more = [Choice(LATER, "更多")] if later else []
        taken = await talk.choose(f"which{start}", text, [*choices, *more])
        if taken != LATER:
            return labels[taken]
        start += size


def _none_then(talk: Talk, days: Sequence[Day]) -> str:
    """ "11月23日(周一)没有安排。" where one day was asked about and nothing is held on it."""
    span = span_of(talk, talk.slots.get("when", ""))
    if span is None or not span.single or any(day.day == span.first for day in days):
        return ""
    return f"{span.first.month}月{span.first.day}日没有安排。\n"


def _says(day: Day, several: bool) -> str:
    """The words of one line; with the branch where several branches' days stand in the list."""
    return schedule.what_words(day) + (f"（{day.branch}）" if several else "")
