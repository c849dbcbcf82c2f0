"""What a coordinator does with notices, the same for chat, page and command: functions of rows, no channel.

Messages to others come back as notes; a dialog gives them to `talk.tell`, a command to `Post.note`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain import notices
from bot.domain.access.notices import access_notice
from bot.domain.base import Refused
from bot.domain.mail import Mail
from bot.domain.notices import Count, Draft, Move, Notice, NoticeMove, Reach, State
from bot.domain.people import Person
from bot.notices.audience import corrected
from bot.notices.expand import reader
from bot.notices.past import edited_words, record
from bot.notices.phrases import APPROVAL_VOID, EDITED
from bot.notices.reach import count
from bot.outbox import Quiet
from bot.talk import Note, Rows


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
    goes, morning = goes_at(draft.starts_at, settings, now)
    words = notices.risky(draft.text, rules)
    warnings = [f"里面有“{'”“'.join(words)}”，容易被当成骗子的话。"] if words else []
    led = notices.addresses(draft.text, settings.web.public_url)
    if led:
        warnings.append(
            f"里面有网址“{'”“'.join(led)}”，骗子常发网址，会员分不清。请改成打社区电话。"
        )
    repeated = _repeated(rows, draft, now - timedelta(hours=rules.repeat_hours), id_)
    if repeated:
        warnings.append(f"同样的话{rules.repeat_hours}小时内已经发给其中{repeated}位。")
    return Preview(
        text=f"【{draft.sign or settings.office.name}】{_as_example(rows, draft, settings)}",
        count=counted,
        goes_at=goes,
        waits_for_morning=morning,
        needs_approval=counted.all > rules.approval_above,
        warnings=tuple(warnings),
    )


def goes_at(starts_at: datetime, settings: Any, now: datetime) -> tuple[datetime, bool]:
    """When the first may have what goes out from `starts_at` on, and whether it waits for the morning till then."""
    starts = max(now, starts_at)
    goes = Quiet(settings.quiet.start, settings.quiet.end).after(starts)
    return goes, goes > starts


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
    record(rows, notice, Move.WRITTEN, by, now)
    return notice


@dataclass(frozen=True, slots=True)
class Edited:
    """An edit, and whom it concerns: the writer before, and who had approved what stood there."""

    move: NoticeMove
    writer_id: int
    approver_id: int | None

    def notes(self, settings: Any) -> list[Note]:
        """What to tell them."""
        move = self.move
        said = {"number": move.notice_id, "edited": edited_words(move, move.at)}
        told = {self.writer_id: EDITED(settings, **said)}
        if self.approver_id is not None:
            told[self.approver_id] = APPROVAL_VOID(settings, **said)
        key = f"notice:{move.notice_id}:edited:{move.id}"
        return [
            Note(id_, text, f"{key}:{id_}", Mail.ALARM)
            for id_, text in told.items()
            if id_ != move.by_id
        ]


def rewrite(
    rows: Rows, notice: Notice, draft: Draft, by: Person, reach: Reach, now: datetime
) -> Edited:
    """New words, pictures, audience or time for what has not begun; confirmed, and approved, anew.

    It is `by` whose words stand there now, so somebody else must approve them. Refused where nothing is changed.
    """
    hold(rows, notice)
    access_notice(by, notice)
    _check_public(rows, draft)
    old, writer, approver = notices.draft_of(notice), notice.by_id, notice.approved_by_id
    notices.edit(notice, draft, count(rows, draft.audience, reach))
    what = notices.changed(old, draft, now)
    if not what:
        raise Refused(f"跟原来一样，第{notice.id}号通知没有改。")
    notice.by_id = by.id
    edit = record(rows, notice, Move.EDITED, by, now, detail=what)
    edit.was = old.text if old.text != notice.text else ""
    rows.flush()
    # The relation still names the writer before; the page shown next must not.
    rows.all(notices.one(notice.id))
    return Edited(edit, writer, approver)


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


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────


def cancel(rows: Rows, notice: Notice, by: Person, now: datetime, real: datetime) -> None:
    """Stop at once and take back what has not gone out."""
    hold(rows, notice)
    notices.cancel(notice, by, now)
    record(rows, notice, Move.STOPPED, by, now)
    rows.flush()
    rows.change(notices.withdraw(notice.id, real))


def left_out(rows: Rows, notice: Notice) -> tuple[int, int]:
    """How many surely have not got it, and of how many more nobody knows."""
    sure = len(rows.all(notices.to_send_again(notice.id, doubtful=False)))
    return sure, len(rows.all(notices.to_send_again(notice.id, doubtful=True))) - sure


def may_pause(rows: Rows, notice: Notice) -> bool:
    """Whether it is going out, and somebody is left to whom it is still to be pushed."""
    if notice.state is State.SENT:
        return bool(rows.all(notices.on_its_way(notice.id)))
    return notices.is_running(notice)


def pause(rows: Rows, notice: Notice, by: Person, now: datetime) -> None:
    """Nothing more goes out until somebody says how it goes on. Refused where nothing is left to go out."""
    hold(rows, notice)
    was = notice.state
    notices.pause(notice, by)
    record(rows, notice, Move.PAUSED, by, now)
    rows.flush()
    if not rows.change(notices.withhold(notice.id)) and was is State.SENT:
        raise Refused(f"第{notice.id}号通知已经发完了，没有要停的。")


def go_on(rows: Rows, notice: Notice, by: Person, now: datetime) -> None:
    """Send to the others: it was paused, or nobody of its trial got it."""
    hold(rows, notice)
    notices.go_on(notice, by)
    record(rows, notice, Move.WENT_ON, by, now)
    rows.flush()
    rows.change(notices.let_go(notice.id))


def send_again(rows: Rows, notice: Notice, by: Person, now: datetime, *, doubtful: bool) -> int:
    """To those who have not got it, never to those who have; returns to how many. Refused where there is none."""
    access_notice(by, notice)
    hold(rows, notice)
    left = rows.all(notices.to_send_again(notice.id, doubtful=doubtful))
    if notice.state is State.SENT and not left:
        raise Refused("没有要再发的人：该收到的都收到了，或者还在路上。")
    went = notice.starts_at
    notices.send_again(notice, doubtful=doubtful, now=now)
    record(rows, notice, Move.AGAIN, by, now, detail=f"{len(left)}位").was = went.isoformat()
    rows.flush()
    return len(left)


def get(rows: Rows, viewer: Person, id_: int) -> Notice:
    """A notice that this coordinator may see; Refused where there is none."""
    return access_notice(viewer, rows.get(Notice, id_))
