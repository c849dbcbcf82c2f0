"""One visit on the desk: what is known, who goes, the outcome, another time, what happened to it."""

from collections.abc import Sequence

from bot.domain import visits
from bot.domain.base import Refused
from bot.domain.deeds import FIELD_TITLE
from bot.domain.deeds import Field as Sensitive
from bot.domain.deeds import look as look_at
from bot.domain.people import Person, told_apart
from bot.domain.visits import HALF_TITLE, REASON_TITLE, STATE_TITLE, Half, State, Visit, What
from bot.domain.wording import day_words, moment_words
from bot.feature import Action, Look
from bot.parts import Facts, Field, Form, Heading, Link, Links, Part, Press, Table, Text
from bot.talk import Rows, Talk
from handlers.visit.about import (
    act_of,
    address_of,
    found,
    has_address,
    settings_of,
    slot_of,
    when_words,
)
from handlers.visit.board import goes
from handlers.visit.change import move_and_tell
from handlers.visit.desk import OUTCOMES, ask_volunteer, settle, withdraw
from handlers.visit.telling import accepted, elsewhere, released, send

PATH = "visits"
WHAT_TITLE = {
    What.REQUESTED: "预约", What.INVITED: "请志愿者", What.ACCEPTED: "接受", What.DECLINED: "婉拒",
    What.RELEASED: "退出", What.WITHDRAWN: "撤回邀请", What.MOVED: "改时间", What.DONE: "见到了",
    What.NOT_HOME: "没见到", What.CANCELLED: "取消", What.REOPENED: "恢复", What.NOTED: "记一笔",
    What.IDENTIFIED: "对上名册", What.ADDRESS_SHOWN: "看过住址",
}  # fmt: skip
_LONGEST = 200


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The visit that `id` names."""
    visit = found(rows, look.viewer, look.query["id"])
    who = goes(visit)
    facts = Facts((
        ("时间", when_words(visit)),
        ("为了什么", visit.words or REASON_TITLE[visit.reason]),
        ("现在", STATE_TITLE[visit.state]),
        ("谁去", who.name if who else "还没有人"),
        ("最迟", day_words(visit.due_on)),
    ))  # fmt: skip
    return [
        Heading(f"{visit.id}号：去看{visit.name}"),
        facts,
        *_sensitive(visit),
        *(_forms(rows, look, visit) if visit.is_open else _after(rows, visit)),
        _history(rows, visit),
    ]


def _sensitive(visit: Visit) -> list[Part]:
    """A button for each field that holds something: it is shown alone, and the look is written down."""
    return [
        Press(f"看{FIELD_TITLE[kind]}", "look", (("id", str(visit.id)), ("field", kind.value)), about=visit.name)
        for kind in _there(visit)
    ]  # fmt: skip


def _there(visit: Visit) -> list[Sensitive]:
    there = {
        Sensitive.ADDRESS: has_address(visit),
        Sensitive.HEALTH: bool(visit.health_note_sealed),
    }
    return [kind for kind, is_there in there.items() if is_there]


def _forms(rows: Rows, look: Look, visit: Visit) -> list[Part]:
    number = Field("id", "", "hidden", str(visit.id))
    outcomes = tuple((title, title) for title in OUTCOMES)
    note = Field("note", "备注", "area", required=False)
    return [
        *_who(rows, look, visit, number),
        Form("close", "登记结果", (number, Field("outcome", "见到了没有", "choice", options=outcomes), note), "去过了"),
        Form("move", "改时间", (number, *when_fields(visit.day.isoformat(), visit.half)), "改时间"),
        Form("note", "记一笔", (number, Field("note", "备注", "area")), "记一笔"),
    ]  # fmt: skip


def _who(rows: Rows, look: Look, visit: Visit, number: Field) -> list[Part]:
    """Whom to ask; nobody is sent without an own yes, nor to a half-day that is over."""
    values = (("id", str(visit.id)),)
    if visit.state is State.ACCEPTED:
        return [Press("去不了了，另请一位", "release", values, about=visit.name)]
    try:
        visits.still_to_come(visit.slot, look.now, look.settings.visit)
    except Refused as no:
        return [Text(str(no), "warning")]
    parts: list[Part] = [Press("我自己去", "go", values, about=visit.name)]
    if visit.state is State.INVITED:
        parts.append(Press("撤回邀请", "withdraw", values, about=visit.name))
    free = [p for p in rows.all(visits.volunteers_for(visit)) if p is not goes(visit)]
    names = told_apart(free)
    if free:
        people = (("", "请选一位"), *((str(p.id), names[p.id]) for p in free))
        volunteer = Field(
            "volunteer", "请哪位志愿者", "choice", options=people, note="对方答应了才算。"
        )
        parts.append(Form("invite", "发出邀请", (number, volunteer), "请人去"))
    return parts


def when_fields(day: str, half: Half) -> tuple[Field, Field]:
    """A day and its half."""
    halves = tuple((one.value, title) for one, title in HALF_TITLE.items())
    return (
        Field("day", "哪一天", "date", day),
        Field("half", "上午下午", "choice", half.value, halves),
    )


def _after(rows: Rows, visit: Visit) -> list[Part]:
    """The next visit: the one proposed already, or a way to arrange it."""
    if visit.person_id is None:
        return []
    following = rows.all(visits.open_about(visit.person_id))
    if following:
        title = f"下一次：{when_words(following[0])}"
        return [Links((Link(title, f"?id={following[0].id}"),), "下一次走访")]
    return [
        Links((Link("约下一次", f"?person={visit.person_id}&follows={visit.id}"),), "下一次走访")
    ]


def _history(rows: Rows, visit: Visit) -> Table:
    lines = []
    for event in visit.events:
        by = rows.get(Person, event.by_id) if event.by_id else None
        name = "" if by is None else by.name
        proxy = "" if event.by_relation == "self" else f"的{event.by_relation}"
        lines.append(
            (moment_words(event.at), WHAT_TITLE[event.what], f"{name}{proxy}",
             day_words(event.day) + HALF_TITLE[event.half], event.note)
        )  # fmt: skip
    return Table(("何时", "做了什么", "谁", "走访时间", "备注"), tuple(lines), caption="经过")


# ── what is pressed ─────────────────────────────────────────────────────────────────────────────


async def look(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """One sensitive field, on this one page."""
    me, visit = talk.staff(), _mine(talk, form)
    kind = next((kind for kind in _there(visit) if kind.value == form.get("field")), None)
    if kind is None:
        raise Refused("这一项没有登记。")
    if visit.person is not None:
        await talk.add(look_at(me, visit.person, kind, talk.now))
    words = address_of(visit) if kind is Sensitive.ADDRESS else visit.health_note
    facts = Facts((("姓名", visit.name), (FIELD_TITLE[kind], words)))
    back = Links((Link("回这次走访", f"/desk/{PATH}?id={visit.id}"),), "回去")
    return (facts, Text("您看过这一项，已经记下了。"), back)


async def invite(talk: Talk, form: dict[str, str]) -> str:
    """Ask a volunteer, as in chat."""
    visit = _mine(talk, form)
    people = await talk.all(visits.volunteers_for(visit))
    volunteer = next((p for p in people if str(p.id) == form.get("volunteer")), None)
    if volunteer is None:
        raise Refused("请选一位志愿者。")
    await ask_volunteer(talk, visit, volunteer)
    return f"已经去问{volunteer.name}了，有回音就告诉您。"


async def take_back(talk: Talk, form: dict[str, str]) -> str:
    """An invitation that nobody has answered."""
    visit = _mine(talk, form)
    await withdraw(talk, str(visit.id))
    return f"撤回了：{visit.id}号要另请一位。"


async def go(talk: Talk, form: dict[str, str]) -> str:
    """The coordinator goes in person; everybody who waits hears it."""
    me, visit = talk.staff(), _mine(talk, form)
    visits.still_to_come(visit.slot, talk.now, settings_of(talk))
    before = visit.asked
    visits.go(visit, me, act_of(talk, visit))
    await talk.flush()
    if before is not None and before.volunteer_id != me.id:
        send(talk, [elsewhere(talk.settings, visit, before.volunteer_id)])
    send(talk, accepted(talk.rows, talk.settings, visit, me.name))
    talk.can_undo("visit.accept", visit.id, f"自己去{when_words(visit)}的走访")
    return f"记下了：{when_words(visit)}您自己去看{visit.name}。"


async def release(talk: Talk, form: dict[str, str]) -> str:
    """Who accepted told the coordinator that it won't do; somebody else is looked for."""
    visit = _mine(talk, form)
    name = visit.volunteer.name if visit.volunteer else "志愿者"
    visits.release(visit, act_of(talk, visit))
    await talk.flush()
    send(talk, released(talk.rows, talk.settings, visit, name))
    return f"记下了：{name}不去了，请另请一位。"


async def move(talk: Talk, form: dict[str, str]) -> str:
    """Another half-day; both sides hear of it."""
    visit, slot = _mine(talk, form), slot_of(form)
    if slot == visit.slot:
        raise Refused(f"本来就是{when_words(visit)}，不用改。")
    await move_and_tell(talk, visit, visits.bookable(slot, talk.now, settings_of(talk)))
    return f"改好了：{when_words(visit)}去看{visit.name}。双方都会知道。"


async def close(talk: Talk, form: dict[str, str]) -> str:
    """Enter the outcome, as in chat; the next visit is proposed where nobody was at home."""
    visit = _mine(talk, form)
    outcome = OUTCOMES.get(form.get("outcome", ""))
    if outcome is None:
        raise Refused("请选一个结果。")
    await settle(talk, visit, outcome, form.get("note", "")[:_LONGEST])
    return f"记下了：{visit.id}号{STATE_TITLE[outcome]}。"


async def note(talk: Talk, form: dict[str, str]) -> str:
    """Write something down."""
    visit = _mine(talk, form)
    words = form.get("note", "").strip()[:_LONGEST]
    if not words:
        raise Refused("请写下要记的话。")
    visits.jot(visit, words, act_of(talk, visit))
    await talk.flush()
    return "记下了。"


def _mine(talk: Talk, form: dict[str, str]) -> Visit:
    visit = found(talk.rows, talk.staff(), form.get("id", ""))
    talk.rows.hold(visit)
    return visit


ACTIONS: dict[str, Action] = {
    "look": look, "invite": invite, "withdraw": take_back, "go": go, "release": release, "move": move,
    "close": close, "note": note,
}  # fmt: skip
