"""通知进度: how each notice stands, and from there: call, send again, stop, edit."""

from dataclasses import replace

from bot import notices as desk
from bot.domain import notices
from bot.domain.access.notices import access_notices
from bot.domain.base import Refused
from bot.domain.notices import EDITABLE, STATE_TITLE, Notice, State
from bot.feature import STAFF, Place
from bot.talk import Choice, GoTo, Talk
from handlers.notice.about import excerpt, feature, reach, rewrite, show
from handlers.notice.write import as_words, finish, look, stop, summary

CALL, AGAIN, STOP, EDIT, ENOUGH = "打电话", "再发一次", "停发", "改文字", "看好了"
CORRECT = "发更正"
CONFIRM = "确认发送"
ALSO, NOT = "也发", "不发"


@feature.dialog(
    "notice_progress", "看通知进度", words=(desk.REPORT, "通知情况", "通知结果", "看通知"),
    place=Place("办", "通知进度", 31), roles=STAFF,
)  # fmt: skip
async def progress(talk: Talk) -> None:
    """One notice in figures."""
    me = talk.staff()
    notice = await _which(talk, access_notices(me, talk.rows.all(notices.recent())))
    report = desk.report(talk.rows, notice)
    show(talk, f"第{notice.id}号（{STATE_TITLE[notice.state]}）：{excerpt(notice.text, 30)}")
    options = _options(talk, notice, report)
    do = await talk.choose(f"do{notice.id}", report.words(), options)
    if do == CALL:
        raise GoTo("notice_calls", which=f"通知{notice.id}")
    if do == AGAIN:
        await _send_again(talk, notice)
    elif do in (desk.PAUSE, desk.GO_ON, STOP):
        _brake(talk, notice, do)
    elif do == CONFIRM:
        await _confirm(talk, notice)
    elif do == EDIT:
        await _edit(talk, notice)
    elif do == CORRECT:
        await _correct(talk, notice)
    else:
        talk.say("好的。")


async def _which(talk: Talk, found: list[Notice]) -> Notice:
    if not found:
        raise Refused("还没有发过通知。要发，请说“发通知”。")
    if len(found) == 1:
        return found[0]
    names = {f"通知{n.id}": n for n in found}
    choices = [Choice(name, excerpt(f"{n.id} {n.text}", 8)) for name, n in names.items()]
    return names[await talk.choose("which", "看哪一条？", choices, slot="which")]


def _options(talk: Talk, notice: Notice, report: desk.Report) -> list[str]:
    left = {"queued", "waiting", "held", notices.PLANNED} & set(report.states)
    again = notice.state is State.SENT and talk.rows.all(
        notices.to_send_again(notice.id, doubtful=True)
    )
    offered = {
        CONFIRM: notice.state is State.DRAFT
        and desk.may_confirm(notice, talk.staff(), talk.settings),
        CALL: bool(report.not_reached),
        AGAIN: bool(again),
        desk.PAUSE: desk.may_pause(talk.rows, notice),
        desk.GO_ON: notices.stands_still(notice),
        STOP: (bool(left) or notices.stands_still(notice))
        and notice.state not in (State.CANCELLED, State.REJECTED),
        EDIT: notice.state in EDITABLE,
        CORRECT: notices.is_under_way(notice),
    }
    return [*[name for name, good in offered.items() if good], ENOUGH]


def _brake(talk: Talk, notice: Notice, do: str) -> None:
    if do == STOP:
        stop(talk, notice)
    elif do == desk.PAUSE:
        desk.pause(talk.rows, notice, talk.staff(), talk.now)
        talk.say(f"好的，第{notice.id}号先停着，还没发的不发。", [desk.REPORT])
    else:
        desk.go_on(talk.rows, notice, talk.staff(), talk.now)
        talk.say(f"好的，第{notice.id}号接着发给其余的人。")


async def _send_again(talk: Talk, notice: Notice) -> None:
    """Never to those who have it; those of whom nobody knows only if a person says so."""
    sure, unknown = desk.left_out(talk.rows, notice)
    doubtful = False
    if unknown:
        text = f"有{unknown}位不知道收到没有，再发可能收到两遍。也发吗？"
        doubtful = await talk.choose("doubtful", text, [ALSO, NOT]) == ALSO
    if not sure and not doubtful:
        talk.say("好的，不再发。")
        return
    number = sure + (unknown if doubtful else 0)
    if await talk.choose("sure", f"再发给没收到的{number}位，对吗？", ["再发", NOT]) == NOT:
        talk.say("好的，不再发。")
        return
    sent = desk.send_again(talk.rows, notice, talk.staff(), talk.now, doubtful=doubtful)
    talk.say(f"好的，再发给{sent}位。没有手机的，请打电话。", [desk.REPORT])


async def _confirm(talk: Talk, notice: Notice) -> None:
    """What was written before, or came back without a yes, goes out as it stands."""
    draft = notices.draft_of(notice)
    seen = desk.preview(talk.rows, draft, reach(talk), talk.settings, talk.now, notice.id)
    show(talk, seen.text, draft.media)
    warned = "".join(f"注意：{warning}" for warning in seen.warnings)
    if await talk.choose("yes", f"{warned}{summary(draft, seen, talk)}对吗？", ["对", NOT]) == NOT:
        talk.say("好的，先不发。")
        return
    finish(talk, notice)


async def _edit(talk: Talk, notice: Notice) -> None:
    """New words; it is confirmed, and approved, anew."""
    text, media = await talk.ask("text", "请写新的内容。", as_words)
    old = notices.draft_of(notice)
    starts = max(notice.starts_at, talk.now)
    draft = replace(old, text=text, starts_at=starts, media=media or old.media)
    await look(talk, draft, {"text": "文字"})
    rewrite(talk, notice, draft)
    finish(talk, notice)


async def _correct(talk: Talk, first: Notice) -> None:
    """What puts it right, for exactly those who got it; the first one stops."""
    text, _ = await talk.ask("right", "对的应该怎么写？只发给收到原来那条的人。", as_words)
    counted = desk.count(talk.rows, desk.corrected(first), reach(talk))
    show(talk, f"【{first.sign or talk.settings.office.name}】更正：{text}")
    await talk.confirm(
        f"发给{counted.words(f'收到第{first.id}号的')}，原来的停发。对吗？", {"right": "文字"}
    )
    notice = desk.correct(talk.rows, first, text, talk.staff(), reach(talk), talk.now)
    finish(talk, notice)
