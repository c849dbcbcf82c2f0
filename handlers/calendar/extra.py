"""A day that no rule names: an event, or one study day more; what it gets in the way of is shown first."""

from collections.abc import Sequence

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.schedule import KIND_TITLE, By, DayKind, Held
from bot.feature import Look
from bot.parts import Field, Form, Found, Heading, Part, Search, Text
from bot.talk import Rows, Talk
from handlers.calendar.about import EXTRA, UNSAID, around, branch_of, by_of, extra_words, in_the_way
from handlers.calendar.finding import HERE, branches_shown, day_of, hour_of, kind_of, words_of

KINDS = tuple((kind.value, KIND_TITLE[kind]) for kind in DayKind)
_ASKED = ("branch", "kind", "to", "at", "place", "topic")


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The form, and under it what would be added."""
    query = look.query
    where = tuple((str(one.id), one.name) for one in schedule.reached(rows, look.viewer))
    fields = (
        Field("add", "", "hidden", "1"),
        Field("branch", "支部", "choice", query.get("branch", ""), where),
        Field("kind", "做什么", "choice", query.get("kind", DayKind.EVENT.value), KINDS),
        Field("to", "哪天", "date", query.get("to", "")),
        Field("at", "几点", "time", query.get("at", ""), required=False),
        Field("place", "地点", value=query.get("place", ""), required=False, note="空着就在支部的老地方。"),
        Field("topic", "内容", value=query.get("topic", ""), required=False, note="活动要写是什么活动。"),
    )  # fmt: skip
    found = tuple(_shown(rows, look)) if query.get("to") else ()
    return [Heading("临时加一次"), Search(fields, "看会怎样"), Found(found)]


def _shown(rows: Rows, look: Look) -> list[Part]:
    query = look.query
    (branch, *_) = branches_shown(rows, look.viewer, query)
    try:
        held, kind = _held(query), kind_of(query)
        by = By(look.now, look.viewer.id, UNSAID)
        row = schedule.add_day(branch, kind, held, by, around(rows, held.day))
    except Refused as no:
        return [Text(str(no), "warning")]
    day = schedule.added(row)
    clash = in_the_way(rows, day)
    invited = len(rows.all(schedule.expected(day)))
    told = "报了名的人会收到提醒。" if kind is DayKind.EVENT else f"会提醒{invited}位。"
    where = f"，在{day.place}" if day.place else ""
    kept = tuple(Field(name, "", "hidden", query.get(name, "")) for name in _ASKED)
    reason = Field("reason", "原因", note="会员看得到，比如“重阳节”。")
    return [
        Text(f"{branch.name}：{schedule.when_words(day)}{day.title}{where}。", "lead"),
        *([Text(f"请留意：{clash}", "warning")] if clash else []),
        Text(told),
        Form("add", EXTRA, (*kept, reason), back=f"{HERE}?month={day.day:%Y-%m}"),
    ]


async def add(talk: Talk, form: dict[str, str]) -> str:
    """Keep it."""
    await talk.all(schedule.one_at_a_time())
    branch, held = branch_of(talk, form), _held(form)
    by = by_of(talk, words_of(form, "reason"))
    row = schedule.add_day(branch, kind_of(form), held, by, around(talk.rows, held.day))
    await talk.add(row)
    talk.can_undo("calendar.change", row.id, f"{held.day.month}月{held.day.day}日临时加的一次")
    return extra_words(row)


def _held(form: dict[str, str]) -> Held:
    return Held(day_of(form), hour_of(form), words_of(form, "place"), words_of(form, "topic"))
