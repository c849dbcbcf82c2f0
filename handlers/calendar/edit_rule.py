"""A rule's hour, place and topic edited: its next twelve days and what changes for whom are shown first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.recurrence import describe, parse_rule
from bot.domain.schedule import CalendarRule, DayKind
from bot.feature import Look
from bot.now import local_day
from bot.parts import Field, Form, Found, Part, Search, Text
from bot.talk import Rows, Talk
from handlers.calendar.about import branch_of, by_of
from handlers.calendar.finding import HERE, hour_of, words_of
from handlers.calendar.preview import of_many
from handlers.calendar.rules import UNCHANGED, about, called, rule_in, twelve
from handlers.calendar.ruling import change_rule, changed_days

_TYPED = ("at", "place", "topic")
_NOTE = (
    "另一天，比如从星期四改到星期五，请结束这条，再加一条。"
    "以前的日子在月历上也照新的写；内容改了不另外告诉。"
)


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The form with what the rule says now, and under it what follows from what was typed."""
    row, query = rule_in(rows, look.viewer, look.query["edit"]), look.query
    at = parse_rule(row.rule).at
    fields = (
        Field("edit", "", "hidden", str(row.id)),
        Field("at", "几点", "time", query.get("at", f"{at:%H:%M}" if at else ""), required=False),
        Field("place", "地点", value=query.get("place", row.place), required=False, note="空着就在支部的老地方。"),
        Field("topic", "内容", value=query.get("topic", row.topic), required=False, note="活动要写是什么活动。"),
    )  # fmt: skip
    found = tuple(_follows(rows, look, row)) if "place" in query else ()
    return [
        *about(row, f"{HERE}?edit={row.id}"),
        Text(_NOTE),
        Search(fields, "看会怎样"),
        Found(found),
    ]


def _follows(rows: Rows, look: Look, row: CalendarRule) -> list[Part]:
    query, today = look.query, local_day(look.now)
    try:
        changed = _edited(rows, row, query)
    except Refused as no:
        return [Text(str(no), "warning")]
    fields = (
        Field("branch", "", "hidden", str(row.branch_id)),
        Field("rule", "", "hidden", str(row.id)),
        Field("was", "", "hidden", _state(row)),
        *(Field(name, "", "hidden", query.get(name, "")) for name in _TYPED),
        Field("reason", "原因", required=False, note="报了名的人看得到。"),
    )
    return [
        Text(f"改成：{_words(changed)}", "lead"),
        *of_many(rows, changed_days(rows, changed, today), UNCHANGED),
        twelve(rows, changed, today),
        Form("rule_edit", "就这样改", fields, back=f"{HERE}?rule={row.id}"),
    ]


def _edited(rows: Rows, row: CalendarRule, form: Mapping[str, str]) -> CalendarRule:
    """The rule as it was typed. Raises Refused where nothing differs, or it can't be."""
    text = str(replace(parse_rule(row.rule), at=hour_of(form)))
    place, topic = words_of(form, "place"), words_of(form, "topic")
    if (text, place, topic) == (row.rule, row.place, row.topic):
        raise Refused("跟原来一样，没有改。")
    if row.kind is DayKind.EVENT and not topic:
        raise Refused("请写明是什么活动，比如“重阳节联欢”。")
    others = (one for one in rows.all(schedule.rules_of(row.branch_id)) if one.id != row.id)
    if any((one.kind, one.rule) == (row.kind, text) for one in others):
        raise Refused(f"{row.branch.name}的{called(row)}已经有这条规律了。")
    return schedule.reworded(row, text, place, topic)


def _state(row: CalendarRule) -> str:
    """What tells that nobody has edited it since the page was shown."""
    return "|".join((row.rule, row.place, row.topic))


def _words(row: CalendarRule) -> str:
    about_it = f"，{row.topic}" if row.topic and row.topic != called(row) else ""
    where = row.place or row.branch.place
    return f"{called(row)}，{describe(parse_rule(row.rule))}{f'，在{where}' if where else ''}{about_it}"


async def edit(talk: Talk, form: dict[str, str]) -> str:
    """Keep it, and tell whom it concerns."""
    me = talk.staff()
    await talk.all(schedule.one_at_a_time())
    branch_of(talk, form)
    row = rule_in(talk.rows, me, form.get("rule", ""))
    if form.get("was") != _state(row):
        raise Refused(f"这条规律刚才有人改过了，现在是“{_words(row)}”。请您再看一看，再决定。")
    changed = _edited(talk.rows, row, form)
    by = by_of(talk, words_of(form, "reason"))
    for note in change_rule(talk.rows, talk.settings, row, changed, by):
        talk.tell(note)
    return f"改好了：{row.branch.name}{_words(row)}。"
