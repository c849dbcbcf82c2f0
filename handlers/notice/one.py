"""One notice on the desk: what it says, how far it is, and what this viewer may do with it now."""

from collections.abc import Sequence

from bot import notices as desk
from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.notices import EDITABLE, GOING, STARTED, Notice, State
from bot.domain.wording import moment_words
from bot.feature import Action, Done, Look
from bot.parts import (
    Field,
    Form,
    Link,
    Links,
    Part,
    Press,
    Text,
)
from bot.talk import Rows, Talk
from handlers.notice import compose, second, seen, standing
from handlers.notice.about import PAGE, notice_in, own, page_of, reach, seal, tell_all
from handlers.notice.write import STOP, stop

_RIGHT = "只发给收到原来那条的人，开头写着“更正”。原来的还没发完的，确认更正时就停。"


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """All of it."""
    notice = own(rows, look.viewer, look.query["id"])
    asked = second.asked(rows, look, notice)
    parts: list[Part] = [
        Links((Link("回到通知", PAGE),)),
        standing.figures(rows, notice, look, asked),
        *_brakes(rows, notice),
    ]
    if not asked:
        parts += [*standing.warnings(rows, look, notice), standing.facts(rows, notice, look)]
    if notice.state in EDITABLE:
        parts += [*seen.preview(rows, look, notice), _test(notice)]
    else:
        parts += seen.as_sent(rows, look, notice)
    return [
        *parts,
        *second.below(look, notice),
        *_doing(rows, look, notice),
        *standing.past(rows, notice, look),
    ]


def _test(notice: Notice) -> Press:
    return Press("试发给我自己", "test", (("id", str(notice.id)),))


def _brakes(rows: Rows, notice: Notice) -> list[Part]:
    """What is under way is paused or stopped above all else; what stands still goes on here."""
    id_, name = (("id", str(notice.id)),), f"第{notice.id}号通知"
    parts: list[Part] = []
    if desk.may_pause(rows, notice):
        parts.append(Press(desk.PAUSE, "pause", id_, about=name))
    if notices.stands_still(notice):
        parts.append(Press(desk.GO_ON, "go_on", id_, about=name))
    return [*parts, _stop(notice)] if _is_stopped_above(notice) else parts


def _is_stopped_above(notice: Notice) -> bool:
    return notice.state in (*GOING, State.PAUSED)


def _stop(notice: Notice) -> Press:
    """What nobody has begun to send is just not sent."""
    label = "停发" if _is_stopped_above(notice) or notice.state is State.SENT else "不发了"
    return Press(label, "stop", (("id", str(notice.id)),), about=f"第{notice.id}号通知")


def _doing(rows: Rows, look: Look, notice: Notice) -> list[Part]:
    """What this viewer may do with it now."""
    parts: list[Part] = []
    if notice.state is State.DRAFT and desk.may_confirm(notice, look.viewer, look.settings):
        parts.append(Press("确认发送", "confirm", seal(notice), strong=True))
    elif notice.state is State.DRAFT:
        name = notice.by.name
        parts.append(Text(f"要{name}自己按“确认发送”。您要发，请在下面改好，就算您写的。"))
    if notice.state in EDITABLE:
        other = Links((Link("改发给谁", f"?new=1&for={notice.id}"),), "改")
        parts += [compose.editing(rows, notice), *([] if notice.corrects_id else [other])]
    else:
        parts += _afterwards(rows, notice)
    if notice.state is not State.CANCELLED and not _is_stopped_above(notice):
        parts.append(_stop(notice))
    return parts


def _afterwards(rows: Rows, notice: Notice) -> list[Part]:
    """Calls, once more to those who have not seen it, and putting it right."""
    stopped = notice.state is State.CANCELLED
    left = 0 if stopped else rows.all(notices.calls_left(notice.id))[0]
    links = [Link(f"打电话：还有{left}位", f"?id={notice.id}&calls=1")] if left else []
    if notices.is_under_way(notice):
        links.append(Link("写给没回“收到”的", f"?new=1&about={notice.id}&said=silent"))
    parts: list[Part] = [Links(tuple(links), "接着办")] if links else []
    parts += [*_again(rows, notice), *_rest(rows, notice)]
    words = Field("text", "对的应该是", "area", note=_RIGHT)
    id_ = Field("id", "", "hidden", str(notice.id))
    return [*parts, Form("correct", "写更正", (id_, words), "发错了？")]


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


def _rest(rows: Rows, notice: Notice) -> list[Part]:
    """Who got nothing of what was stopped half-way: a correction is not for them."""
    if notice.state is not State.CANCELLED or not rows.all(notices.size(desk.corrected(notice)))[0]:
        return []
    left = rows.all(notices.size(desk.left_over(notice)))[0]
    if not left:
        return []
    press = Press(f"另写一条，发给这{left}位", "rest", (("id", str(notice.id)),))
    return [Text(f"停发的时候，有{left}位还没收到；更正也不发给他们。"), press]


# ── actions ─────────────────────────────────────────────────────────────────────────────────────


async def confirm(talk: Talk, form: dict[str, str]) -> str:
    """The writer means what stood on the page."""
    notice = notice_in(talk, form)
    desk.hold(talk.rows, notice)
    if form.get("seen") != notices.digest(notice):
        raise Refused(f"{desk.lately_edited(talk.rows, notice, talk.now)}。请再看一遍。")
    asked = desk.confirm(talk.rows, notice, talk.staff(), reach(talk), talk.settings, talk.now)
    tell_all(talk, asked)
    talk.can_undo(STOP, notice.id, f"第{notice.id}号通知")
    if notice.state is State.PENDING and not asked:
        return f"第{notice.id}号要批，可是现在没有别的联络员能批。请找管理员加一位联络员。"
    if asked:
        until = moment_words(notices.lapses_at(notice, talk.settings.notice), talk.today)
        return f"第{notice.id}号等另一位联络员批准，{until}前没人批就退回给您。"
    return f"第{notice.id}号确认了，{standing.going_out(notice, talk.settings, talk.now)}。"


async def approve(talk: Talk, form: dict[str, str]) -> str | Done:
    """The second yes, to what stood on the page. At a glance nothing passes that a second look is asked for."""
    notice, seen_ = notice_in(talk, form), form.get("seen", "")
    if form.get("glance") and (warned := _warned(talk, notice)):
        return Done(f"注意：{warned}请看一遍，再按“批准”。", page_of(notice))
    tell_all(talk, desk.approve(talk.rows, notice, talk.staff(), seen_, talk.settings, talk.now))
    return f"第{notice.id}号批准了，{standing.going_out(notice, talk.settings, talk.now)}。"


def _warned(talk: Talk, notice: Notice) -> str:
    draft, now = notices.draft_of(notice), talk.now
    return "".join(
        desk.preview(talk.rows, draft, reach(talk), talk.settings, now, notice.id).warnings
    )


async def reject(talk: Talk, form: dict[str, str]) -> str:
    """Not like this; the writer is told why."""
    notice = notice_in(talk, form)
    why = form.get("why", "")
    tell_all(talk, desk.reject(talk.rows, notice, talk.staff(), why, talk.settings, talk.now))
    return f"第{notice.id}号没有批准，已经告诉{notice.by.name}。"


async def halt(talk: Talk, form: dict[str, str]) -> str:
    """Stop at once."""
    stop(talk, notice_in(talk, form))
    return talk.replies[-1].text


async def pause(talk: Talk, form: dict[str, str]) -> str:
    """Nothing more goes out for now."""
    notice = notice_in(talk, form)
    desk.pause(talk.rows, notice, talk.staff(), talk.now)
    return f"第{notice.id}号先停着，还没发的不发。看清楚了，再按“{desk.GO_ON}”或者“停发”。"


async def go_on(talk: Talk, form: dict[str, str]) -> str:
    """The others get it."""
    notice = notice_in(talk, form)
    desk.go_on(talk.rows, notice, talk.staff(), talk.now)
    return f"第{notice.id}号接着发给其余的人。"


async def again(talk: Talk, form: dict[str, str]) -> str:
    """Once more to those who have not got it; `doubtful`: to those of whom nobody knows, too."""
    notice, doubtful = notice_in(talk, form), bool(form.get("doubtful"))
    reached = talk.rows.all(notices.would_reach(notice.id, reach(talk), doubtful=doubtful))[0]
    number = desk.send_again(talk.rows, notice, talk.staff(), talk.now, doubtful=doubtful)
    if not reached:
        raise Refused(f"这{number}位现在都没有能收消息的手机，再发也收不到，请打电话。")
    rest = number - reached
    calls = f"其中{rest}位没有能收消息的手机，请打电话。" if rest else ""
    return f"第{notice.id}号再发给{number}位。{calls}"


async def correct(talk: Talk, form: dict[str, str]) -> Done:
    """Draft what puts it right."""
    first, me = notice_in(talk, form), talk.staff()
    notice = desk.correct(talk.rows, first, form.get("text", ""), me, reach(talk), talk.now)
    return Done(f"第{notice.id}号更正写好了，还没有发。请看一遍，再按“确认发送”。", page_of(notice))


async def rest(talk: Talk, form: dict[str, str]) -> Done:
    """Draft for those who got nothing what the others got in the end; nothing goes out before it is confirmed."""
    first, me = notice_in(talk, form), talk.staff()
    if first.state is not State.CANCELLED:
        raise Refused(f"第{first.id}号没有停发。要再发，请按“再发给没看到的”。")
    right = [n for n in talk.rows.all(notices.corrections_of(first.id)) if n.state in STARTED]
    text = right[-1].text if right else first.text
    draft = notices.Draft(text, desk.left_over(first), talk.now, sign=first.sign)
    notice = desk.put_down(talk.rows, draft, me, reach(talk), talk.now)
    return Done(
        f"第{notice.id}号写好了，还没有发。请看内容对不对，再按“确认发送”。", page_of(notice)
    )


ACTIONS: dict[str, Action] = {
    "confirm": confirm, "approve": approve, "reject": reject, "stop": halt, "again": again, "correct": correct,
    "rest": rest, "pause": pause, "go_on": go_on,
}  # fmt: skip
