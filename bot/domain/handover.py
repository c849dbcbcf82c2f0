"""People who wait for a person: one coordinator answers, the bot is silent, and it is handed back."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, Select, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base, Refused
from bot.domain.keeping import Forgets, not_forgotten
from bot.domain.mail import Conversation, Inbox, Mail, Outbox
from bot.domain.people import Person
from bot.domain.sealed import Cipher, RowKey, Sealed

ELSEWHERE: Final = "这位已经有同事在联系了。"
LATELY: Final = 30
"""Messages of a conversation that a coordinator reads before answering."""
URGENT_WHY = ("emergency", "fraud")
WHY_TITLE: Final = {
    "asked": "想找人", "lost": "没听懂", "emergency": "紧急", "media": "发来语音图片", "care": "问候",
    "safe": "说没有危险", "fraud": "疑似诈骗", "failed": "消息没办成",
}  # fmt: skip


class HandoverState(StrEnum):
    """States of a request for a person."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


class Handover(Forgets, RowKey, Base):
    """Somebody waits for a person, with the last words said. `why`: asked, lost, media, emergency, care, fraud …"""

    __tablename__ = "handover"
    __table_args__ = (not_forgotten("handover", "closed_at"), Index("ix_handover_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    address: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    why: Mapped[str]
    words_sealed: Mapped[Cipher]
    at: Mapped[datetime]
    state: Mapped[HandoverState] = mapped_column(default=HandoverState.OPEN, index=True)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    """When all coordinators were told once more that nobody had taken it."""

    words = Sealed(str)

    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[person_id])


class HandoverNote(RowKey, Base):
    """What a coordinator wrote down about a conversation, for coordinators; `by_id` None: the house itself."""

    __tablename__ = "handover_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    text_sealed: Mapped[Cipher]

    text = Sealed(str)


class CannedAnswer(Base):
    """A sentence that a branch's coordinators send often."""

    __tablename__ = "canned_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"), index=True)
    text: Mapped[str]


def waiting_people() -> Select[Handover]:
    """Requests for a person that nobody has closed: the urgent first, then the oldest."""
    return (
        select(Handover)
        # What an index can look up; "not closed" would read all that ever was.
        .where(Handover.state.in_((HandoverState.OPEN, HandoverState.TAKEN)))
        .order_by(Handover.why.not_in(URGENT_WHY), Handover.at, Handover.id)
    )


def held(id_: int) -> Select[Handover]:
    """One request, as it stands now, for whoever is about to change it: the others wait and see it then."""
    query = select(Handover).where(Handover.id == id_).with_for_update(of=Handover)
    return query.execution_options(populate_existing=True)


def open_handover(channel: str, address: str) -> Select[Handover]:
    """The request that one address has open."""
    return (
        select(Handover)
        .where(
            Handover.channel == channel,
            Handover.address == address,
            Handover.state != HandoverState.CLOSED,
        )
        .order_by(Handover.id.desc())
        .limit(1)
    )


def note(handover: Handover, text: str, by_id: int | None, now: datetime) -> HandoverNote:
    """Something to keep beside a conversation."""
    return HandoverNote(handover_id=handover.id, by_id=by_id, at=now, text=text)


def notes_of(handover_id: int) -> Select[HandoverNote]:
    """What was written down, the oldest first."""
    return (
        select(HandoverNote)
        .where(HandoverNote.handover_id == handover_id)
        .order_by(HandoverNote.id)
    )


def canned_for(branch_id: int | None) -> Select[CannedAnswer]:
    """The ready answers of a branch; of nobody's branch, all."""
    query = select(CannedAnswer).order_by(CannedAnswer.id)
    return query if branch_id is None else query.where(CannedAnswer.branch_id == branch_id)


def heard_at(channel: str, address: str) -> Select[Inbox]:
    """What came from an address lately, the newest first."""
    here = (Inbox.channel == channel, Inbox.address == address)
    return select(Inbox).where(*here).order_by(Inbox.id.desc()).limit(LATELY)


def said_to(channel: str, address: str) -> Select[Outbox]:
    """What was written to an address lately, the newest first."""
    here = (Outbox.channel == channel, Outbox.address == address)
    return select(Outbox).where(*here).order_by(Outbox.id.desc()).limit(LATELY)


def last_numbers(channel: str, address: str) -> Select[int | None, int | None]:
    """(what was heard there last, what was said there last), by number, as one row."""
    return select(*(
        select(func.max(table.id))
        .where(table.channel == channel, table.address == address)
        .scalar_subquery()
        for table in (Inbox, Outbox)
    ))  # fmt: skip


def waited_since(before: datetime) -> Select[Handover]:
    """Who has waited since before a moment, taken or not, and of whom all were not yet told once more."""
    return select(Handover).where(
        Handover.state.in_((HandoverState.OPEN, HandoverState.TAKEN)),
        Handover.at <= before,
        Handover.escalated_at.is_(None),
    )


def answers_to(handover: Handover) -> Select[datetime]:
    """When a person wrote to whoever waits, the latest first."""
    return (
        select(Outbox.created_at)
        .where(
            Outbox.channel == handover.channel,
            Outbox.address == handover.address,
            Outbox.kind == Mail.PERSON,
            Outbox.created_at >= handover.at,
        )
        .order_by(Outbox.created_at.desc())
        .limit(1)
    )


def notes_by_people(handover_id: int) -> Select[int]:
    """What a coordinator wrote down: after a call, say."""
    here = HandoverNote.handover_id == handover_id
    return select(HandoverNote.id).where(here, HandoverNote.by_id.is_not(None)).limit(1)


def heard_since(handover: Handover, moment: datetime) -> Select[int]:
    """Whether anything came from there after a moment."""
    here = (Inbox.channel == handover.channel, Inbox.address == handover.address)
    return select(Inbox.id).where(*here, Inbox.at > moment).limit(1)


def held_since(before: datetime) -> Select[Handover]:
    """Conversations that a person took before a moment and still holds."""
    return select(Handover).where(
        Handover.state == HandoverState.TAKEN, Handover.taken_at <= before
    )


def take(
    handover: Handover,
    conversation: Conversation,
    by: Person,
    now: datetime,
    instead_of: int | None = None,
) -> None:
    """`by` answers from now on; Refused where it is over, or somebody else than `instead_of` answers already."""
    if handover.state is HandoverState.CLOSED:
        raise Refused("这个对话已经谈完了。要再联系，请打电话。")
    if handover.state is HandoverState.TAKEN and handover.taken_by_id not in (by.id, instead_of):
        raise Refused(ELSEWHERE)
    handover.state, handover.taken_by_id, handover.taken_at = HandoverState.TAKEN, by.id, now
    conversation.handover_id = handover.id


def hand_back(handover: Handover, conversation: Conversation | None, now: datetime) -> None:
    """The bot answers again; the request is closed."""
    handover.state, handover.closed_at = HandoverState.CLOSED, now
    if conversation is not None:
        conversation.handover_id = None


def put_back(handover: Handover, conversation: Conversation | None) -> None:
    """The bot answers again; the request waits for a person as before it was taken."""
    handover.state, handover.taken_by_id, handover.taken_at = HandoverState.OPEN, None, None
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
