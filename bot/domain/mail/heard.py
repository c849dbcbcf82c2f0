"""What was heard: the inbox, where each conversation stands, and what can be taken back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    false,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.base import Base
from bot.domain.sealed import Cipher, RowKey, Sealed


class Heard(StrEnum):
    """States of an inbox row."""

    NEW = "new"
    DONE = "done"
    QUARANTINED = "quarantined"


class Inbox(Base):
    """One message heard, committed before it is confirmed to its channel, each once by the channel's own id."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index("ix_inbox_address", "channel", "address", "id"),
        Index(
            "ix_inbox_new",
            "channel",
            "address",
            "id",
            sqlite_where=text("state = 'new'"),
            postgresql_where=text("state = 'new'"),
        ),
        Index(
            "ix_inbox_quarantined",
            "at",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    update_id: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
    text_sealed: Mapped[Cipher]
    media: Mapped[list[Any]]
    raw_sealed: Mapped[Cipher]
    """Only for what could not be read: the update as it came."""
    state: Mapped[Heard] = mapped_column(default=Heard.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    """Until when (real time) one worker has it."""
    done_at: Mapped[datetime | None]

    text = Sealed(str)
    raw = Sealed(str)

    def sealed_to(self) -> str:
        """The channel's own id: a message heard has no other before it is written."""
        return heard_as(self.channel, self.update_id)


def heard_as(channel: str, update_id: str) -> str:
    """What the words of a message heard are bound to."""
    return f"{channel}/{update_id}"


class Conversation(Base):
    """Where the talk with one address stands. Only raw answers by key are kept."""

    __tablename__ = "conversation"

    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    dialog: Mapped[str | None]
    answers_sealed: Mapped[Cipher]
    """[[key, raw text, ISO moment heard, media], …] in the order given."""
    slots_sealed: Mapped[Cipher]
    """Words of the first sentence that already answer a question."""
    shown_sealed: Mapped[Cipher]
    """The choices last shown, [[says, label], …]: what "2" means."""
    offered_sealed: Mapped[Cipher]
    """Wishes heard and not yet acted on: [[dialog, words], …]."""
    paused_sealed: Mapped[Cipher]
    """A half-done dialog put aside: {"dialog", "answers", "slots"}; 接着办 takes it up again."""
    greeted: Mapped[bool] = mapped_column(default=False)
    agreed: Mapped[str] = mapped_column(default="", server_default="")
    """The version of the words of registering that a stranger agreed to here; the person's own consent
    takes its place once the address is bound.
    """
    topic: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What was answered last, as its feature names it, and "at", the ISO moment: "几点开始" is about that."""
    misses: Mapped[int] = mapped_column(default=0)
    for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """For whom this address acts at the moment, where it stands for several."""
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handover.id", use_alter=True))
    """Set while a person answers here: the bot is silent."""
    updated_at: Mapped[datetime] = mapped_column(index=True)

    answers = Sealed(list[Any])
    slots = Sealed(dict[str, Any])
    shown = Sealed(list[Any])
    offered = Sealed(list[Any])
    paused = Sealed(dict[str, Any])

    def sealed_to(self) -> str:
        """The address."""
        return f"{self.channel}/{self.address}"


class Undo(RowKey, Base):
    """Something done that can be taken back with 撤销 until `until`."""

    __tablename__ = "undo"
    __table_args__ = (
        Index("ix_undo_address", "channel", "address", "until"),
        Index("ix_undo_until", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    address: Mapped[str]
    name: Mapped[str]
    """The name under which a feature registered how to take it back."""
    ref: Mapped[str]
    title_sealed: Mapped[Cipher]
    staff: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Done for the office: taken back by whoever still acts for it."""
    at: Mapped[datetime]
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]

    title = Sealed(str)


def undoable(channel: str, address: str, now: datetime) -> Select[Undo]:
    """What this address can still take back, the latest first."""
    return (
        select(Undo)
        .where(
            Undo.channel == channel,
            Undo.address == address,
            Undo.until > now,
            Undo.used_at.is_(None),
        )
        .order_by(Undo.id.desc())
    )
