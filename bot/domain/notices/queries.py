"""Queries about notices themselves, as values."""

from datetime import datetime

from sqlalchemy import (
    Select,
    func,
    not_,
    select,
)

from bot.domain.freeze import is_on
from bot.domain.notices.audience import belongs
from bot.domain.notices.tables import GOING, Move, Notice, NoticeMove, State
from bot.domain.people import Person


def recent(most: int = 50) -> Select[Notice]:
    """The latest notices."""
    return select(Notice).order_by(Notice.id.desc()).limit(most)


def pending() -> Select[Notice]:
    """What waits for a second coordinator, oldest first."""
    return select(Notice).where(Notice.state == State.PENDING).order_by(Notice.id)


def going(now: datetime) -> Select[Notice]:
    """What the clock has to carry on with, oldest first; nothing while everything is stopped."""
    return (
        select(Notice)
        .where(Notice.state.in_(GOING), Notice.starts_at <= now, not_(is_on()))
        .order_by(Notice.starts_at, Notice.id)
    )


def scheduled(now: datetime) -> Select[Notice]:
    """What goes out by itself later on, the next first."""
    return (
        select(Notice)
        .where(Notice.state == State.APPROVED, Notice.starts_at > now)
        .order_by(Notice.starts_at, Notice.id)
    )


def one(id_: int) -> Select[Notice]:
    """One notice, as it stands now, for whoever is about to change it: the others wait and see it then."""
    query = select(Notice).where(Notice.id == id_).with_for_update(of=Notice)
    return query.execution_options(populate_existing=True)


def lapsed(before: datetime) -> Select[Notice]:
    """What was confirmed before `before` and nobody approved."""
    return select(Notice).where(Notice.state == State.PENDING, Notice.confirmed_at < before)


def sent_since(since: datetime) -> Select[Notice]:
    """Notices that went out wholly since then, the latest first."""
    return (
        select(Notice)
        .where(Notice.state == State.SENT, Notice.starts_at >= since)
        .order_by(Notice.id.desc())
    )


def same_words(text_hash: str, since: datetime) -> Select[Notice]:
    """Notices with the same words that were confirmed since then and not stopped."""
    stopped = (State.DRAFT, State.CANCELLED, State.REJECTED)
    return select(Notice).where(
        Notice.text_hash == text_hash,
        Notice.confirmed_at >= since,
        Notice.state.not_in(stopped),
    )


def also_in(notice: Notice, key: str, scope: tuple[int, ...]) -> Select[int]:
    """How many people of an audience are in that of `notice`, too."""
    return (
        select(func.count())
        .select_from(Person)
        .where(belongs(key, scope), belongs(notice.audience, notice.scope))
    )


def corrections_of(notice_id: int) -> Select[Notice]:
    """What puts this notice right."""
    return select(Notice).where(Notice.corrects_id == notice_id).order_by(Notice.id)


def moves_of(notice_id: int, *kinds: Move) -> Select[NoticeMove]:
    """What happened to a notice, the latest first; of these kinds, or all."""
    query = select(NoticeMove).where(NoticeMove.notice_id == notice_id)
    wanted = query.where(NoticeMove.move.in_(kinds)) if kinds else query
    return wanted.order_by(NoticeMove.id.desc())


def left_lying(by_id: int, since: datetime) -> Select[Notice]:
    """What this writer has written since then and not sent: never confirmed, not approved in time, refused."""
    return (
        select(Notice)
        .where(
            Notice.state.in_((State.DRAFT, State.REJECTED)),
            Notice.by_id == by_id,
            Notice.created_at >= since,
        )
        .order_by(Notice.id)
    )
