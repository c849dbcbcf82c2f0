"""The writer means it, and a second coordinator says yes or no to just what stands there.

Messages to others come back as notes, as in `bot.notices.desk`.
"""

from datetime import datetime
from typing import Any

from bot.domain import notices
from bot.domain.access.notices import access_notices
from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.notices import Move, Notice, NoticeMove, Reach, State
from bot.domain.people import Person
from bot.notices.desk import cancel, hold
from bot.notices.past import edited_meanwhile, edited_words, lately_edited, record
from bot.notices.phrases import APPROVED, REJECTED, TO_APPROVE
from bot.notices.reach import count
from bot.now import real_now
from bot.talk import Choice, Note, Rows, all_staff

APPROVALS = "待批的通知"


def _recount(rows: Rows, notice: Notice, reach: Reach) -> None:
    """Count a draft anew before it is confirmed: what it was written for may have grown past a second yes."""
    counted = count(rows, notices.audience_of(notice), reach)
    if not counted.all:
        raise Refused(f"{notice.audience_title}里现在没有人了。请改发给谁，或者不发。")
    notice.reachable, notice.by_phone = counted.reachable, counted.by_phone


def confirm(
    rows: Rows, notice: Notice, by: Person, reach: Reach, settings: Any, now: datetime
) -> list[Note]:  # fmt: skip
    """The writer means it. Returns what to tell those who may approve it, where that is needed.

    What a correction puts right stops here: nobody gets the wrong words after the right ones.
    """
    hold(rows, notice)
    _recount(rows, notice, reach)
    notices.confirm(notice, settings.notice, now)
    if not may_confirm(notice, by, settings):
        name = notice.by.name
        raise Refused(f"这条是{name}写的，请{name}自己确认。您要发，请先改好，就算您写的。")
    move = record(rows, notice, Move.CONFIRMED, by, now)
    first = rows.get(Notice, notice.corrects_id) if notice.corrects_id else None
    if first is not None and notices.is_under_way(first):
        cancel(rows, first, by, now, real_now())
    rows.flush()
    return _ask_approval(rows, notice, move, settings) if notice.state is State.PENDING else []


def may_confirm(notice: Notice, by: Person, settings: Any) -> bool:
    """What needs two people is confirmed by its writer: else one alone could send and approve it."""
    big = notice.audience_size > settings.notice.approval_above
    return not big or notice.by_id == by.id


def _ask_approval(rows: Rows, notice: Notice, confirmed: NoticeMove, settings: Any) -> list[Note]:
    writer = rows.get(Person, notice.by_id)
    name = writer.name if writer else ""
    edit = edited_meanwhile(rows, notice)
    edited = f"{edited_words(edit, confirmed.at)}。" if edit else ""
    text = TO_APPROVE(settings, who=name, count=notice.audience_size, edited=edited)
    # By the asking, not by what stands there: what nobody approved in time is asked for once more.
    key = f"notice:{notice.id}:approve:{confirmed.id}"
    return [
        Note(p.id, text, f"{key}:{p.id}", Mail.ALARM, choices=(Choice(APPROVALS),))
        for p in _approvers(rows, notice)
    ]


def _approvers(rows: Rows, notice: Notice) -> list[Person]:
    """Who may approve it: staff who look after its whole scope, the writer apart."""
    return [p for p in all_staff(rows) if p.id != notice.by_id and access_notices(p, [notice])]


def approve(
    rows: Rows, notice: Notice, by: Person, seen: str, settings: Any, now: datetime
) -> list[Note]:  # fmt: skip
    """A second coordinator agrees to what was `seen` (`bot.domain.notices.digest`); the writer is told."""
    hold(rows, notice)
    _check_unedited(rows, notice, seen, now)
    notices.approve(notice, by, seen, settings.notice, now)
    move = record(rows, notice, Move.APPROVED, by, now)
    rows.flush()
    return _tell_writer(notice, APPROVED(settings, who=by.name, number=notice.id), move)


def _check_unedited(rows: Rows, notice: Notice, seen: str, now: datetime) -> None:
    """Raises Refused where it was edited since it was `seen`, saying by whom and when."""
    if seen == notices.digest(notice):
        return
    on = "请看新的内容，再批。" if notice.state is State.PENDING else "改好再送来，请您到时再看。"
    raise Refused(f"{lately_edited(rows, notice, now)}。{on}")


def reject(
    rows: Rows, notice: Notice, by: Person, reason: str, settings: Any, now: datetime
) -> list[Note]:  # fmt: skip
    """A second coordinator does not agree; the writer is told why."""
    hold(rows, notice)
    notices.reject(notice, by, reason)
    move = record(rows, notice, Move.REJECTED, by, now, detail=reason)
    rows.flush()
    why = f"，说：“{reason[:40]}”" if reason else ""
    return _tell_writer(notice, REJECTED(settings, who=by.name, number=notice.id, why=why), move)


def _tell_writer(notice: Notice, text: str, move: NoticeMove) -> list[Note]:
    key = f"notice:{notice.id}:{move.move.value}:{move.id}"
    return [Note(notice.by_id, text, key, Mail.ALARM)]
