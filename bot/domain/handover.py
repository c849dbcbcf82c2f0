"""Taking over a conversation: one coordinator answers, the bot is silent, and it is handed back."""

from datetime import datetime

from sqlalchemy import Select, select

from bot.domain.base import Refused
from bot.domain.mail import Conversation, Handover, HandoverState
from bot.domain.people import Person


def take(handover: Handover, conversation: Conversation, by: Person, now: datetime) -> None:
    """`by` answers from now on; Refused where somebody else does already."""
    if handover.state is HandoverState.TAKEN and handover.taken_by_id != by.id:
        raise Refused("这位已经有同事在联系了。")
    handover.state, handover.taken_by_id, handover.taken_at = HandoverState.TAKEN, by.id, now
    conversation.handover_id = handover.id


def hand_back(handover: Handover, conversation: Conversation | None, now: datetime) -> None:
    """The bot answers again; the request is closed."""
    handover.state, handover.closed_at = HandoverState.CLOSED, now
    if conversation is not None:
        conversation.handover_id = None


def latest_of(person_id: int) -> Select[Handover]:
    """The request a person has open, the newest."""
    return (
        select(Handover)
        .where(Handover.person_id == person_id, Handover.state != HandoverState.CLOSED)
        .order_by(Handover.id.desc())
        .limit(1)
    )
