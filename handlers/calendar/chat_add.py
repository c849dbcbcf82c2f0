"""加日程 in chat: a day that no rule names, with what it gets in the way of said before it is kept."""

from datetime import timedelta

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Branch
from bot.domain.schedule import KIND_TITLE, CalendarException, DayKind, Held
from bot.feature import STAFF
from bot.talk import Answer, Choice, Talk, as_text
from bot.understand.when import parse_when
from handlers.calendar.about import UNSAID, around, by_of, extra_words, feature, in_the_way

KINDS = {KIND_TITLE[kind]: kind for kind in (DayKind.EVENT, DayKind.STUDY, DayKind.SERVICE)}
_LONGEST = 30


@feature.dialog(
    "calendar_add", "加一次日程", words=("加日程", "临时加一次", "加一次日程"), roles=STAFF
)
async def add(talk: Talk) -> None:
    """Whose, what, when, why; read back with what it meets."""
    me = talk.staff()
    await talk.all(schedule.one_at_a_time())
    branch = await _branch(talk, schedule.reached(talk.rows, me))
    kind = KINDS[await talk.choose("kind", "加什么？", list(KINDS))]
    held = await _held(talk, branch, kind)
    reason = await talk.ask("reason", "请说原因，大家会看到。比如“重阳节”。", as_text(_LONGEST))
    decision = _made(talk, branch, kind, held, reason)
    day = schedule.added(decision)
    clash = in_the_way(talk.rows, day)
    what = f"{schedule.when_words(day, talk.today)}{day.title}"
    known = f"。{clash}" if clash else "，"
    changes = {"when": "日子", "reason": "原因"}
    await talk.confirm(f"{branch.name}加一次：{what}，原因：{reason}{known}对吗？", changes)
    await talk.add(decision)
    talk.say(f"{extra_words(decision)}会按时提醒。")
    talk.can_undo("calendar.change", decision.id, f"{schedule.what_words(day)}")


async def _branch(talk: Talk, branches: list[Branch]) -> Branch:
    """Whose: asked of those who look after several."""
    names = {branch.name: branch for branch in branches}
    if len(branches) == 1:
        return branches[0]
    choices = [Choice(name, name[:8]) for name in names]
    return names[await talk.choose("branch", "哪个支部的？", choices)]


async def _held(talk: Talk, branch: Branch, kind: DayKind) -> Held:
    """When, and what it is called where it is an event."""
    topic = ""
    if kind is DayKind.EVENT:
        topic = await talk.ask("topic", "是什么活动？比如“重阳联欢”。", as_text(_LONGEST))

    def parse(answer: Answer) -> Held:
        when = parse_when(answer.text, answer.at)
        if when is None or not when.has_day or when.end - when.start > timedelta(days=1):
            raise Refused("请您说是哪一天，比如“12月17日下午3点”。")
        found = Held(when.day, when.start.time() if when.kind == "moment" else None, topic=topic)
        _made(talk, branch, kind, found, UNSAID)
        return found

    return await talk.ask("when", "哪一天？比如“12月17日下午3点”。", parse)


def _made(talk: Talk, branch: Branch, kind: DayKind, held: Held, reason: str) -> CalendarException:
    others = around(talk.rows, held.day)
    return schedule.add_day(branch, kind, held, by_of(talk, reason), others)
