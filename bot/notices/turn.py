"""What the clock does for notices: begin at their time, pause after the trial, go on, find the next channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain import notices
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.notices import Move, Notice, NoticeSettings, State
from bot.domain.people import Person, Sender, senders_of
from bot.domain.phrase import Phrase
from bot.notices.expand import Batch, chunk, reply_of, trial
from bot.notices.past import record
from bot.notices.phrases import DONE, LAPSED, REPORT, STUCK, STUCK_UNSURE
from bot.notices.trying import Tried, tried
from bot.now import real_now
from bot.outbox import Post
from bot.talk import Can, Choice, Note

LOOKED_BACK = timedelta(days=30)
AT_ONCE = 100
"""Unread messages looked after in one turn."""


@dataclass(frozen=True, slots=True)
class NoticeTurn:
    """One turn; called with (session, calendar now) in a transaction of its own.

    True means that there is more to do at once: call again, in the next transaction.
    """

    post: Post
    settings: Any
    """`bot.config.Settings`, with its sections `notice` and `office`."""

    def __call__(self, session: Session, now: datetime) -> bool:
        """Carry on with every notice; with none left to go on with, look after what nobody fetched."""
        more = tick(session, self.post, self.settings, now, real_now())
        return more or escalate(session, self.post, self.settings, now)


def tick(session: Session, post: Post, settings: Any, now: datetime, real: datetime) -> bool:
    """Start, try, expand one chunk of each notice that is under way; True while there is more to do at once.

    `now` is the calendar's clock, `real` the machine's (the pause after a trial is real time).
    """
    more = False
    _lapse(session, post, settings, now)
    query = notices.going(now).with_for_update(skip_locked=True, of=Notice)
    for notice in session.scalars(query).unique():
        more |= _carry_on(session, _batch(notice, post, settings, now), settings, real)
    return more


def _batch(notice: Notice, post: Post, settings: Any, now: datetime) -> Batch:
    return Batch(notice, post, settings.office.name, now, settings.notice.salutation)


def _lapse(session: Session, post: Post, settings: Any, now: datetime) -> None:
    """What nobody approved in time goes back to its writer, who is told."""
    rules = settings.notice
    before = now - timedelta(minutes=rules.approve_minutes)
    query = notices.lapsed(before).with_for_update(skip_locked=True, of=Notice)
    for notice in session.scalars(query).unique():
        key = f"notice:{notice.id}:lapsed:{notice.confirmed_at}"
        notices.lapse(notice)
        record(SessionRows(session), notice, Move.LAPSED, None, now)
        text = LAPSED(settings, number=notice.id, minutes=rules.approve_minutes)
        post.note(
            session, Note(notice.by_id, text, key, Mail.ALARM, choices=(Choice(REPORT),)), now
        )


def _carry_on(session: Session, batch: Batch, settings: Any, real: datetime) -> bool:
    notice, post = batch.notice, batch.post
    if notice.state is State.APPROVED and not _begin(session, batch, settings.notice, real):
        return False
    if notice.state is State.TRIAL:
        if notices.is_stuck(notice) or real < (notice.trial_until or real):
            return False
        found = tried(session, notice, post)
        if found in (Tried.FAILED, Tried.UNKNOWN):
            _halt(session, batch, STUCK if found is Tried.FAILED else STUCK_UNSURE)
        if found is not Tried.WELL:
            return False
        notice.state = State.SENDING
    if chunk(session, batch):
        return True
    notice.state = State.SENT
    notice.expanded_at = notice.expanded_at or batch.now
    if notice.needs_approval or notice.revision or notice.starts_at > notice.created_at:
        _tell_writer(session, notice, post, batch.now)
    return False


def _begin(session: Session, batch: Batch, settings: NoticeSettings, real: datetime) -> bool:
    """Leave `approved`; False where it may not start, or its trial waits for the morning."""
    notice = batch.notice
    if not notices.may_start(notice):
        notice.state = State.PENDING
        return False
    if not notice.trial:
        notice.state = State.SENDING
        return True
    if batch.post.quiet.after(batch.now) > batch.now:
        return False
    trial(session, batch)
    notice.state = State.TRIAL
    notice.trial_until = real + timedelta(seconds=settings.trial_pause)
    return True


def _halt(session: Session, batch: Batch, words: Phrase) -> None:
    """Nobody of the trial has it for sure: the others don't get it before the writer says so."""
    notice, post, now = batch.notice, batch.post, batch.now
    notice.trial_until = None
    record(SessionRows(session), notice, Move.STUCK, None, now)
    text = words(post.settings, number=notice.id, count=notice.trial)
    key = f"notice:{notice.id}:{notice.revision}:stuck"
    post.note(session, Note(notice.by_id, text, key, Mail.ALARM, choices=(Choice(REPORT),)), now)


def _tell_writer(session: Session, notice: Notice, post: Post, now: datetime) -> None:
    text = DONE(post.settings, number=notice.id)
    key = f"notice:{notice.id}:{notice.revision}:done"
    post.note(session, Note(notice.by_id, text, key, Mail.ALARM, choices=(Choice(REPORT),)), now)


def escalate(session: Session, post: Post, settings: Any, now: datetime) -> bool:
    """What waits on a page too long goes to the member's next channel, else on the call list.

    True while there is more to do at once.
    """
    hours = timedelta(hours=settings.notice.read_after_hours)
    query = notices.unread(now - hours, now - LOOKED_BACK, AT_ONCE)
    rows = session.scalars(query.with_for_update(skip_locked=True, of=Outbox)).all()
    for row in rows:
        _next_channel(session, row, _batch(_notice(session, row), post, settings, now))
    return len(rows) == AT_ONCE


def _notice(session: Session, row: Outbox) -> Notice:
    notice = session.get(Notice, row.notice_id)
    if notice is None:
        raise LookupError(f"outbox row {row.id} belongs to notice {row.notice_id}, which is gone")
    return notice


def _next_channel(session: Session, row: Outbox, batch: Batch) -> None:
    """The row stays where there is no other channel: who opens the page later still finds it."""
    senders = session.scalars(senders_of(row.person_id or 0)).unique()
    to = _pushing(list(senders), batch.post.channels)
    if to is None:
        row.reason = notices.UNREAD
        return
    row.state, row.reason, row.settled_at = Sending.CANCELLED, notices.ESCALATED, real_now()
    person = session.get(Person, row.person_id)
    reply = reply_of(batch.notice, batch.office, person, batch.salutation)
    note = Note(
        row.person_id or 0, reply.text, f"{row.key}:next", Mail.NOTICE, choices=reply.choices,
        media=reply.media, notice_id=row.notice_id, address=(to.channel, to.address),
    )  # fmt: skip
    batch.post.note(session, note, batch.now)


def _pushing(senders: list[Sender], channels: Mapping[str, Can]) -> Sender | None:
    """The first address to which messages are pushed: there is no second page to wait on."""
    for sender in senders:
        can = channels.get(sender.channel)
        if can is not None and can.push and sender.unreachable_at is None:
            return sender
    return None
