"""One day at the desk: what it is, who comes, and deciding about it with what follows shown first."""

from collections.abc import Callable, Sequence

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.schedule import CalendarException, Day, Held, What
from bot.domain.wording import moment_words
from bot.feature import Look
from bot.now import local_day
from bot.parts import (
    Facts,
    Field,
    Form,
    Found,
    Heading,
    Link,
    Links,
    Part,
    Press,
    Search,
    Table,
    Text,
)
from bot.talk import Rows
from handlers.calendar.about import (
    CANCEL,
    KEEP,
    MOVE,
    UNSAID,
    around,
    in_the_way,
    would_be,
)
from handlers.calendar.deciding import DECIDED
from handlers.calendar.finding import HERE, day_of, hour_of, one_day, to_day, words_of
from handlers.calendar.preview import of_one
from handlers.calendar.sheet import sheet

PLAN = "记下内容"
View = Callable[[Rows, Look, Day], Sequence[Part]]


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The day that `day` names; with `do`, the form that moves, cancels, confirms or plans it."""
    day = one_day(rows, look.viewer, look.query.get("day", ""))
    doing = _FORMS.get(look.query.get("do", ""))
    head: list[Part] = [Heading(f"{day.branch}：{schedule.what_words(day)}"), _ways(day, look)]
    if doing is not None:
        return [*head, *doing(rows, look, day)]
    return [*head, *_about(rows, day), *_decided(rows, look, day), *sheet(rows, day)]


def _ways(day: Day, look: Look) -> Links:
    """What may be done about it: nothing any more once it has passed."""
    links = [Link("看这一天", to_day(day)), Link("回月历", f"{HERE}?month={day.day:%Y-%m}")]
    if day.day >= local_day(look.now) and not day.cancelled:
        doing = [("move", MOVE), ("cancel", CANCEL), ("plan", PLAN)]
        if day.asks or not day.decision:
            doing.insert(2, ("keep", KEEP))
        links += [Link(label, to_day(day, do=name)) for name, label in doing]
    here = to_day(day, do=look.query["do"]) if look.query.get("do") else to_day(day)
    return Links(tuple(links), "办这一天", here)


def _about(rows: Rows, day: Day) -> list[Part]:
    state = (
        f"取消了：{day.reason}" if day.cancelled else schedule.note(day).strip("（）") or "照规律"
    )
    facts = [
        ("哪天", schedule.when_words(day)), ("地点", day.place or "没有定"), ("内容", day.topic or "没有定"),
        ("材料", day.material or "没有"), ("说明", state if day.source.startswith("rule") else day.reason),
    ]  # fmt: skip
    clash = "" if day.cancelled else in_the_way(rows, day)
    return [Facts(tuple(facts)), *([Text(f"请留意：{clash}", "warning")] if clash else [])]


def _decided(rows: Rows, look: Look, day: Day) -> list[Part]:
    """Who decided what; the last of it may be taken back."""
    found = rows.all(schedule.decisions_about(day))
    lines = tuple(_line(rows, look, day, row, last=row is found[0]) for row in found)
    return (
        [Table(("定了什么", "谁、什么时候", "原因", ""), lines, caption="改过的")] if lines else []
    )


def _line(
    rows: Rows, look: Look, day: Day, row: CalendarException, *, last: bool
) -> tuple[str | Press, ...]:
    who = rows.get(Person, row.by_id) if row.by_id else None
    today = local_day(look.now)
    at = f"{who.name if who else '用命令'}，{moment_words(row.created_at, today)}"
    to = (
        f"到{row.to_day.month}月{row.to_day.day}日" if row.what is What.MOVED and row.to_day else ""
    )
    undo = Press(
        "撤销",
        "undo",
        (("day", schedule.ref_of(day)), ("decision", str(row.id))),
        about=DECIDED[row.what],
    )
    may = last and row.day >= today
    return (f"{DECIDED[row.what]}{to}", at, row.reason, undo if may else "")


# ── forms ───────────────────────────────────────────────────────────────────────────────────────


def _moving(rows: Rows, look: Look, day: Day) -> list[Part]:
    query = look.query
    asked = Search(
        (
            *_same(day, "move"),
            Field("to", "改到哪天", "date", query.get("to", "")),
            Field("at", "几点", "time", query.get("at", ""), required=False, note="不改就空着。"),
            Field(
                "place", "地点", value=query.get("place", ""), required=False, note="不改就空着。"
            ),
        ),
        "看会怎样",
    )
    return [asked, Found(tuple(_moved(rows, look, day)) if query.get("to") else ())]


def _moved(rows: Rows, look: Look, day: Day) -> list[Part]:
    """What follows from the new day; where it can't be, why not."""
    query = look.query
    held = Held(day_of(query), hour_of(query), words_of(query, "place"))
    try:
        by = schedule.By(look.now, look.viewer.id, UNSAID)
        new = would_be(rows, schedule.move(day, held, by, around(rows, held.day)), day)
    except Refused as no:
        return [Text(str(no), "warning")]
    to = f"改到{schedule.when_words(new)}" if new else "那天排不上"
    where = f"，在{new.place}" if new and new.place else ""
    kept = tuple(Field(name, "", "hidden", query.get(name, "")) for name in ("to", "at", "place"))
    fields = (*_seen(day), *kept, _reason())
    return [
        Text(f"{schedule.when_words(day)}的{day.title}，{to}{where}。", "lead"),
        *of_one(rows, day, new),
        Form("move", "就这样改期", fields, back=to_day(day)),
    ]


def _cancelling(rows: Rows, look: Look, day: Day) -> list[Part]:
    form = Form("cancel", "取消这次", (*_seen(day), _reason()), back=to_day(day))
    return [
        Text(f"{schedule.when_words(day)}的{day.title}不办了。", "lead"),
        *of_one(rows, day, None),
        form,
    ]


def _keeping(rows: Rows, look: Look, day: Day) -> list[Part]:
    what = f"{schedule.when_words(day)}的{day.title}照这一天办，不再问。"
    clash = in_the_way(rows, day)
    warned = [Text(f"请留意：{clash}", "warning")] if clash else []
    return [Text(what, "lead"), *warned, Form("keep", KEEP, _seen(day), back=to_day(day))]


def _planning(rows: Rows, look: Look, day: Day) -> list[Part]:
    fields = (
        *_seen(day),
        Field("topic", "内容", value=day.topic),
        Field("place", "地点", value=day.place, required=False),
        Field("material", "材料", value=day.material, required=False),
    )
    return [Form("plan", PLAN, fields, back=to_day(day))]


_FORMS: dict[str, View] = {
    "move": _moving, "cancel": _cancelling, "keep": _keeping, "plan": _planning,
}  # fmt: skip


def _same(day: Day, do: str) -> tuple[Field, ...]:
    return (Field("day", "", "hidden", schedule.ref_of(day)), Field("do", "", "hidden", do))


def _seen(day: Day) -> tuple[Field, ...]:
    """Which day, and how it stood when the form was shown: another coordinator may change it meanwhile."""
    return (
        Field("day", "", "hidden", schedule.ref_of(day)), Field("version", "", "hidden", day.version),
    )  # fmt: skip


def _reason() -> Field:
    return Field("reason", "原因", note="会员看得到，比如“会议室维修”。")
