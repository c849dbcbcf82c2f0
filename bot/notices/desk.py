"""What a coordinator does with notices, the same for chat, page and command: functions of rows, no channel.

Messages to others come back as notes; a dialog gives them to `talk.tell`, a command to `Post.note`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain import notices
from bot.domain.access.notices import access_notice, access_notices
from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.notices import Count, Draft, Notice, Reach, State
from bot.domain.people import Person
from bot.notices.audience import corrected
from bot.notices.expand import reader
from bot.notices.reach import count
from bot.now import real_now
from bot.outbox import Quiet
from bot.talk import Choice, Note, Rows, all_staff

APPROVALS = "待批的通知"


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown before somebody confirms."""

    text: str
    """As recipients read it; the number is given when it is confirmed."""
    count: Count
    goes_at: datetime
    """Calendar time at which the first may have it: after the quiet hours."""
    waits_for_morning: bool
    needs_approval: bool
    warnings: tuple[str, ...]
    """Sentences for the coordinator: a second look is asked for."""


# ── before it goes out ──────────────────────────────────────────────────────────────────────────


def preview(
    rows: Rows, draft: Draft, reach: Reach, settings: Any, now: datetime, id_: int = 0
) -> Preview:  # fmt: skip
    """How it will look, whom it reaches, when it goes, and what to look at twice. `id_`: its own, once it has one."""
    rules = settings.notice
    counted = count(rows, draft.audience, reach)
    quiet = Quiet(settings.quiet.start, settings.quiet.end)
    starts = max(now, draft.starts_at)
    goes = quiet.after(starts)
    words = notices.risky(draft.text, rules)
    warnings = [f"里面有“{'”“'.join(words)}”，容易被当成骗子的话。"] if words else []
    repeated = _repeated(rows, draft, now - timedelta(hours=rules.repeat_hours), id_)
    if repeated:
        warnings.append(f"同样的话{rules.repeat_hours}小时内已经发给其中{repeated}位。")
    return Preview(
        text=f"【{draft.sign or settings.office.name}】{_as_example(rows, draft, settings)}",
        count=counted,
        goes_at=goes,
        waits_for_morning=goes > starts,
        needs_approval=counted.all > rules.approval_above,
        warnings=tuple(warnings),
    )


def _as_example(rows: Rows, draft: Draft, settings: Any) -> str:
    """The words as the first of the audience gets them."""
    text = draft.text.strip()
    first = rows.all(notices.people_in(draft.audience).limit(1)) if notices.has_any(text) else ()
    return notices.filled(text, reader(first[0]), settings.notice.salutation) if first else text


def _repeated(rows: Rows, draft: Draft, since: datetime, id_: int) -> int:
    """To how many of the audience the same words went since then."""
    same = rows.all(notices.same_words(notices.text_hash(draft.text.strip(), draft.media), since))
    audience = draft.audience
    shared = [
        rows.all(notices.also_in(n, audience.key, audience.scope))[0] for n in same if n.id != id_
    ]
    return max(shared, default=0)


def put_down(rows: Rows, draft: Draft, by: Person, reach: Reach, now: datetime) -> Notice:
    """Keep a draft; nothing goes out before `confirm`. Raises Refused where members are named in public."""
    _check_public(rows, draft)
    counted = count(rows, draft.audience, reach)
    notice = notices.write(draft, by, counted, _free_code(rows), now)
    rows.add(notice)
    return notice


def rewrite(rows: Rows, notice: Notice, draft: Draft, by: Person, reach: Reach) -> None:
    """New words, pictures, audience or time for what has not begun; confirmed, and approved, anew.

    It is `by` whose words stand there now, so somebody else must approve them.
    """
    hold(rows, notice)
    access_notice(by, notice)
    _check_public(rows, draft)
    notices.edit(notice, draft, count(rows, draft.audience, reach))
    notice.by_id = by.id
    rows.flush()


def correct(
    rows: Rows, first: Notice, text: str, by: Person, reach: Reach, now: datetime
) -> Notice:
    """Draft a correction for exactly those who got the first. Refused where nobody can have got it."""
    hold(rows, first)
    notices.check_correction(first)
    draft = Draft(text, corrected(first), now, sign=first.sign)
    notice = put_down(rows, draft, by, reach, now)
    notice.corrects_id, notice.corrects_code = first.id, first.code
    rows.flush()
    return notice


def _check_public(rows: Rows, draft: Draft) -> None:
    named = rows.all(notices.members_in(draft.text)) if draft.public else ()
    if named:
        raise Refused(f"公开栏人人看得到，请把{'、'.join(named)}的名字去掉，或者不放到公开栏。")


def _free_code(rows: Rows) -> str:
    while True:
        code = notices.new_code()
        if not rows.all(select(Notice.id).where(Notice.code == code)):
            return code


def hold(rows: Rows, notice: Notice) -> None:
    """The notice as it stands now; until this transaction ends nobody else changes it.

    Of many at once one comes first, and the others see what that one did.
    """
    rows.flush()
    rows.all(notices.one(notice.id))


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
    first = rows.get(Notice, notice.corrects_id) if notice.corrects_id else None
    if first is not None and notices.is_under_way(first):
        cancel(rows, first, by, now, real_now())
    rows.flush()
    return _ask_approval(rows, notice) if notice.state is State.PENDING else []


def _ask_approval(rows: Rows, notice: Notice) -> list[Note]:
    seal = notices.digest(notice)[:8]
    writer = rows.get(Person, notice.by_id)
    name = writer.name if writer else ""
    text = f"{name}写了一条通知，要发给{notice.audience_size}人，请您看一看、批一批。"
    return [
        Note(p.id, text, f"notice:{notice.id}:approve:{seal}:{p.id}", Mail.ALARM, choices=(Choice(APPROVALS),))
        for p in _approvers(rows, notice)
    ]  # fmt: skip


def _approvers(rows: Rows, notice: Notice) -> list[Person]:
    """Who may approve it: staff who look after its whole scope, the writer apart."""
    return [p for p in all_staff(rows) if p.id != notice.by_id and access_notices(p, [notice])]


def approve(
    rows: Rows, notice: Notice, by: Person, seen: str, settings: Any, now: datetime
) -> list[Note]:  # fmt: skip
    """A second coordinator agrees to what was `seen` (`bot.domain.notices.digest`); the writer is told."""
    hold(rows, notice)
    notices.approve(notice, by, seen, settings.notice, now)
    rows.flush()
    return _tell_writer(notice, f"{by.name}批准了第{notice.id}号通知，到时间就发。", "approved")


def reject(rows: Rows, notice: Notice, by: Person, reason: str) -> list[Note]:
    """A second coordinator does not agree; the writer is told why."""
    hold(rows, notice)
    notices.reject(notice, by, reason)
    rows.flush()
    why = f"，说：“{reason[:40]}”" if reason else ""
    return _tell_writer(notice, f"{by.name}没有批准第{notice.id}号通知{why}。", "rejected")


def _tell_writer(notice: Notice, text: str, what: str) -> list[Note]:
    seal = notices.digest(notice)[:8]
    return [Note(notice.by_id, text, f"notice:{notice.id}:{what}:{seal}", Mail.ALARM)]


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────


def cancel(rows: Rows, notice: Notice, by: Person, now: datetime, real: datetime) -> int:
    """Stop at once and take back what has not gone out; returns how many rows were withdrawn."""
    hold(rows, notice)
    notices.cancel(notice, by, now)
    rows.flush()
    return rows.change(notices.withdraw(notice.id, real))


def left_out(rows: Rows, notice: Notice) -> tuple[int, int]:
    """How many surely have not got it, and of how many more nobody knows."""
    sure = len(rows.all(notices.to_send_again(notice.id, doubtful=False)))
    return sure, len(rows.all(notices.to_send_again(notice.id, doubtful=True))) - sure


def send_again(rows: Rows, notice: Notice, by: Person, now: datetime, *, doubtful: bool) -> int:
    """To those who have not got it, never to those who have; returns to how many. Refused where there is none."""
    access_notice(by, notice)
    hold(rows, notice)
    left = rows.all(notices.to_send_again(notice.id, doubtful=doubtful))
    if notice.state is State.SENT and not left:
        raise Refused("没有要再发的人：该收到的都收到了，或者还在路上。")
    notices.send_again(notice, doubtful=doubtful, now=now)
    rows.flush()
    return len(left)


def get(rows: Rows, viewer: Person, id_: int) -> Notice:
    """A notice that this coordinator may see; Refused where there is none."""
    return access_notice(viewer, rows.get(Notice, id_))
