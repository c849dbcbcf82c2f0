"""The page 通知: write, confirm, approve, stop, send again; the list, and one notice in figures."""

from collections.abc import Sequence
from datetime import datetime

from bot import notices as desk
from bot.domain import notices
from bot.domain.access.notices import access_notice, access_notices
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.notices import STATE_TITLE, Draft, Notice, State
from bot.domain.people import Person
from bot.domain.wording import moment_words
from bot.feature import Action, Look, Page, Touch
from bot.notices import Missed, Report
from bot.notices.report import STATE_WORDS
from bot.now import local_day, parse_at
from bot.parts import Field, Form, Part, Table, Text
from bot.talk import Rows, Talk, numbered
from handlers.notice import freeze
from handlers.notice.about import excerpt, feature, reach, tell_all
from handlers.notice.write import STOP, stop

PATH = "notices"


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The list with a form to write; with `id` in the query that notice."""
    viewer, query, now = look.viewer, look.query, look.now
    if query.get("id"):
        return _one(rows, viewer, _found(rows, viewer, query["id"]), now)
    found = access_notices(viewer, rows.all(notices.recent()))
    lines = tuple(_line(n, now) for n in found)
    links = tuple(f"/desk/{PATH}?id={n.id}" for n in found)
    head = ("号", "状态", "发给", "内容", "时间")
    table = Table(head, lines, "还没有发过通知。", links)
    return [*freeze.presses(rows, viewer), table, _writing(rows, viewer)]


def _line(notice: Notice, now: datetime) -> tuple[str, ...]:
    count = notices.Count(notice.reachable, notice.by_phone).words(notice.audience_title)
    at = moment_words(notice.starts_at, local_day(now))
    return str(notice.id), STATE_TITLE[notice.state], count, excerpt(notice.text, 30), at


def _writing(rows: Rows, viewer: Person) -> Form:
    branches = desk.branches_of(rows, notices.scope_of(viewer))
    options = (
        ("all", desk.EVERYBODY),
        *((f"branch:{b.name}", b.name) for b in branches),
        ("role:volunteer", "志愿者"),
        ("role:coordinator", "联络员"),
        ("member", "某一位（在下面写是谁）"),
    )
    fields = (
        Field("text", f"内容（{notices.LONGEST}字以内）", "area"),
        Field("audience", "发给谁", "choice", options=options),
        Field("who", "姓名或者编号", required=False),
        Field("day", "哪天发（不填就是现在）", "date", required=False),
        Field("at", "几点发", "time", required=False),
        Field("picture", "图片", "file", required=False),
        Field("public", "公开栏", "checks", options=(("1", "也放到公开栏"),), required=False,
              note="人人看得到，只能是发给全体或者一个支部的，不要写谁的名字。"),
    )  # fmt: skip
    return Form("write", "写好了，先看一遍", fields)


def _one(rows: Rows, viewer: Person, notice: Notice, now: datetime) -> list[Part]:
    report = desk.report(rows, notice)
    parts: list[Part] = [
        Text(f"第{notice.id}号通知，{STATE_TITLE[notice.state]}，{notice.by.name}写。通知号{notice.code}。"),
        Text(notice.text),
        Table(("号", "状态", "发给", "内容", "时间"), (_line(notice, now),)),
        Table(("情况", "人数"), _figures(report)),
    ]  # fmt: skip
    if notice.public:
        parts.append(Text("也放在公开栏，人人看得到。"))
    if notice.reason:
        parts.append(Text(f"没批准，因为：{notice.reason}"))
    if report.not_reached:
        parts.append(_calls(report.not_reached))
    return [*parts, *_forms(rows, viewer, notice, report)]


def _figures(report: Report) -> tuple[tuple[str, str], ...]:
    lines = [(STATE_WORDS[s], str(report.states[s])) for s in STATE_WORDS if s in report.states]
    return (*lines, ("一共", str(report.audience)), ("其中说收到的", str(report.read)))


def _calls(missed: Sequence[Missed]) -> Table:
    lines = tuple((m.name, m.number, m.phone, m.why) for m in missed)
    return Table(("要打电话", "编号", "电话", "为什么"), lines)


def _forms(rows: Rows, viewer: Person, notice: Notice, report: Report) -> list[Form]:
    """What this viewer may do with it now."""
    id_ = Field("id", "", "hidden", str(notice.id))
    seen = Field("seen", "", "hidden", notices.digest(notice))
    why = Field("why", "为什么不批")
    again = notice.state is State.SENT and rows.all(
        notices.to_send_again(notice.id, doubtful=False)
    )
    decide = notice.state is State.PENDING and notice.by_id != viewer.id
    names = tuple((str(m.person_id), m.name) for m in report.not_reached)
    forms = (
        (notice.state is State.DRAFT, Form("confirm", "确认发送", (id_, seen))),
        (decide, Form("approve", "批准", (id_, seen))),
        (decide, Form("reject", "不批准", (id_, why))),
        (bool(names), Form("called", "电话里说到了", (id_, Field("person", "哪一位", "choice", options=names)))),
        (bool(again), Form("again", "再发给没收到的", (id_,))),
        (notice.state not in (State.CANCELLED, State.REJECTED), Form("stop", "停发", (id_,))),
    )  # fmt: skip
    return [form for may, form in forms if may]


# ── actions ─────────────────────────────────────────────────────────────────────────────────────


async def write(talk: Talk, form: dict[str, str]) -> str:
    """Keep it and say what to look at; nothing goes out yet."""
    me = talk.staff()
    words = form.get("audience", "all")
    if words == "member":
        words = f"member:{form.get('who', '')}"
    picture = form.get("picture", "")
    media = (("picture", "", picture),) if picture else ()
    audience = desk.read_audience(talk.rows, me, words)
    public = bool(form.get("public"))
    draft = Draft(form.get("text", ""), audience, _starts(form, talk), media, public)
    seen = desk.preview(talk.rows, draft, reach(talk), talk.settings, talk.now)
    notice = desk.put_down(talk.rows, draft, me, reach(talk), talk.now)
    count = seen.count.words(audience.title)
    return f"第{notice.id}号写好了，还没有发。{count}。{''.join(seen.warnings)}请点开它看一遍，再按“确认发送”。"


def _starts(form: dict[str, str], talk: Talk) -> datetime:
    if not form.get("day"):
        return talk.now
    try:
        starts = parse_at(f"{form['day']}T{form.get('at') or '09:00'}")
    except ValueError:
        raise Refused("时间没看懂。请选一天，再选几点。") from None
    if starts <= talk.now:
        raise Refused("这个时间已经过了。请选以后的时间，或者不填。")
    return starts


async def confirm(talk: Talk, form: dict[str, str]) -> str:
    """The writer means what stood on the page."""
    notice = _notice(talk, form)
    if form.get("seen") != notices.digest(notice):
        raise Refused("这条通知刚刚改过了，请再看一遍。")
    asked = desk.confirm(talk.rows, notice, talk.settings, talk.now)
    tell_all(talk, asked)
    talk.can_undo(STOP, notice.id, f"第{notice.id}号通知")
    return f"第{notice.id}号等另一位联络员批准。" if asked else f"第{notice.id}号确认了。"


async def approve(talk: Talk, form: dict[str, str]) -> str:
    """The second yes, to what stood on the page."""
    notice = _notice(talk, form)
    seen = form.get("seen", "")
    tell_all(talk, desk.approve(talk.rows, notice, talk.staff(), seen, talk.now))
    return f"第{notice.id}号批准了，到时间就发。"


async def reject(talk: Talk, form: dict[str, str]) -> str:
    """Not like this; the writer is told why."""
    notice = _notice(talk, form)
    tell_all(talk, desk.reject(talk.rows, notice, talk.staff(), form.get("why", "")))
    return f"第{notice.id}号没有批准，已经告诉{notice.by.name}。"


async def halt(talk: Talk, form: dict[str, str]) -> str:
    """Stop at once."""
    stop(talk, _notice(talk, form))
    return talk.replies[-1].text


async def again(talk: Talk, form: dict[str, str]) -> str:
    """Once more to those who surely have not got it."""
    notice = _notice(talk, form)
    number = desk.send_again(talk.rows, notice, talk.staff(), talk.now, doubtful=False)
    return f"第{notice.id}号再发给{number}位。"


async def called(talk: Talk, form: dict[str, str]) -> str:
    """Somebody was told on the phone."""
    notice = _notice(talk, form)
    for missed in desk.call_list(talk.rows, notice):
        if str(missed.person_id) == form.get("person"):
            desk.called(talk.rows, notice, missed.person_id, talk.staff(), talk.now)
            return f"记下了，{missed.name}知道了。"
    raise Refused("这位不在电话名单上了。")


def _notice(talk: Talk, form: dict[str, str]) -> Notice:
    return _found(talk.rows, talk.staff(), form.get("id", ""))


def _found(rows: Rows, viewer: Person, number: str) -> Notice:
    return access_notice(viewer, numbered(rows, Notice, number))


ACTIONS: dict[str, Action] = {
    "write": write, "confirm": confirm, "approve": approve, "reject": reject, "stop": halt,
    "again": again, "called": called, **freeze.ACTIONS,
}  # fmt: skip
TOUCHES = {name: Touch(Thing.NOTICE, by="") for name in ("write", "freeze", "thaw")}
feature.pages.append(Page(PATH, "通知", view, actions=ACTIONS, touches=TOUCHES))
