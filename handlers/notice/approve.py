"""待批的通知: a second coordinator reads it as it stands and says yes or no."""

import re

from bot import notices as desk
from bot.domain import notices
from bot.domain.base import Refused
from bot.domain.notices import Notice
from bot.feature import STAFF, Place
from bot.talk import Answer, Choice, Talk, as_text
from bot.text import squeeze
from handlers.notice.about import excerpt, feature, reach, show, tell_all, to_decide
from handlers.notice.seen import as_read, first_reader

YES, NO = "批准", "不批准"
SEAL_DIGITS = 6


@feature.dialog(
    "notice_approve", "批通知", words=(desk.APPROVALS, "批通知", "审批通知", "待批通知"),
    place=Place("办", "批通知", 30), roles=STAFF,
)  # fmt: skip
async def approve(talk: Talk) -> None:
    """The yes is bound to the words that were shown: an edit in between asks anew."""
    me = talk.staff()
    waiting = to_decide(talk.rows, me)
    if not waiting:
        raise Refused("现在没有要批的通知。")
    notice = await _which(talk, waiting)
    _read(talk, notice)
    # The button carries a seal of what was shown; after an edit it fits nothing.
    choices = [Choice(f"{YES}{_seal(notice)}", YES), Choice(NO)]
    edit = desk.edited_meanwhile(talk.rows, notice)
    edited = f"{desk.edited_words(edit, talk.now)}。" if edit else ""
    question = f"{notice.by.name}写的，发给{notices.count_words(notice)}。{edited}批准吗？"
    verdict = await talk.ask(f"verdict{notice.id}", question, as_verdict, choices=choices)
    if verdict == NO:
        why = await talk.ask("why", "为什么不批？我告诉写的人。", as_text(100))
        tell_all(talk, desk.reject(talk.rows, notice, me, why, talk.settings, talk.now))
        talk.say(f"好的，第{notice.id}号通知不发，已经告诉{notice.by.name}。")
        return
    if verdict != choices[0].says:
        raise Refused(
            f"{desk.lately_edited(talk.rows, notice, talk.now)}。请再说“{desk.APPROVALS}”，看新的内容。"
        )
    tell_all(
        talk, desk.approve(talk.rows, notice, me, notices.digest(notice), talk.settings, talk.now)
    )
    talk.say(f"第{notice.id}号通知批准了，到时间就发。", [desk.REPORT])


def _read(talk: Talk, notice: Notice) -> None:
    """The notice as the first of its readers gets it, and what to look at twice."""
    settings = talk.settings
    reply = as_read(notice, settings, first_reader(talk.rows, notice))
    show(talk, reply.text, notice.media)
    draft, reach_now = notices.draft_of(notice), reach(talk)
    seen = desk.preview(talk.rows, draft, reach_now, settings, talk.now, notice.id)
    for warning in seen.warnings:
        talk.say(f"注意：{warning}请看仔细。")


def as_verdict(answer: Answer) -> str:
    """不批准, or 批准 with the seal that stood on the button."""
    said = squeeze(answer.text)
    if said != squeeze(NO) and not re.fullmatch(f"{YES}[0-9]{{{SEAL_DIGITS}}}", said):
        raise Refused("请按“批准”或者“不批准”。")
    return said


async def _which(talk: Talk, waiting: list[Notice]) -> Notice:
    if len(waiting) == 1:
        return waiting[0]
    names = {f"通知{n.id}": n for n in waiting}
    choices = [Choice(name, excerpt(f"{n.id} {n.text}", 8)) for name, n in names.items()]
    return names[await talk.choose("which", f"有{len(waiting)}条要批，看哪一条？", choices)]


def _seal(notice: Notice) -> str:
    """Six digits of what was shown."""
    return str(int(notices.digest(notice)[:12], 16))[-SEAL_DIGITS:]
