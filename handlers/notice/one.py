"""One notice on the desk: what it says, how far it is, and what this viewer may do with it now."""

from collections.abc import Sequence
from datetime import date

from bot import notices as desk
from bot.domain import notices
from bot.domain.access.notices import access_notices
from bot.domain.base import Refused
from bot.domain.notices import EDITABLE, GOING, STATE_TITLE, Notice, State
from bot.domain.people import Person
from bot.domain.wording import moment_words
from bot.feature import Action, Done, Look
from bot.notices.report import STATE_WORDS
from bot.now import local_day
from bot.parts import (
    Facts,
    Field,
    Form,
    Heading,
    Link,
    Links,
    Live,
    Part,
    Press,
    Progress,
    Table,
    Text,
)
from bot.talk import Rows, Talk
from handlers.notice import compose, seen
from handlers.notice.about import PAGE, notice_in, own, page_of, reach, tell_all
from handlers.notice.write import STOP, stop

_RIGHT = "只发给收到原来那条的人，开头写着“更正”。原来的还没发完的，确认更正时就停。"
_SETTLED = ("sent", "called", "unreachable", "doubtful", "failed", "expired", "cancelled")


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All of it."""
    notice = own(rows, look.viewer, look.query["id"])
    today = local_day(look.now)
    parts: list[Part] = [
        Links((Link("回到通知", PAGE),)),
        _standing(rows, notice),
        *([_stop(notice)] if notice.state in GOING else []),
        *_warnings(rows, look, notice),
        Facts(tuple(_facts(rows, notice, look, today))),
    ]
    if notice.state in EDITABLE:
        parts += [*seen.preview(rows, look, notice), _test(notice)]
    else:
        parts.append(Text(notice.text))
    return [*parts, *_doing(rows, look, notice)]


def _warnings(rows: Rows, look: Look, notice: Notice) -> list[Part]:
    """What to look at twice, above all else, for the writer and for whoever approves."""
    if notice.state not in EDITABLE:
        return []
    draft = notices.draft_of(notice)
    reach_now = desk.reach_of(look.channels, look.now)
    found = desk.preview(rows, draft, reach_now, look.settings, look.now, notice.id).warnings
    return [Text(f"注意：{warning}请再看一遍。", "warning") for warning in found]


def _facts(rows: Rows, notice: Notice, look: Look, today: date) -> list[tuple[str, str]]:
    found = [
        ("发给", notices.count_words(notice)),
        ("谁写的", notice.by.name),
        ("通知号", notice.code),
    ]
    found.append(("几时发", moment_words(notice.starts_at, today)))
    if notice.sign:
        found.append(("署名", notice.sign))
    if notice.public:
        found.append(("公开栏", "也放，人人看得到"))
    if notice.corrects_id:
        found.append(("更正哪一条", f"第{notice.corrects_id}号，通知号{notice.corrects_code}"))
    found += [
        ("更正", f"第{one.id}号，{STATE_TITLE[one.state]}")
        for one in rows.all(notices.corrections_of(notice.id))
    ]
    if notice.approved_by is not None and notice.approved_at is not None:
        at = moment_words(notice.approved_at, today)
        found.append(("谁批的", f"{notice.approved_by.name}，{at}"))
    if notice.state is State.PENDING:
        until = moment_words(notices.lapses_at(notice, look.settings.notice), today)
        found.append(("等谁批", f"另一位联络员，{until}前没人批就退回"))
    if notice.reason:
        found.append(("没批准，因为", notice.reason))
    return found


def _test(notice: Notice) -> Press:
    return Press("试发给我自己", "test", (("id", str(notice.id)),))


def _stop(notice: Notice) -> Press:
    """What is under way is stopped above all else; what nobody has begun to send is just not sent."""
    label = "停发" if notice.state in (*GOING, State.SENT) else "不发了"
    return Press(label, "stop", (("id", str(notice.id)),), about=f"第{notice.id}号通知")


def _standing(rows: Rows, notice: Notice) -> Live:
    """The state, from the approval on with figures that follow what happens; each leads to its people."""
    what = "更正" if notice.corrects_id else "通知"
    title = Heading(f"第{notice.id}号{what}：{STATE_TITLE[notice.state]}")
    if notice.state in (State.DRAFT, State.PENDING):
        return Live("standing", (title,))
    report = desk.report(rows, notice, calls=False)
    states = [state for state in STATE_WORDS if state in report.states]
    lines = tuple((STATE_WORDS[state], str(report.states[state])) for state in states)
    links = tuple(f"?id={notice.id}&list={state}" for state in states)
    whole = (("一共", str(report.audience)), ("其中说收到的", str(report.read)))
    done = sum(report.states.get(state, 0) for state in _SETTLED)
    words = _how_far(notice, report, done)
    parts: list[Part] = [title, Progress(done, max(report.audience, 1), words)]
    if notice.state is State.TRIAL:
        parts.append(
            Text(f"先发给{notice.trial}位，看一看没有错，过一会儿再发其余的。有错请马上按“停发”。")
        )
    table = Table(("情况", "人数"), (*lines, *whole), links=(*links, f"?id={notice.id}&list="))
    return Live("standing", (*parts, table))


def _how_far(notice: Notice, report: desk.Report, done: int) -> str:
    """Of how many it is known what became of it, in one sentence."""
    if notice.state is not State.CANCELLED:
        return f"发完{done}位，一共{report.audience}位"
    stopped = report.states.get("cancelled", 0)
    return f"停发前发了{done - stopped}位，停下{stopped}位，一共{report.audience}位"


def _doing(rows: Rows, look: Look, notice: Notice) -> list[Part]:
    """What this viewer may do with it now."""
    seal = (("id", str(notice.id)), ("seen", notices.digest(notice)))
    parts: list[Part] = []
    if notice.state is State.DRAFT:
        parts.append(Press("确认发送", "confirm", seal))
    if _may_decide(look.viewer, notice):
        why = Field("why", "为什么不批")
        parts += [
            Press("批准", "approve", seal),
            Form("reject", "不批准", (Field("id", "", "hidden", str(notice.id)), why)),
        ]
    if notice.state in EDITABLE:
        other = Links((Link("改发给谁", f"?new=1&for={notice.id}"),), "改")
        parts += [compose.editing(rows, notice), *([] if notice.corrects_id else [other])]
    else:
        parts += _afterwards(rows, notice)
    if notice.state not in (*GOING, State.CANCELLED, State.REJECTED):
        parts.append(_stop(notice))
    return parts


def _may_decide(viewer: Person, notice: Notice) -> bool:
    mine = notice.by_id == viewer.id or not access_notices(viewer, [notice])
    return notice.state is State.PENDING and not mine


def _afterwards(rows: Rows, notice: Notice) -> list[Part]:
    """Calls, once more to those who have not seen it, and putting it right."""
    stopped = notice.state is State.CANCELLED
    left = 0 if stopped else rows.all(notices.calls_left(notice.id))[0]
    links = [Link(f"打电话：还有{left}位", f"?id={notice.id}&calls=1")] if left else []
    if notices.is_under_way(notice):
        links.append(Link("写给没回“收到”的", f"?new=1&about={notice.id}&said=silent"))
    parts: list[Part] = [Links(tuple(links), "接着办")] if links else []
    parts += _again(rows, notice)
    if notice.state is not State.REJECTED:
        words = Field("text", "对的应该是", "area", note=_RIGHT)
        id_ = Field("id", "", "hidden", str(notice.id))
        parts.append(Form("correct", "写更正", (id_, words), "发错了？"))
    return parts


def _again(rows: Rows, notice: Notice) -> list[Press]:
    """To those who surely have not got it; to those of whom nobody knows by a press of its own."""
    if notice.state is not State.SENT:
        return []
    id_ = ("id", str(notice.id))
    sure, unknown = desk.left_out(rows, notice)
    presses = [Press("再发给没看到的", "again", (id_,))] if sure else []
    if unknown:
        words = f"也再发给不知道收到没有的{unknown}位"
        presses.append(Press(words, "again", (id_, ("doubtful", "1"))))
    return presses


# ── actions ─────────────────────────────────────────────────────────────────────────────────────


async def confirm(talk: Talk, form: dict[str, str]) -> str:
    """The writer means what stood on the page."""
    notice = notice_in(talk, form)
    desk.hold(talk.rows, notice)
    if form.get("seen") != notices.digest(notice):
        raise Refused("这条通知刚刚改过了，请再看一遍。")
    asked = desk.confirm(talk.rows, notice, talk.staff(), reach(talk), talk.settings, talk.now)
    tell_all(talk, asked)
    talk.can_undo(STOP, notice.id, f"第{notice.id}号通知")
    if notice.state is State.PENDING and not asked:
        return f"第{notice.id}号要批，可是现在没有别的联络员能批。请找管理员加一位联络员。"
    return f"第{notice.id}号等另一位联络员批准。" if asked else f"第{notice.id}号确认了。"


async def approve(talk: Talk, form: dict[str, str]) -> str:
    """The second yes, to what stood on the page."""
    notice, seal = notice_in(talk, form), form.get("seen", "")
    tell_all(talk, desk.approve(talk.rows, notice, talk.staff(), seal, talk.settings, talk.now))
    return f"第{notice.id}号批准了，到时间就发。"


async def reject(talk: Talk, form: dict[str, str]) -> str:
    """Not like this; the writer is told why."""
    notice = notice_in(talk, form)
    tell_all(talk, desk.reject(talk.rows, notice, talk.staff(), form.get("why", "")))
    return f"第{notice.id}号没有批准，已经告诉{notice.by.name}。"


async def halt(talk: Talk, form: dict[str, str]) -> str:
    """Stop at once."""
    stop(talk, notice_in(talk, form))
    return talk.replies[-1].text


async def again(talk: Talk, form: dict[str, str]) -> str:
    """Once more to those who have not got it; `doubtful`: to those of whom nobody knows, too."""
    notice, doubtful = notice_in(talk, form), bool(form.get("doubtful"))
    number = desk.send_again(talk.rows, notice, talk.staff(), talk.now, doubtful=doubtful)
    return f"第{notice.id}号再发给{number}位。"


async def correct(talk: Talk, form: dict[str, str]) -> Done:
    """Draft what puts it right."""
    first, me = notice_in(talk, form), talk.staff()
    notice = desk.correct(talk.rows, first, form.get("text", ""), me, reach(talk), talk.now)
    return Done(f"第{notice.id}号更正写好了，还没有发。请看一遍，再按“确认发送”。", page_of(notice))


ACTIONS: dict[str, Action] = {
    "confirm": confirm, "approve": approve, "reject": reject, "stop": halt, "again": again, "correct": correct,
}  # fmt: skip
