"""The buttons of one day at the desk: moved, cancelled, confirmed, planned, taken back."""

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.schedule import CalendarException, Day, Held, StudyPlan, What
from bot.feature import Action
from bot.talk import Talk, numbered
from handlers.calendar.about import around, as_seen, by_of, decide, done_words, take_back
from handlers.calendar.finding import day_of, hour_of, one_day, words_of

DECIDED = {
    What.MOVED: "改期", What.CANCELLED: "取消", What.KEPT: "照常办", What.EXTRA: "临时加",
}  # fmt: skip


async def move(talk: Talk, form: dict[str, str]) -> str:
    """Another day, time or place."""
    day = _day(talk, form)
    to = Held(day_of(form), hour_of(form), words_of(form, "place"))
    by = by_of(talk, words_of(form, "reason"))
    return _keep(talk, schedule.move(day, to, by, around(talk.rows, to.day)), day)


async def cancel(talk: Talk, form: dict[str, str]) -> str:
    """Not held."""
    day = _day(talk, form)
    return _keep(talk, schedule.cancel(day, by_of(talk, words_of(form, "reason"))), day)


async def keep(talk: Talk, form: dict[str, str]) -> str:
    """Held as shown, whatever the holidays say."""
    day = _day(talk, form)
    return _keep(talk, schedule.keep(day, by_of(talk)), day)


async def plan(talk: Talk, form: dict[str, str]) -> str:
    """What a day is about, in the year's plan."""
    day = _day(talk, form)
    rows = await talk.all(schedule.plan_of(day.branch_id, day.kind, day.named))
    row = rows[0] if rows else StudyPlan(branch_id=day.branch_id, kind=day.kind, day=day.named)
    row.topic, row.place, row.material = (
        words_of(form, name) for name in ("topic", "place", "material")
    )
    if not rows:
        await talk.add(row)
    return f"记下了：{schedule.what_words(day)}，{row.topic}。"


async def undo(talk: Talk, form: dict[str, str]) -> str:
    """The last decision about a day taken back; who was told of it is told again."""
    day = _day(talk, form)
    decision = numbered(talk.rows, CalendarException, form.get("decision", ""))
    if decision is None or decision not in await talk.all(schedule.decisions_about(day)):
        raise Refused("这个改动已经撤销了，请您再看一看。")
    for note in take_back(talk.rows, talk.settings, decision, by_of(talk)):
        talk.tell(note)
    return f"撤销了：{decision.day.month}月{decision.day.day}日的{DECIDED[decision.what]}。"


def _keep(talk: Talk, decision: CalendarException, day: Day) -> str:
    for note in decide(talk.rows, talk.settings, decision, day):
        talk.tell(note)
    talk.can_undo("calendar.change", decision.id, f"{schedule.what_words(day)}的改动")
    return done_words(decision, day)


def _day(talk: Talk, form: dict[str, str]) -> Day:
    """The day of a form, where it still stands as it was shown."""
    me = talk.staff()
    rows = talk.rows
    rows.all(schedule.one_at_a_time())
    return as_seen(one_day(rows, me, form.get("day", "")), form.get("version", ""))


ACTIONS: dict[str, Action] = {
    "move": move, "cancel": cancel, "keep": keep, "plan": plan, "undo": undo,
}  # fmt: skip
