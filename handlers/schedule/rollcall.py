"""One day on the desk: a name is tapped and signed in; leave, the code to scan, the sheet to print."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Person, told_apart
from bot.domain.phrase import Slot
from bot.domain.schedule import Attendance, Day, DayKind, Line
from bot.domain.wording import day_words
from bot.feature import Action, Look
from bot.now import local_day
from bot.parts import (
    Code,
    Download,
    Field,
    Form,
    Heading,
    Link,
    Links,
    Live,
    Part,
    Press,
    Progress,
    Sheet,
    Table,
    Tap,
    Taps,
    Text,
)
from bot.sheets import XLSX, to_xlsx
from bot.talk import Note, Rows, Talk
from handlers.schedule import walk_in
from handlers.schedule.about import by_of, feature, settings_of

PATH = "study"
LATE = timedelta(days=62)
"""So long after a day something may still be entered for it."""
SOON = timedelta(days=31)
HERE, GONE = "here", "gone"
_LONGEST = 60
LEAVE_TAKEN = feature.phrase(
    "leave_taken", "联络员替会员请了假，发给会员", "联络员替您请好假了：{活动}。{补课}",
    Slot("what", "活动", "12月15日(周二)的学习日", "哪一天的什么", needed=True),
    Slot(
        "make_up", "补课", "请在12月29日(周二)前在家补课，学完说“补学完了”。", "不用补课的，是空的"
    ),
)  # fmt: skip


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """The name list; with `show` the sheet or the code alone."""
    day = found(rows, look.viewer, look.query["day"], look)
    lines = schedule.roll(rows, day)
    title = f"{day.branch}：{schedule.when_words(day)} {day.title}"
    match look.query.get("show"):
        case "sheet":
            return [Sheet((Text(_counted(lines)), _sheet(lines)), f"{title} 签到表")]
        case "code":
            return _code(day, look, title)
    return [Heading(title), _ways(day), *_roll(day, lines, look), *_leave(day, lines)]


def found(rows: Rows, viewer: Person, ref: str, at: Look | Talk) -> Day:
    """The day that `ref` names, within the viewer's reach and near enough. Raises Refused otherwise."""
    today = local_day(at.now)
    if ref.rpartition("@")[2] < (today - LATE - SOON).isoformat():
        raise Refused("这一天过去很久了，不能再补记。")
    return schedule.held_as(rows, viewer, ref, today - LATE, today + SOON)


def _ways(day: Day) -> Links:
    here = f"?day={quote(schedule.ref_of(day))}"
    ways = (
        Link("打印签到表", f"{here}&show=sheet"),
        Link("扫码签到", f"{here}&show=code"),
        Link("存成表格", f"/desk/{PATH}/roll{here}"),
    )
    return Links(ways, "这一天")


def _roll(day: Day, lines: Sequence[Line], look: Look) -> list[Part]:
    here = sum(line.here is not None for line in lines)
    count = Live("here", (Progress(here, max(len(lines), 1), _counted(lines)),))
    if day.day > local_day(look.now):
        return [count, Text("这一天还没到，到了那天再点名。请假现在就可以记。")]
    names = told_apart([line.person for line in lines])
    taps = tuple(_tap(line, day, names[line.person.id]) for line in lines)
    values = (("day", schedule.ref_of(day)),)
    how = Text("来了，点一下名字；点错了，再点一下。")
    nobody = "还没有人报名。" if day.kind is DayKind.EVENT else "这个支部还没有会员。"
    return [count, how, Taps("tap", "who", taps, values, nobody), walk_in.form(day)]


def _tap(line: Line, day: Day, name: str) -> Tap:
    """The value says what is wanted, so that two who tap the same name don't undo each other."""
    wanted = HERE if line.here is None else GONE
    note = "请假" if line.leave is not None else ""
    if line.here is not None and local_day(line.here.at) > day.day:
        note = "补记"
    return Tap(f"{wanted}:{line.person.id}", name, note, line.here is not None)


def _counted(lines: Sequence[Line]) -> str:
    here = sum(line.here is not None for line in lines)
    away = sum(line.here is None and line.leave is not None for line in lines)
    return f"应到{len(lines)}位：签到{here}位，请假{away}位，还没到{len(lines) - here - away}位"


def _leave(day: Day, lines: Sequence[Line]) -> list[Part]:
    ref, names = schedule.ref_of(day), told_apart([line.person for line in lines])
    away = [(names[line.person.id], line.leave) for line in lines if line.leave is not None]
    rows = tuple(
        (
            name, leave.reason or "没说",
            Press("假不请了", "back", (("day", ref), ("id", str(leave.id))), about=name),
        )
        for name, leave in away
    )  # fmt: skip
    table = Table(("姓名", "原因", ""), rows, "没有人请假。", caption="请假的")
    free = tuple(
        (str(line.person.id), names[line.person.id])
        for line in lines
        if line.here is None and line.leave is None
    )
    if not free:
        return [table]
    fields = (
        Field("day", "", "hidden", ref),
        Field("who", "谁请假", "choice", options=(("", "请选一位"), *free)),
        Field("reason", "原因", required=False),
    )
    return [table, Form("leave", "记下请假", fields, "替会员请假")]


def _sheet(lines: Sequence[Line]) -> Table:
    head = ("编号", "姓名", "到没到", "本人签名")
    rows = tuple((line.person.number, line.person.name, _stands(line), "") for line in lines)
    return Table(head, rows, "这个支部还没有会员。")


def _stands(line: Line) -> str:
    if line.here is not None:
        return "✓"
    return "请假" if line.leave is not None else ""


def _code(day: Day, look: Look, title: str) -> list[Part]:
    """The code is good on the day alone; whoever scans it still presses 发送 on an own device."""
    if day.day < local_day(look.now):
        raise Refused("这一天已经过去了，码不能用了。请在名单上补记。")
    code = schedule.code_of(day)
    url, words = look.settings.web.public_url, f"签到 {code}"
    data = f"{url}/chat?say={quote(words)}" if url else words
    then = "再按“发送”" if url else "把显示的字发给余热"
    how = f"用手机扫这个码，{then}。扫不了，就在对话里说：{words}"
    only = f"只在{day_words(day.day)}当天有用。没有带手机的，请联络员在名单上点一下名字。"
    return [Sheet((Code(data, f"{title}的签到码"), Text(how, "lead"), Text(only)), title)]


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def file(rows: Rows, look: Look) -> Download:
    """The roll of the day that `day` names, as a workbook."""
    day = found(rows, look.viewer, look.query.get("day", ""), look)
    lines = schedule.roll(rows, day)
    head = ("编号", "姓名", "签到", "请假")
    body = [(one.person.number, one.person.name, *_marks(one)) for one in lines]
    return Download(
        f"{day.branch}{day.day.isoformat()}{day.title}签到.xlsx",
        XLSX,
        to_xlsx([head, *body], "签到"),
    )


def _marks(line: Line) -> tuple[str, str]:
    return ("是" if line.here else "", "是" if line.leave and not line.here else "")


# ── what is pressed ─────────────────────────────────────────────────────────────────────────────


async def tap(talk: Talk, form: dict[str, str]) -> str:
    """Signed in, or not after all, as the button said; what another did meanwhile stays."""
    day = _day(talk, form)
    wanted, _, id_ = form.get("who", "").partition(":")
    person = _listed(talk, day, id_)
    rows = talk.rows.all(schedule.part_of(Attendance, person.id, day))
    there = next((row for row in rows if row.ended_at is None), None)
    if wanted == GONE:
        if there is not None:
            schedule.sign_out(talk.rows, there, by_of(talk))
        return f"{person.name}：没有签到。"
    if there is None:
        schedule.sign_in(talk.rows, person.id, day, by_of(talk))
    return f"{person.name}：签到了。"


async def leave(talk: Talk, form: dict[str, str]) -> str:
    """Entered for a member who called; the member reads it too where it is still of use."""
    day = _day(talk, form)
    person = _listed(talk, day, form.get("who", ""))
    by = by_of(talk, form.get("reason", "").strip()[:_LONGEST])
    row, task = schedule.take_leave(talk.rows, person, day, by, settings_of(talk).make_up_days)
    what = schedule.what_words(day)
    due = f"请在{day_words(task.due_on)}前在家补课，学完说“补学完了”。" if task else ""
    text = LEAVE_TAKEN(talk.settings, what=what, make_up=due)
    talk.tell(Note(person.id, text, f"leave:{row.id}:desk:{talk.said.id}"))
    talk.can_undo("schedule.leave", row.id, f"{person.name}{day_words(day.day)}的请假")
    return f"记下了：{person.name}{what}请假。"


async def back(talk: Talk, form: dict[str, str]) -> str:
    """A leave that is not needed any more."""
    day = _day(talk, form)
    row = next((r for r in talk.rows.all(schedule.on_leave(day)) if str(r.id) == form.get("id")), None)  # fmt: skip
    if row is None:
        raise Refused("这个假已经撤了。")
    schedule.withdraw(row, talk.rows.all(schedule.tasks_of(row.person_id)), by_of(talk))
    return f"撤了：{row.person.name}的假不请了。"


def _day(talk: Talk, form: dict[str, str]) -> Day:
    me = talk.staff()
    return found(talk.rows, me, form.get("day", ""), talk)


def _listed(talk: Talk, day: Day, id_: str) -> Person:
    """Somebody on the roll of the day."""
    for line in schedule.roll(talk.rows, day):
        if str(line.person.id) == id_:
            return line.person
    raise Refused("名单上没有这一位，请看一看再点。")


async def came(talk: Talk, form: dict[str, str]) -> str:
    """Somebody came whom the list doesn't have: without signing up, or from another branch."""
    day = _day(talk, form)
    person = walk_in.meant(talk, form.get("who", ""))
    if schedule.takes_part(talk.rows, Attendance, person.id, day):
        raise Refused(f"{person.name}这一次已经签到了。")
    schedule.sign_in(talk.rows, person.id, day, by_of(talk))
    return f"{person.name}：签到了。"


ACTIONS: dict[str, Action] = {"tap": tap, "came": came, "leave": leave, "back": back}
