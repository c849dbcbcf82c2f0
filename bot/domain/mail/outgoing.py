"""What is to be said: the outbox, and how fast each channel may send."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    and_,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base
from bot.domain.sealed import Cipher, Sealed


class Mail(StrEnum):
    """Kinds of outgoing messages; each says what doubt means (see `bot.outbox`)."""

    ANSWER = "answer"
    REMINDER = "reminder"
    VISIT = "visit"
    NOTICE = "notice"
    ALARM = "alarm"
    PERSON = "person"
    """Written by a coordinator in person."""
    VOICE = "voice"
    """A message read aloud, after its words went out."""


class Sending(StrEnum):
    """States of an outbox row."""

    QUEUED = "queued"
    WAITING = "waiting"
    """On a channel that fetches (web page, terminal): ready, not yet fetched."""
    SENDING = "sending"
    SENT = "sent"
    DOUBTFUL = "doubtful"
    UNREACHABLE = "unreachable"
    HELD = "held"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


SAME_DEVICE = "same_device"
"""The reason on a notice that was not sent itself: somebody else on the same phone has it."""
MAIL_TITLE = {
    Mail.ANSWER: "答复", Mail.REMINDER: "提醒", Mail.VISIT: "走访消息", Mail.NOTICE: "通知", Mail.ALARM: "急事",
    Mail.PERSON: "联络员写的", Mail.VOICE: "朗读",
}  # fmt: skip
SENDING_TITLE = {
    Sending.QUEUED: "等着发", Sending.WAITING: "等本人来看", Sending.SENDING: "正在发",
    Sending.SENT: "到了", Sending.DOUBTFUL: "不知到没到", Sending.UNREACHABLE: "发不到", Sending.HELD: "先放着",
    Sending.EXPIRED: "过期没发", Sending.CANCELLED: "停发了", Sending.FAILED: "没发成",
}  # fmt: skip


class Outbox(Base):
    """One outgoing message to one address. `key` is unique: the same message is never queued twice."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_ready", "state", "channel", "lane", "due_at", "id"),
        Index("ix_outbox_address", "channel", "address", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[Mail]
    lane: Mapped[int] = mapped_column(default=1)
    """0: answers and alarms; 1: everything else. The lower lane always goes first."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str]
    address: Mapped[str]
    """Empty with channel "phone": nobody can write there, somebody has to call."""
    reply_sealed: Mapped[Cipher]
    """A `bot.talk.Reply` as values."""
    state: Mapped[Sending] = mapped_column(default=Sending.QUEUED)
    due_at: Mapped[datetime]
    """Calendar time from which it may go out."""
    useful_until: Mapped[datetime | None]
    """Calendar time after which it is expired instead of sent."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Counted before the call, so a copy that may have gone out is never forgotten."""
    claimed_by: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    occurrence_id: Mapped[int | None] = mapped_column(index=True)
    notice_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    reply = Sealed(dict[str, Any])

    def sealed_to(self) -> str:
        """What the words are bound to."""
        return said_as(self.key, self.notice_id)


CHANGED = "changed"
"""The reason on a message whose words are not true any more: no further copy of it goes out."""
PAUSED, PAUSED_ON_PAGE = "paused", "paused_on_page"
"""The reasons on messages of a notice that is paused: they queue, or wait on a page, again when it goes on."""
_NEVER_OUT = (
    Sending.QUEUED, Sending.HELD, Sending.UNREACHABLE, Sending.EXPIRED, Sending.CANCELLED,
)  # fmt: skip


def never_left() -> ColumnElement[bool]:
    """The condition on Outbox of a reminder that the clock made and nobody ever tried to send."""
    return and_(
        Outbox.kind == Mail.REMINDER, Outbox.attempts == 0, Outbox.state.in_(_NEVER_OUT)
    )  # fmt: skip


def said_as(key: str, notice_id: int | None) -> str:
    """What the words of an outgoing message are bound to: its key. Those of a notice are the same for all
    who get it, and are written by one statement: they are bound to the notice.
    """
    return key if notice_id is None else f"notice:{notice_id}"


class Pace(Base):
    """When each channel may send next, shared by all processes that send."""

    __tablename__ = "pace"

    channel: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[float] = mapped_column(default=0.0)
    """Seconds since 1970 at which the next message may leave."""
    resting: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Addresses that get nothing for a moment, and until when (seconds since 1970): just written to, or the
    channel asked for it.
    """
