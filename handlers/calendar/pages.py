"""The coordinators' page: the rules, the days to come, and forms to move, cancel, confirm, add and plan."""

from collections.abc import Iterator, Sequence
from datetime import date, time
from urllib.parse import quote

from bot.domain import schedule
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.people import Branch
from bot.domain.recurrence import describe
from bot.domain.schedule import (
    KIND_TITLE,
    Day,
    DayKind,
    Held,
    StudyPlan,
    found,
    reached,
    ref_of,
)
from bot.feature import Action, Look, Page, Touch
from bot.now import local_day
from bot.parts import Field, Form, Part, Table, Text
from bot.talk import Rows, Talk
from handlers.calendar.about import (
    CANCEL,
    EXTRA,
    KEEP,
    MOVE,
    ahead,
    around,
    branch_of,
    by_of,
    decide,
    done_words,
    feature,
)
from handlers.calendar.feed import addresses, renew
from handlers.calendar.sheet import lately, sheet

_DAYS_HEAD = ("日子", "支部", "做什么", "地点", "内容", "说明")
_RULES_HEAD = ("支部", "做什么", "规律", "以后的日子")
_KINDS = tuple((kind.value, KIND_TITLE[kind]) for kind in DayKind)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """Everything of the branches in the viewer's reach; or who comes on the day that `day` names."""
    viewer, query, now = look.viewer, look.query, look.now
    today = local_day(now)
    if query.get("day"):
        return sheet(rows, viewer, query["day"], today)
    days, branches = ahead(rows, viewer, today), reached(rows, viewer)
    return [
        _rules(rows, branches, today),
        _days(days[: schedule.SHOWN]),
        Text("刚办过的，可以看谁签到、谁请假："),
        _days(lately(rows, viewer, today)),
        *_forms(days, branches),
        *addresses(rows, look),
    ]


def _dates(days: Sequence[date]) -> Iterator[str]:
    """Days without their weekdays; the year stands where it is another than that of the day before."""
    for before, day in zip([None, *days], days, strict=False):
        year = f"{day.year}年" if before and before.year != day.year else ""
        yield f"{year}{day.month}月{day.day}日"


def _days(days: Sequence[Day]) -> Table:
    links = tuple(f"?day={quote(ref_of(day))}" for day in days)
    return Table(_DAYS_HEAD, tuple(_row(day) for day in days), links=links)


def _rules(rows: Rows, branches: Sequence[Branch], today: date) -> Table:
    mine, holidays = {branch.id for branch in branches}, schedule.holidays_in(rows)
    lines = []
    for row in rows.all(schedule.rules_of()):
        if row.branch_id in mine:
            following = schedule.next_of(row, today, holidays)
            dates = "、".join(_dates(following)) or "已经结束"
            words = describe(schedule.rule_of(row.rule))
            lines.append((row.branch.name, KIND_TITLE[row.kind], words, dates))
    return Table(_RULES_HEAD, tuple(lines), empty="还没有规律。请管理员用命令加上。")


def _row(day: Day) -> tuple[str, ...]:
    note = schedule.note(day).strip("（）")
    return (schedule.when_words(day), day.branch, day.title, day.place, day.topic, note)


def _forms(days: Sequence[Day], branches: Sequence[Branch]) -> list[Form]:
    which = tuple((ref_of(d), f"{d.branch} {schedule.what_words(d)}") for d in days)
    unsure = tuple((ref_of(d), f"{d.branch} {schedule.what_words(d)}") for d in days if d.asks)
    where = tuple((str(branch.id), branch.name) for branch in branches)
    day, reason = Field("day", "哪一天", "choice", options=which), Field("reason", "原因")
    to, at = Field("to", "日子", "date"), Field("at", "几点", "time", required=False)
    place = Field("place", "地点", required=False)
    branch, kind = (
        Field("branch", "支部", "choice", options=where),
        Field("kind", "做什么", "choice", options=_KINDS),
    )
    forms = [
        Form("add", EXTRA, (branch, kind, to, at, place, Field("topic", "内容", required=False), reason)),
    ]  # fmt: skip
    if which:
        plan = (day, Field("topic", "内容"), place, Field("material", "材料", required=False))
        forms = [
            Form("move", MOVE, (day, to, at, place, reason)), Form("cancel", CANCEL, (day, reason)),
            *forms, Form("plan", "记下内容", plan),
        ]  # fmt: skip
    if unsure:
        forms.insert(0, Form("keep", KEEP, (Field("day", "哪一天", "choice", options=unsure),)))
    return forms


async def move(talk: Talk, form: dict[str, str]) -> str:
    """Another day or time."""
    day = _day(talk, form)
    to = Held(_date(form), _time(form), form.get("place", "").strip())
    by = by_of(talk, form.get("reason", "").strip())
    return _keep(talk, schedule.move(day, to, by, around(talk.rows, to.day)), day)


async def cancel(talk: Talk, form: dict[str, str]) -> str:
    """Not held."""
    day = _day(talk, form)
    return _keep(talk, schedule.cancel(day, by_of(talk, form.get("reason", "").strip())), day)


async def keep(talk: Talk, form: dict[str, str]) -> str:
    """Held as shown, whatever the holidays say."""
    day = _day(talk, form)
    return _keep(talk, schedule.keep(day, by_of(talk)), day)


async def add_day(talk: Talk, form: dict[str, str]) -> str:
    """A day that no rule names."""
    branch = branch_of(talk, form)
    held = Held(
        _date(form), _time(form), form.get("place", "").strip(), form.get("topic", "").strip()
    )
    others = around(talk.rows, held.day)
    by = by_of(talk, form.get("reason", "").strip())
    row = schedule.add_day(branch, DayKind(form.get("kind", "")), held, by, others)
    await talk.add(row)
    return f"加上了：{held.day.month}月{held.day.day}日，{held.topic or KIND_TITLE[row.kind]}。"


async def plan(talk: Talk, form: dict[str, str]) -> str:
    """What a day is about, in the year's plan."""
    day = _day(talk, form)
    rows = await talk.all(schedule.plan_of(day.branch_id, day.kind, day.named))
    row = rows[0] if rows else StudyPlan(branch_id=day.branch_id, kind=day.kind, day=day.named)
    row.topic, row.place, row.material = (
        form.get(name, "").strip() for name in ("topic", "place", "material")
    )
    if not rows:
        await talk.add(row)
    return f"记下了：{schedule.what_words(day)}，{row.topic}。"


def _keep(talk: Talk, decision: schedule.CalendarException, day: Day) -> str:
    for note in decide(talk.rows, decision, day):
        talk.tell(note)
    talk.can_undo("calendar.change", decision.id, f"{schedule.what_words(day)}的改动")
    return done_words(decision, day)


def _day(talk: Talk, form: dict[str, str]) -> Day:
    me = talk.staff()
    return found(ahead(talk.rows, me, talk.today), form.get("day", ""))


def _date(form: dict[str, str]) -> date:
    try:
        return date.fromisoformat(form.get("to", ""))
    except ValueError:
        raise Refused("请选一个日子。") from None


def _time(form: dict[str, str]) -> time | None:
    try:
        return time.fromisoformat(form["at"]) if form.get("at") else None
    except ValueError:
        raise Refused("请选几点，比如上午9点。") from None


ACTIONS: dict[str, Action] = {
    "move": move,
    "cancel": cancel,
    "keep": keep,
    "add": add_day,
    "plan": plan,
    "feed": renew,
}
TOUCHES = {"add": Touch(Thing.BRANCH, by="branch"), "feed": Touch(Thing.BRANCH, by="branch")}
feature.pages.append(Page("calendar", "日程", view, actions=ACTIONS, by="day", touches=TOUCHES))
