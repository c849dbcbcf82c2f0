"""The coordinators' page: visits by state with the days they wait; one visit with its history and actions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.domain import visits
from bot.domain.base import Refused
from bot.domain.deeds import FIELD_TITLE
from bot.domain.deeds import Field as Sensitive
from bot.domain.deeds import look as look_at
from bot.domain.people import Person, Role
from bot.domain.visits import HALF_TITLE, OPEN, REASON_TITLE, STATE_TITLE, State, Visit, What
from bot.domain.wording import day_words, moment_words
from bot.feature import Look, Page, Waits
from bot.now import local_day
from bot.parts import Facts, Field, Form, Part, Press, Table, Text
from bot.talk import Rows, Talk
from handlers.visit.about import act_of, address_of, feature, when_words
from handlers.visit.desk import OUTCOMES, ask_volunteer, settle

PATH = "visits"
LONGEST_LIST = 200
WHAT_TITLE = {
    What.REQUESTED: "预约", What.INVITED: "请志愿者", What.ACCEPTED: "接受", What.DECLINED: "婉拒",
    What.RELEASED: "退出", What.WITHDRAWN: "撤回邀请", What.MOVED: "改时间", What.DONE: "见到了",
    What.NOT_HOME: "没见到", What.CANCELLED: "取消", What.REOPENED: "恢复", What.NOTED: "记一笔",
    What.IDENTIFIED: "对上名册", What.ADDRESS_SHOWN: "看过住址",
}  # fmt: skip


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All open visits in reach, or the one that `id` names, or those of the state that `state` names."""
    viewer, query, now = look.viewer, look.query, look.now
    if query.get("id"):
        return _one(rows, _found(rows, viewer, query["id"]))
    states = [state for state in State if state.value == query.get("state")] or list(OPEN)
    found = rows.all(visits.seen_by(viewer, states).limit(LONGEST_LIST))
    today = local_day(now)
    return [
        Table(
            ("登记号", "姓名", "时间", "事由", "状态", "志愿者", "等了几天", "逾期"),
            tuple(_cells(visit, today) for visit in found),
            links=tuple(f"?id={visit.id}" for visit in found),
        )
    ]


def _cells(visit: Visit, today: date) -> tuple[str, ...]:
    who = visit.volunteer or (visit.asked.volunteer if visit.asked else None)
    waited = (today - local_day(visit.created_at)).days
    return (
        str(visit.id), visit.name, when_words(visit), REASON_TITLE[visit.reason], STATE_TITLE[visit.state],
        who.name if who else "", f"{waited}天", "逾期" if visit.is_open and visit.due_on < today else "",
    )  # fmt: skip


def _one(rows: Rows, visit: Visit) -> Sequence[Part]:
    facts = [
        f"{visit.name}，{when_words(visit)}，{visit.words or REASON_TITLE[visit.reason]}。",
        f"最迟{day_words(visit.due_on)}。",
    ]
    parts: list[Part] = [Text(fact) for fact in facts]
    parts += [
        Press(f"看{FIELD_TITLE[kind]}", "look", (("id", str(visit.id)), ("field", kind.value)), about=visit.name)
        for kind in _there(visit)
    ]  # fmt: skip
    if visit.is_open:
        parts += _forms(rows, visit)
    return [*parts, _history(rows, visit)]


def _forms(rows: Rows, visit: Visit) -> list[Part]:
    number = Field("id", "", "hidden", str(visit.id))
    people = tuple((str(p.id), p.name) for p in rows.all(visits.volunteers_for(visit)))
    outcomes = tuple((title, title) for title in OUTCOMES)
    forms: list[Part] = []
    if people and visit.state is not State.ACCEPTED:
        volunteer = Field("volunteer", "请哪位志愿者", "choice", options=people)
        forms.append(Form("invite", "发出邀请", (number, volunteer)))
    result = Field("outcome", "结果", "choice", options=outcomes)
    note = Field("note", "备注", "area", required=False)
    return [
        *forms,
        Form("close", "登记结果", (number, result, note)),
        Form("note", "记一笔", (number, Field("note", "备注", "area"))),
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
    return Table(("何时", "做了什么", "谁", "走访时间", "备注"), tuple(lines))


def _there(visit: Visit) -> list[Sensitive]:
    """Which sensitive fields hold something; they are shown one by one, and each look is written down."""
    there = {
        Sensitive.ADDRESS: bool(
            visit.place_sealed or (visit.person and visit.person.address_sealed)
        ),
        Sensitive.HEALTH: bool(visit.health_note_sealed),
    }
    return [kind for kind, is_there in there.items() if is_there]


async def look(talk: Talk, form: dict[str, str]) -> tuple[Part, ...]:
    """One sensitive field, on this one page."""
    me = _viewer(talk)
    visit = _found(talk.rows, me, form.get("id", ""))
    kind = next((kind for kind in _there(visit) if kind.value == form.get("field")), None)
    if kind is None:
        raise Refused("这一项没有登记。")
    if visit.person is not None:
        await talk.add(look_at(me, visit.person, kind, talk.now))
    words = address_of(visit) if kind is Sensitive.ADDRESS else visit.health_note
    facts = Facts((("姓名", visit.name), (FIELD_TITLE[kind], words)))
    return (facts, Text("您看过这一项，已经记下了。"))


async def invite(talk: Talk, form: dict[str, str]) -> str:
    """Ask a volunteer, as in chat."""
    visit = _found(talk.rows, _viewer(talk), form["id"])
    people = await talk.all(visits.volunteers_for(visit))
    volunteer = next((p for p in people if str(p.id) == form.get("volunteer")), None)
    if volunteer is None:
        raise Refused("请选一位志愿者。")
    await ask_volunteer(talk, visit, volunteer)
    return f"已经去问{volunteer.name}了，有回音就告诉您。"


async def close(talk: Talk, form: dict[str, str]) -> str:
    """Enter the outcome, as in chat."""
    visit = _found(talk.rows, _viewer(talk), form["id"])
    outcome = OUTCOMES.get(form.get("outcome", ""))
    if outcome is None:
        raise Refused("请选一个结果。")
    await settle(talk, visit, outcome, form.get("note", "")[:200])
    return f"记下了：{visit.id}号{STATE_TITLE[outcome]}。"


async def note(talk: Talk, form: dict[str, str]) -> str:
    """Write something down."""
    visit = _found(talk.rows, _viewer(talk), form["id"])
    words = form.get("note", "").strip()[:200]
    if not words:
        raise Refused("请写下要记的话。")
    visits.jot(visit, words, act_of(talk))
    await talk.flush()
    return "记下了。"


def waits(rows: Rows, viewer: Person, now: datetime) -> Iterable[Waits]:
    """Visits that nobody goes to yet, and overdue ones, for the Today page."""
    today = local_day(now)
    for visit in rows.all(visits.seen_by(viewer)):
        late = visit.due_on < today
        if late or visit.state is State.REQUESTED:
            stands = "逾期" if late else STATE_TITLE[visit.state]
            yield Waits(
                f"走访：{visit.name}",
                f"{when_words(visit)}，{stands}",
                visit.created_at,
                late,
                "走访",
            )


def _viewer(talk: Talk) -> Person:
    return talk.require(Role.COORDINATOR, Role.ADMINISTRATOR)


def _found(rows: Rows, viewer: Person, number: str) -> Visit:
    """The visit with this number, within the viewer's reach; Refused otherwise."""
    visit = rows.get(Visit, int(number)) if number.isdecimal() else None
    branches = visits.reach(viewer)
    if visit is None or (
        branches is not None and visit.branch_id is not None and visit.branch_id not in branches
    ):
        raise Refused("没有这次走访，或者不归您这个支部。")
    return visit


feature.waiting = waits
feature.pages.append(
    Page(PATH, "走访", view, actions={"look": look, "invite": invite, "close": close, "note": note})
)
