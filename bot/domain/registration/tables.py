"""Requests that wait for a coordinator, and tries that are counted."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.keeping import Forgets, not_forgotten
from bot.domain.people import Person
from bot.domain.sealed import Cipher, RowKey, Sealed

KEEP: Final = "keep"
"""The purpose of the consent that the registration itself rests on."""
KEEP_VERSION: Final = "2026-11"
"""Which words were agreed to: `handlers.register.about.KEPT` and the sign-in page."""
SELF: Final = "self"
TAIL: Final = 4
"""Digits of the phone that prove, with the name, who somebody is."""
DAY: Final = timedelta(hours=24)
MOST_OPEN: Final = 3
"""Requests that one address may have waiting: a neighbour registers a few, not a street."""
MOST_CANDIDATES: Final = 3


class RegisterSettings(BaseModel):
    """[registration] How often somebody may try by name in 24 hours; what is beyond waits for a coordinator."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tries_sender: int = Field(3, ge=1, le=100)
    tries_person: int = Field(5, ge=1, le=100)
    tries_all: int = Field(30, ge=1, le=10_000)


class Stage(StrEnum):
    """Where a registration stands."""

    OPEN = "open"
    BOUND = "bound"
    """At once, by the rule."""
    APPROVED = "approved"
    REJECTED = "rejected"
    REPLACED = "replaced"
    """The same person tried again, with better luck."""
    TAKEN_BACK = "taken_back"


class Why(StrEnum):
    """Why somebody has to look at a registration."""

    NEAR = "near"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    NOT_ACTIVE = "not_active"
    PROXY = "proxy"
    STAFF = "staff"
    LIMIT = "limit"


WHY_TITLE: Final = {
    Why.NEAR: "姓名有点不一样", Why.UNKNOWN: "和名册对不上", Why.SEVERAL: "不止一位相符",
    Why.NOT_ACTIVE: "不在册或已暂停", Why.PROXY: "别人代办", Why.STAFF: "是工作人员，请当面核对",
    Why.LIMIT: "今天试了很多次",
}  # fmt: skip


class RegistrationRequest(Forgets, RowKey, Base):
    """One registration by name, bound at once or waiting for a coordinator."""

    __tablename__ = "registration_request"
    __table_args__ = (
        Index("ix_registration_request_address", "channel", "address", "stage"),
        not_forgotten("registration_request", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    address: Mapped[str]
    name: Mapped[str]
    """As it was said."""
    phone_sealed: Mapped[Cipher]
    """The digits that were said: the last four, or all; empty where nobody remembers them."""
    vouched: Mapped[bool] = mapped_column(default=False)
    """The channel says that the number is the sender's own."""
    relation: Mapped[str] = mapped_column(default=SELF)
    candidates: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of persons who may be meant, the likeliest first."""
    why: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(index=True)
    stage: Mapped[Stage] = mapped_column(default=Stage.OPEN, index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who was registered at that address already: the true actor."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whom it was bound to."""
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("sender.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    phone = Sealed(str)

    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[person_id])


class RegistrationTry(Base):
    """One try at registering by name, or with a card code that was wrong. Kept to be counted, no longer."""

    __tablename__ = "registration_try"
    __table_args__ = (Index("ix_registration_try_address", "channel", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    address: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    """The name tried, as a hash: counted, never read; empty for a code."""
    at: Mapped[datetime] = mapped_column(index=True)
