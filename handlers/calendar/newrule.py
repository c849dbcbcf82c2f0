"""A new rule from fields that a coordinator understands; its next twelve days are shown before it is kept."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Branch
from bot.domain.recurrence import describe, parse_rule
from bot.domain.schedule import By, CalendarRule, DayKind
from bot.feature import Look
from bot.now import local_day
from bot.parts import Field, Form, Found, Heading, Link, Links, Part, Search, Text
from bot.talk import Rows, Talk
from handlers.calendar.about import branch_of, by_of
from handlers.calendar.extra import KINDS
from handlers.calendar.finding import (
    HERE,
    any_day,
    branches_shown,
    day_of,
    hour_of,
    kind_of,
    words_of,
)
from handlers.calendar.rules import HOW, called, twelve
from handlers.calendar.ruling import meetings

Asked = Mapping[str, str]
_NTH = (
    ("1st", "第一个"), ("2nd", "第二个"), ("3rd", "第三个"), ("4th", "第四个"), ("5th", "第五个"), ("last", "最后一个"),
)  # fmt: skip
_WEEKDAYS = (
    ("mon", "星期一"), ("tue", "星期二"), ("wed", "星期三"), ("thu", "星期四"), ("fri", "星期五"),
    ("sat", "星期六"), ("sun", "星期日"),
)  # fmt: skip
_MORE_WEEKDAYS = (("", "没有了"), *_WEEKDAYS)
_HOLIDAYS = (("", "照平常的办法"), ("shift", "顺延到下一个工作日"), ("skip", "跳过这次"))
_OWN = ("nth", "weekday", "weekday2", "days", "weeks", "on", "lunar_month", "lunar_day", "text")
_COMMON = ("branch", "kind", "at", "on_holiday", "until", "place", "topic")


def _when_fields(how: str, asked: Asked) -> tuple[Field, ...]:
    """The fields that say how often, each with what was typed."""

    def field(name: str, label: str, kind: str = "text", note: str = "") -> Field:
        needed = name != "weekday2"
        options = {"nth": _NTH, "weekday": _WEEKDAYS, "weekday2": _MORE_WEEKDAYS}.get(name, ())
        value = asked.get(name, "")
        if options:
            return Field(name, label, "choice", value, options, needed)
        if kind == "date":
            return Field(name, label, "date", value, note=note)
        return Field(name, label, "number" if kind == "number" else "text", value, note=note)

    fields = {
        "nth": (field("nth", "第几个"), field("weekday", "星期几")),
        "days": (
            field("days", "几日", note="几天的用逗号隔开，比如“1,15”。写31就是每月最后一天。"),
        ),
        "week": (field("weekday", "星期几"), field("weekday2", "还有星期几")),
        "weeks": (field("weeks", "几周一次", "number"), field("on", "从哪天开始", "date")),
        "yearly": (field("on", "哪一天（每年都是这天）", "date"),),
        "lunar": (
            field("lunar_month", "农历几月", "number"),
            field("lunar_day", "农历几日", "number"),
        ),
        "once": (field("on", "哪一天", "date"),),
        "own": (field("text", "规律", note="比如“每月第二个星期四”，也可以用短写“2nd thu”。"),),
    }
    return fields.get(how, fields["own"])


_WHEN: dict[str, Callable[[Asked], str]] = {
    "nth": lambda asked: f"{asked.get('nth', '')} {asked.get('weekday', '')}",
    "days": lambda asked: asked.get("days", "").replace("，", ",").replace("、", ","),
    "week": lambda asked: ",".join(filter(None, (asked.get("weekday"), asked.get("weekday2")))),
    "weeks": lambda asked: f"every {asked.get('weeks', '')} weeks from {day_of(asked, 'on')}",
    "yearly": lambda asked: f"yearly {day_of(asked, 'on'):%m-%d}",
    "lunar": lambda asked: f"lunar {asked.get('lunar_month', '')}-{asked.get('lunar_day', '')}",
    "once": lambda asked: str(day_of(asked, "on")),
    "own": lambda asked: asked.get("text", ""),
}


def rule_text(how: str, asked: Asked) -> str:
    """The rule that the fields say, in the canonical form. Raises Refused where a field can't be."""
    at, until = hour_of(asked), any_day(asked, "until")
    parts = [
        _WHEN.get(how, _WHEN["own"])(asked),
        f"{at:%H:%M}" if at else "",
        f"{asked['on_holiday']} holidays" if asked.get("on_holiday") else "",
        f"until {until}" if until else "",
    ]
    return str(parse_rule(" ".join(filter(None, parts))))


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The form of one way of recurring, and under it the twelve days it would name."""
    query, how = look.query, look.query["new"]
    title = dict(HOW).get(how, "自己写")
    where = tuple((str(one.id), one.name) for one in schedule.reached(rows, look.viewer))
    ways = tuple(Link(label, f"{HERE}?new={name}") for name, label in HOW)
    fields = (
        Field("new", "", "hidden", how),
        Field("branch", "支部", "choice", query.get("branch", ""), where),
        Field("kind", "做什么", "choice", query.get("kind", ""), KINDS),
        *_when_fields(how, query),
        Field("at", "几点", "time", query.get("at", ""), required=False),
        Field("on_holiday", "碰上放假", "choice", query.get("on_holiday", ""), _HOLIDAYS, required=False,
              note="平常：服务日顺延，别的照常办、先问您。"),
        Field("until", "到哪天为止", "date", query.get("until", ""), required=False),
        Field("place", "地点", value=query.get("place", ""), required=False, note="空着就在支部的老地方。"),
        Field("topic", "内容", value=query.get("topic", ""), required=False, note="活动要写是什么活动。"),
    )  # fmt: skip
    found = tuple(_shown(rows, look, how)) if query.get("branch") else ()
    return [
        Links(ways, "多久一次", f"{HERE}?new={how}"),
        Heading(f"加一条规律：{title}"),
        Search(fields, "看以后十二次"),
        Found(found),
    ]


def _shown(rows: Rows, look: Look, how: str) -> list[Part]:
    """The rule in words, its twelve days, what it meets; why not, where it can't be."""
    query, today = look.query, local_day(look.now)
    (branch, *_) = branches_shown(rows, look.viewer, query)
    try:
        row = _made(rows, how, query, branch, By(look.now, look.viewer.id))
    except Refused as no:
        return [Text(str(no), "warning")]
    kept = tuple(Field(name, "", "hidden", query.get(name, "")) for name in (*_COMMON, *_OWN))
    form = Form(
        "rule_add", "就加这一条", (Field("how", "", "hidden", how), *kept), back=f"{HERE}?rules=1"
    )
    met = meetings(rows, row, today)
    return [
        Text(f"{describe(parse_rule(row.rule))}（短写：{row.rule}）", "lead"),
        twelve(rows, row, today),
        *(Text(f"请留意，{words}", "warning") for words in met),
        *([Text("有没有撞上，只看了以后四个月的日子。")] if met else []),
        form,
    ]


async def add(talk: Talk, form: dict[str, str]) -> str:
    """Keep it."""
    await talk.all(schedule.one_at_a_time())
    branch = branch_of(talk, form)
    row = _made(talk.rows, form.get("how", ""), form, branch, by_of(talk))
    await talk.add(row)
    return f"加上了：{branch.name}{called(row)}，{describe(parse_rule(row.rule))}。"


def _made(rows: Rows, how: str, asked: Asked, branch: Branch, by: By) -> CalendarRule:
    kind, there = kind_of(asked), rows.all(schedule.rules_of(branch.id))
    row = schedule.add_rule(branch, kind, rule_text(how, asked), by, there)
    row.place, row.topic = words_of(asked, "place"), words_of(asked, "topic")
    if kind is DayKind.EVENT and not row.topic:
        raise Refused("请写明是什么活动，比如“重阳节联欢”。")
    return row
