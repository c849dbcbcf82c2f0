"""The tables: branches, persons, roles, status history, senders, consents, cards."""

from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from bot.domain.base import Base
from bot.domain.organisations import Organisation
from bot.domain.people.titles import STAFF_ROLES, Role, Status
from bot.domain.sealed import Cipher, Finder, RowKey, Sealed
from bot.text import initials, surname_pinyin


def month_day(day: date | None) -> int | None:
    """`day` as month * 100 + day of month: the indexed key of yearly dates."""
    return None if day is None else day.month * 100 + day.day


def last_four(phone: str) -> str:
    """The last four figures; "" where there are not so many."""
    return phone[-4:] if len(phone) >= 4 else ""


class Branch(Base):
    """A party branch (支部) with its own schedules."""

    __tablename__ = "branch"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    """The office number that members may be told to call."""
    hours: Mapped[str] = mapped_column(default="")
    """When somebody is there, in words: "周一到周五上午8点半到11点半"."""
    ended_at: Mapped[datetime | None]
    """Since when it is no more: it stays for what happened, and is chosen nowhere."""


class Person(RowKey, Base):
    """Somebody the community knows. `number` is the 编号 by which the office knows the person."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    initials: Mapped[str] = mapped_column(default="", index=True)
    """First letters of the name's syllables ("wjg"), kept with the name: by them people are looked for."""
    given_initials: Mapped[str] = mapped_column(default="", index=True)
    """The same of the given name alone ("jg")."""
    sex: Mapped[str] = mapped_column(default="")
    born_on: Mapped[date | None]
    joined_on: Mapped[date | None]
    """入党日期: drives the political birthday. Never derived from `full_member_on`."""
    full_member_on: Mapped[date | None]
    """转正日期: drives the party age (党龄). Never derived from `joined_on`."""
    joined_month_day: Mapped[int | None] = mapped_column(index=True)
    """`joined_on` as month * 100 + day, so that who is due is looked up, not scanned."""
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)
    phone_sealed: Mapped[Cipher]
    phone_whole: Mapped[Finder]
    phone_tail: Mapped[Finder]
    address_sealed: Mapped[Cipher]
    note_sealed: Mapped[Cipher]
    status: Mapped[Status] = mapped_column(default=Status.ACTIVE, index=True)
    reminders_off: Mapped[bool] = mapped_column(default=False)
    """Said 少提醒我: no automatic reminders; notices and answers still come."""
    traditional: Mapped[bool] = mapped_column(default=False)
    """Reads Traditional characters."""
    created_at: Mapped[datetime]

    phone = Sealed(str, whole=str, tail=last_four)
    address = Sealed(str)
    note = Sealed(str)

    branch: Mapped[Branch | None] = relationship(lazy="joined")
    grants: Mapped[list["Grant"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    organisations: Mapped[list[Organisation]] = relationship(
        secondary="membership", order_by=Organisation.id
    )

    @validates("name")
    def _keep_initials(self, _: str, name: str) -> str:
        self.initials = initials(name)
        self.given_initials = self.initials[len(surname_pinyin(name)) :]
        return name

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held now."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def powers(self) -> frozenset[Role]:
        """The roles that count now: who is paused does nothing for others, who has left does nothing at all."""
        if self.status is Status.PAUSED:
            return self.roles & {Role.MEMBER}
        return self.roles if self.status is Status.ACTIVE else frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether the person coordinates."""
        return bool(self.roles & STAFF_ROLES)


class Grant(Base):
    """A role held by a person; a coordinator's reach is the branches named, or all where none is."""

    __tablename__ = "grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "branch_id"),
        Index("ix_grant_role_branch_id", "role", "branch_id"),
        Index("ix_grant_branch_id", "branch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))


class StatusChange(RowKey, Base):
    """One change of a person's status: who, when, why."""

    __tablename__ = "status_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[Status]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason_sealed: Mapped[Cipher]

    reason = Sealed(str)


class Sender(Base):
    """An address on a channel, bound to a person. `relation` is "self", or 儿子, 邻居 … for a proxy."""

    __tablename__ = "sender"
    __table_args__ = (UniqueConstraint("channel", "address", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    address: Mapped[str]
    """The channel's own id of the chat or the browser."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    relation: Mapped[str] = mapped_column(default="self")
    bound_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When this address last wrote or fetched: the web chat counts as reachable for 30 days."""
    unreachable_at: Mapped[datetime | None]
    """Since when the channel says that nothing arrives (blocked, deactivated)."""

    person: Mapped[Person] = relationship(lazy="joined")


class Consent(Base):
    """A consent to one purpose, with the version of the words agreed to."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]
    """"keep" (the registration itself), "health", "group_greeting", "show_birthday", "voice" …"""
    version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(default="chat")
    """chat, voice, paper, through kin."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Card(Base):
    """A card code, or a one-time sign-in link, that binds one device to one person. Only hashes are kept."""

    __tablename__ = "card"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
