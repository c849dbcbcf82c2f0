"""How a notice stands, on its page: its state and figures, what is known of it, what happened to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot import notices as desk
from bot.domain import notices
from bot.domain.notices import EDITABLE, MOVE_TITLE, STATE_TITLE, Move, Notice, NoticeMove, State
from bot.domain.wording import moment_words
from bot.feature import Look
from bot.notices.report import STATE_WORDS
from bot.now import local_day
from bot.parts import Facts, Heading, Live, Part, Progress, Table, Text
from bot.talk import Rows
from handlers.notice.about import page_of

_SETTLED: Final = (
    "sent", "called", "unreachable", "doubtful", "failed", "expired", "cancelled",
)  # fmt: skip
_NOBODY: Final = (State.DRAFT, State.PENDING, State.REJECTED)
"""Nothing has begun: there are no figures."""
CLOCK: Final = "余热"
"""Who did what nobody did."""


def figures(rows: Rows, notice: Notice, look: Look, asked: Sequence[Part] = ()) -> Live:
    """The state, from the approval on with figures that follow what happens; each leads to its people.

    `asked`: what this viewer is to decide before that; it comes by itself while the page stands open.
    """
    if notice.state in _NOBODY:
        return Live("standing", (_title(notice, look, {}), *asked), page_of(notice))
    report = desk.report(rows, notice, calls=False)
    states = [state for state in STATE_WORDS if state in report.states]
    lines = tuple((STATE_WORDS[state], str(report.states[state])) for state in states)
    links = tuple(f"?id={notice.id}&list={state}" for state in states)
    whole = (("一共", str(report.audience)), ("其中说收到的", str(report.read)))
    done = sum(report.states.get(state, 0) for state in _SETTLED)
    words = _how_far(notice, report, done)
    title = _title(notice, look, report.states)
    parts: list[Part] = [title, Progress(done, max(report.audience, 1), words)]
    if notices.is_stuck(notice):
        got = "没有一位确定收到" if report.states.get("doubtful") else "一位也没收到"
        told = f"先发的{notice.trial}位，{got}，其余的没有发。看清楚了，再定停发还是接着发。"
        parts.append(Text(told, "warning"))
    elif notice.state is State.PAUSED:
        parts.append(Text("停在这里了，还没发的先不发。看清楚了，再定接着发还是停发。", "warning"))
    elif notice.state is State.TRIAL:
        parts.append(
            Text(f"先发给{notice.trial}位，看一看没有错，过一会儿再发其余的。有错请马上按“停发”。")
        )
    table = Table(("情况", "人数"), (*lines, *whole), links=(*links, f"?id={notice.id}&list="))
    return Live("standing", (*parts, table), page_of(notice))


def _title(notice: Notice, look: Look, states: Mapping[str, int]) -> Heading:
    """ "第12号通知：已发"; what still queues has not gone out, though nothing more is to be done for it."""
    what = "更正" if notice.corrects_id else "通知"
    state = STATE_TITLE[notice.state]
    if notice.state in (State.SENDING, State.SENT, State.APPROVED) and (
        states.get("queued") or notice.state is State.APPROVED
    ):
        _, morning = desk.goes_at(notice.starts_at, look.settings, look.now)
        sending = STATE_TITLE[State.SENDING] if states.get("queued") else state
        state = "夜里不打扰，等到早上发" if morning else sending
    return Heading(f"第{notice.id}号{what}：{state}")


def _how_far(notice: Notice, report: desk.Report, done: int) -> str:
    """Of how many it is known what became of it, in one sentence."""
    if notice.state is not State.CANCELLED:
        return f"发完{done}位，一共{report.audience}位"
    stopped = report.states.get("cancelled", 0)
    return f"停发前发了{done - stopped}位，停下{stopped}位，一共{report.audience}位"


def going_out(notice: Notice, settings: Any, now: datetime) -> str:
    """ "马上就发", or when: "夜里不打扰，11月30日(周一)早上7点发"."""
    goes, morning = desk.goes_at(notice.starts_at, settings, now)
    words = f"{moment_words(goes, local_day(now))}发" if goes > now else "马上就发"
    return f"夜里不打扰，{words}" if morning else words


def warnings(rows: Rows, look: Look, notice: Notice) -> list[Part]:
    """What to look at twice, above all else, for the writer and for whoever approves."""
    if notice.state not in EDITABLE:
        return []
    draft = notices.draft_of(notice)
    reach_now = desk.reach_of(look.channels, look.now)
    found = desk.preview(rows, draft, reach_now, look.settings, look.now, notice.id).warnings
    parts: list[Part] = [Text(f"注意：{warning}请再看一遍。", "warning") for warning in found]
    if edit := desk.edited_meanwhile(rows, notice):
        was = f"改以前写的是：“{edit.was}”" if edit.was else ""
        parts.append(
            Text(f"这条通知送批以后又改过：{desk.edited_words(edit, look.now)}。{was}", "warning")
        )
    return parts


def facts(rows: Rows, notice: Notice, look: Look) -> Facts:
    """For whom, by whom, when, and who approved it."""
    today = local_day(look.now)
    found = [
        ("发给", notices.count_words(notice)),
        ("谁写的", notice.by.name),
        ("通知号", notice.code),
        ("几时发", _when(rows, notice, look)),
    ]
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
    return Facts(tuple(found))


_AT_ONCE: Final = {
    State.DRAFT: "确认以后", State.REJECTED: "确认以后", State.PENDING: "批准以后",
}  # fmt: skip


def _when(rows: Rows, notice: Notice, look: Look) -> str:
    """When it goes, or went, out; the night counted in. Of what was sent again, both times."""
    if notice.state not in EDITABLE:
        today = local_day(look.now)
        last = moment_words(notice.starts_at, today)
        first = moment_words(desk.began(rows, notice), today)
        return f"{first}，{last}再发" if notice.revision else last
    words = going_out(notice, look.settings, look.now)
    return _AT_ONCE.get(notice.state, "") + words if notice.starts_at <= look.now else words


def past(rows: Rows, notice: Notice, look: Look) -> Sequence[Part]:
    """Who did what with it, the latest first; nothing of notices older than these records."""
    moves = rows.all(notices.moves_of(notice.id))
    lines = tuple(
        (moment_words(m.at, local_day(look.now)), m.by.name if m.by else CLOCK, _did(m))
        for m in moves
    )
    return [Table(("什么时候", "谁", "做了什么"), lines, caption="经过")] if lines else []


def _did(move: NoticeMove) -> str:
    title = MOVE_TITLE[move.move]
    if not move.detail:
        return title
    return f"{title}：{move.detail}" if move.move is Move.REJECTED else f"{title}{move.detail}"
