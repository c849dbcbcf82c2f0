"""The rules at the desk: when a branch meets; pausing, resuming and ending one with what follows shown first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from bot.domain import schedule
from bot.domain.access.people import access_branch
from bot.domain.base import Refused
from bot.domain.holidays import Moved
from bot.domain.people import Person
from bot.domain.recurrence import describe, parse_rule
from bot.domain.schedule import KIND_TITLE, CalendarRule, DayKind
from bot.domain.wording import day_words
from bot.feature import Action, Look
from bot.now import local_day
from bot.parts import Facts, Field, Form, Found, Heading, Link, Links, Part, Search, Table, Text
from bot.talk import Rows, Talk, numbered
from handlers.calendar.about import branch_of, by_of
from handlers.calendar.finding import HERE, any_day, day_of, words_of
from handlers.calendar.preview import of_many
from handlers.calendar.ruling import change_rule, changed_days, unchanged

HEAD = ("规律", "支部", "做什么", "地点", "以后的日子")
HOW = (
    ("nth", "每月第几个星期几"), ("days", "每月几日"), ("week", "每周星期几"), ("weeks", "每几周一次"),
    ("yearly", "每年一天"), ("lunar", "农历一天"), ("once", "只一天"), ("own", "自己写"),
)  # fmt: skip
DOING = {"pause": "暂停", "resume": "恢复", "end": "结束"}
UNCHANGED = "以后四个月的日子不变。"
_FEW = 4
"""So many days to come stand in the list; a rule's own page has twelve."""
Reads = Callable[[CalendarRule, Mapping[str, str], date], str]
"""(rule, form, today) → what it will read."""


def every(rows: Rows, look: Look) -> Sequence[Part]:
    """All rules of the viewer's branches, and the ways to add one."""
    mine = {branch.id for branch in schedule.reached(rows, look.viewer)}
    found = [row for row in rows.all(schedule.rules_of()) if row.branch_id in mine]
    today, holidays = local_day(look.now), schedule.holidays_in(rows)
    lines = tuple(
        (
            describe(parse_rule(row.rule)), row.branch.name, called(row), row.place or row.branch.place,
            "、".join(dates(schedule.next_of(row, today, holidays)[:_FEW], today)) or "已经结束",
        )
        for row in found
    )  # fmt: skip
    links = tuple(f"{HERE}?rule={row.id}" for row in found)
    ways = tuple(Link(label, f"{HERE}?new={how}") for how, label in HOW)
    return [
        Text("按一下规律，可以改时间和地点，可以暂停、恢复、结束它。"),
        Table(HEAD, lines, "还没有规律。请在下面加一条。", links),
        Heading("加一条规律：多久一次？"),
        Links(ways, "加一条规律"),
    ]


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """One rule with its next twelve days; with `do`, what changes if it rests, goes on or ends."""
    row, today = rule_in(rows, look.viewer, look.query.get("rule", "")), local_day(look.now)
    doing = look.query.get("do", "")
    here = f"{HERE}?rule={row.id}"
    head = about(row, f"{here}&do={doing}" if doing else here)
    if doing in DOING:
        return [*head, *_doing(rows, look, row, doing)]
    return [*head, twelve(rows, row, today)]


def about(row: CalendarRule, here: str) -> list[Part]:
    """What a rule says, and what may be done with it; `here`: which of these is shown."""
    facts = (
        ("支部", row.branch.name), ("做什么", called(row)),
        ("规律", describe(parse_rule(row.rule))), ("短写", row.rule),
        ("地点", row.place or row.branch.place or "没有定"), ("内容", row.topic or "没有定"),
    )  # fmt: skip
    page = f"{HERE}?rule={row.id}"
    ways = (
        Link("这条规律", page), Link("改时间、地点", f"{HERE}?edit={row.id}"),
        *(Link(label, f"{page}&do={name}") for name, label in DOING.items()),
    )  # fmt: skip
    return [Facts(facts), Links(ways, "办这条规律", here)]


def twelve(rows: Rows, row: CalendarRule, today: date) -> Table:
    """The next twelve days with what holidays do to them, whatever was decided about single ones."""
    placed = schedule.next_placed(row.rule, row.kind, today, schedule.holidays_in(rows))
    lines = tuple((day_words(one.day, today), _moved(one, today)) for one in placed)
    return Table(
        ("以后的日子", "说明"), lines, "已经结束，以后没有了。", caption=f"以后{len(lines)}次"
    )


def called(row: CalendarRule) -> str:
    """学习日, 志愿服务日; an event is called by what it is, as its days are."""
    own = row.kind in (DayKind.EVENT, DayKind.COLLECTIVE)
    return row.topic if own and row.topic else KIND_TITLE[row.kind]


def dates(days: Sequence[date], today: date) -> Iterator[str]:
    """Days without their weekdays; the year stands where it is another than that of the day before."""
    for before, day in zip([today, *days], days, strict=False):
        year = f"{day.year}年" if before.year != day.year else ""
        yield f"{year}{day.month}月{day.day}日"


def _moved(one: Moved, today: date) -> str:
    if one.moved_from is None:
        return one.reason
    return f"原定{day_words(one.moved_from, today)}，{one.reason}"


# ── resting, going on, ending ───────────────────────────────────────────────────────────────────


def _rested(row: CalendarRule, form: Mapping[str, str], today: date) -> str:
    return schedule.rested(row, day_of(form, "from"), any_day(form, "to"), today)


def _going_on(row: CalendarRule, form: Mapping[str, str], today: date) -> str:
    return schedule.going_on(row, day_of(form, "from"), today)


def _ended(row: CalendarRule, form: Mapping[str, str], today: date) -> str:
    last = day_of(form, "from")
    if last < today:
        raise Refused(f"{day_words(last)}已经过去了。请选今天或以后的日子。")
    return schedule.ended(row, last)


_READS: dict[str, Reads] = {"pause": _rested, "resume": _going_on, "end": _ended}


def _doing(rows: Rows, look: Look, row: CalendarRule, doing: str) -> list[Part]:
    query, today = look.query, local_day(look.now)
    label = {"pause": "从哪天起停", "resume": "从哪天起恢复", "end": "最后一天"}[doing]
    fields = [
        Field("rule", "", "hidden", str(row.id)),
        Field("do", "", "hidden", doing),
        Field("from", label, "date", query.get("from") or today.isoformat()),
    ]
    if doing == "pause":
        note = "不知道就空着，以后再按“恢复”。"
        fields.append(
            Field("to", "停到哪天", "date", query.get("to", ""), required=False, note=note)
        )
    found = tuple(_follows(rows, look, row, doing)) if query.get("from") else ()
    return [Search(tuple(fields), "看会怎样"), Found(found)]


def _follows(rows: Rows, look: Look, row: CalendarRule, doing: str) -> list[Part]:
    query, today = look.query, local_day(look.now)
    try:
        text = _READS[doing](row, query, today)
    except Refused as no:
        return [Text(str(no), "warning")]
    kept = tuple(Field(name, "", "hidden", query.get(name, "")) for name in ("from", "to"))
    fields = (
        Field("branch", "", "hidden", str(row.branch_id)),
        Field("rule", "", "hidden", str(row.id)), Field("was", "", "hidden", row.rule), *kept,
        Field("reason", "原因", required=False, note="报了名的人看得到。"),
    )  # fmt: skip
    return [
        Text(f"改成：{describe(parse_rule(text))}", "lead"),
        *of_many(rows, changed_days(rows, schedule.reworded(row, text), today), UNCHANGED),
        Form(f"rule_{doing}", f"就这样{DOING[doing]}", fields, back=f"{HERE}?rule={row.id}"),
    ]


def _action(doing: str) -> Action:
    async def change(talk: Talk, form: dict[str, str]) -> str:
        me = talk.staff()
        await talk.all(schedule.one_at_a_time())
        branch_of(talk, form)
        row = unchanged(rule_in(talk.rows, me, form.get("rule", "")), form.get("was", ""))
        text = _READS[doing](row, form, talk.today)
        by = by_of(talk, words_of(form, "reason"))
        changed = schedule.reworded(row, text)
        for note in change_rule(talk.rows, talk.settings, row, changed, by):
            talk.tell(note)
        return f"{DOING[doing]}了：{row.branch.name}{called(row)}，{describe(parse_rule(text))}。"

    return change


def rule_in(rows: Rows, viewer: Person, number: str) -> CalendarRule:
    row = numbered(rows, CalendarRule, number)
    if row is None:
        raise Refused("没有这条规律。请从“规律”里按一下。")
    access_branch(viewer, row.branch)
    return row


ACTIONS: dict[str, Action] = {f"rule_{doing}": _action(doing) for doing in DOING}
