"""A notice that stands still: its trial reached nobody, or somebody paused it. A person says how it goes on."""

from sqlalchemy import Select, Update, case, or_, select, update

from bot.domain.access.notices import access_notice
from bot.domain.base import Refused
from bot.domain.mail import PAUSED, PAUSED_ON_PAGE, Outbox, Sending
from bot.domain.notices.tables import STATE_TITLE, Notice, State
from bot.domain.people import Person

_PAUSED = or_(Outbox.reason == PAUSED, Outbox.reason == PAUSED_ON_PAGE)
_ON_THE_WIRE = Outbox.state == Sending.SENDING


def is_stuck(notice: Notice) -> bool:
    """Whether nobody of its trial got it."""
    return notice.state is State.TRIAL and notice.trial_until is None


def stands_still(notice: Notice) -> bool:
    """Whether a person has to say how it goes on."""
    return is_stuck(notice) or notice.state is State.PAUSED


def is_running(notice: Notice) -> bool:
    """Whether more may go out by itself now. Where all is put into the outbox, some of it may still wait there."""
    return notice.state in (State.TRIAL, State.SENDING, State.SENT) and not is_stuck(notice)


def pause(notice: Notice, by: Person) -> None:
    """Nothing more goes out; what waits in the outbox is held by the caller, in the same transaction."""
    access_notice(by, notice)
    if not is_running(notice):
        raise Refused(f"第{notice.id}号通知{STATE_TITLE[notice.state]}，没有在发。")
    notice.state = State.PAUSED


def go_on(notice: Notice, by: Person) -> None:
    """The others get it; of a trial's rest also where nobody of the trial did."""
    access_notice(by, notice)
    if not stands_still(notice):
        raise Refused(f"第{notice.id}号通知{STATE_TITLE[notice.state]}，不用再按。")
    notice.state = State.SENDING


def on_its_way(notice_id: int) -> Select[int]:
    """One of its messages that queue to be pushed, if any."""
    query = select(Outbox.id).where(Outbox.notice_id == notice_id, Outbox.state == Sending.QUEUED)
    return query.limit(1)


def withhold(notice_id: int) -> Update:
    """Hold what has not gone out; what is on the wire waits too, where it comes back unsent.

    One statement: between two of them another process could move a message from one state to the other.
    """
    waits = Outbox.state == Sending.WAITING
    return (
        update(Outbox)
        .where(
            Outbox.notice_id == notice_id,
            or_(Outbox.state == Sending.QUEUED, waits, _ON_THE_WIRE),
        )
        .values(
            state=case((_ON_THE_WIRE, Sending.SENDING), else_=Sending.HELD),
            reason=case((waits, PAUSED_ON_PAGE), else_=PAUSED),
        )
    )


def let_go(notice_id: int) -> Update:
    """What was held so may go out again, by the way it would have gone."""
    on_page = Outbox.reason == PAUSED_ON_PAGE
    where = case((on_page, Sending.WAITING), else_=Sending.QUEUED)
    return (
        update(Outbox)
        .where(
            Outbox.notice_id == notice_id, _PAUSED, or_(Outbox.state == Sending.HELD, _ON_THE_WIRE)
        )
        .values(state=case((_ON_THE_WIRE, Sending.SENDING), else_=where), reason="")
    )
