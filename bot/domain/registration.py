"""Who may be bound to a device: what a stranger says, compared with the roster; tries, and the queue.

A name alone never binds. The exact name with the last four digits of the phone does; what only resembles
somebody waits for a coordinator, with the resemblance shown to the coordinator and to nobody else.

    open → approved | rejected | replaced        bound, approved → taken_back
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ForeignKey, Index, Select, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.keeping import Forgets, not_forgotten
from bot.domain.people import Person, Status, last_four
from bot.domain.sealed import Cipher, RowKey, Sealed
from bot.text import name_key, one_missing, same_name, sounds_like

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


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of themselves: the name, the phone's digits (four or all, or none)."""

    name: str
    phone: str
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who it surely is, or who it may be and why a person has to look."""

    person: Person | None
    candidates: tuple[Person, ...]
    why: Why | None


def plain_phone(text: str) -> str:
    """The digits of a phone number as said or vouched for, without +86; Chinese digits are read."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text).translate(_SPOKEN))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


_SPOKEN: Final = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")


def proves(told: Told, person: Person) -> bool:
    """Whether the phone that was said is that of the roster: whole where it was said whole."""
    if len(told.phone) < TAIL or not person.phone:
        return False
    if len(told.phone) == TAIL:
        return person.phone.endswith(told.phone)
    return person.phone == told.phone


def judge(told: Told, known: Sequence[Person]) -> Verdict:
    """Compare with people of that phone or that name."""
    proven = [person for person in known if proves(told, person)]
    exact = [person for person in proven if same_name(told.name, person.name)]
    near = [person for person in proven if person not in exact and resembles(told.name, person)]
    named = [p for p in known if p not in proven and same_name(told.name, p.name)]
    candidates = tuple([*exact, *near, *named][:MOST_CANDIDATES])
    if len(exact) == 1:
        why = _against(exact[0])
        return Verdict(None if why else exact[0], candidates, why)
    if exact:
        return Verdict(None, candidates, Why.SEVERAL)
    return Verdict(None, candidates, Why.NEAR if near else Why.UNKNOWN)


def _against(person: Person) -> Why | None:
    """Why even the right name and number don't do.

    The number of a coordinator hangs on many a wall: it proves nothing, and opens everybody's data.
    """
    if person.status is not Status.ACTIVE:
        return Why.NOT_ACTIVE
    return Why.STAFF if person.is_staff else None


def resembles(name: str, person: Person) -> bool:
    """Whether a coordinator should be shown this person: heard alike, or one character aside."""
    return sounds_like(name, person.name, n_as_l=True) or one_missing(name, person.name)


def about(name: str) -> str:
    """A name as tries are counted by it, however it is spelled."""
    return sha256(f"yure:try:{name_key(name)}".encode()).hexdigest()[:32]


def likely(told: Told) -> Select[Person]:
    """Everybody whose phone ends as was said: few, whatever the size of the roster."""
    return (
        select(Person)
        .where(Person.phone.is_found("tail", last_four(told.phone)))
        .order_by(Person.id)
    )


def tries(since: datetime) -> Select[int]:
    """How many tries there were, by anybody."""
    return select(func.count(RegistrationTry.id)).where(RegistrationTry.at > since)


def tries_of(channel: str, address: str, since: datetime) -> Select[int]:
    """How often one address has tried."""
    return tries(since).where(
        RegistrationTry.channel == channel, RegistrationTry.address == address
    )


def tries_about(name: str, since: datetime) -> Select[int]:
    """How often anybody has tried this name."""
    return tries(since).where(RegistrationTry.about == about(name))


def waiting() -> Select[RegistrationRequest]:
    """Registrations that nobody has decided, the oldest first."""
    return (
        select(RegistrationRequest)
        .where(RegistrationRequest.stage == Stage.OPEN)
        .order_by(RegistrationRequest.at, RegistrationRequest.id)
    )


def resembled(requests: Sequence[RegistrationRequest]) -> Select[Person]:
    """Everybody whom these may be."""
    ids = {int(id_) for request in requests for id_ in request.candidates}
    return select(Person).where(Person.id.in_(ids))


def waiting_at(channel: str, address: str) -> Select[RegistrationRequest]:
    """What one address has waiting, the oldest first."""
    return waiting().where(
        RegistrationRequest.channel == channel, RegistrationRequest.address == address
    )


def bound_lately(now: datetime) -> Select[RegistrationRequest]:
    """What the rule bound in the last 24 hours: a coordinator may take it back. The latest first."""
    return (
        select(RegistrationRequest)
        .where(RegistrationRequest.stage == Stage.BOUND, RegistrationRequest.decided_at > now - DAY)
        .order_by(RegistrationRequest.id.desc())
    )


def matching(requests: Sequence[RegistrationRequest], person: Person) -> list[RegistrationRequest]:
    """The requests that may be this person's."""
    return [r for r in requests if person.id in r.candidates or same_name(r.name, person.name)]
