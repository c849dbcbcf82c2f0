"""People and how they reach us: branches, persons, roles, status history, senders, consents, cards.

A *person* is somebody the community knows, whatever the role. A *sender* is one address on one channel
(a Telegram chat, a browser, a terminal name) bound to a person; one phone may be bound to several
persons, and a relative's phone is bound with the relation it stands in.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    exists,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from bot.domain.base import Base
from bot.domain.organisations import Membership, Organisation
from bot.domain.sealed import Cipher, Finder, RowKey, Sealed
from bot.text import initials, normal, surname_pinyin


class Status(StrEnum):
    """Where a person stands on the roster (在册 暂停 迁出 去世)."""

    ACTIVE = "active"
    PAUSED = "paused"
    MOVED = "moved"
    DECEASED = "deceased"


STATUS_TITLE = {
    Status.ACTIVE: "在册",
    Status.PAUSED: "暂停",
    Status.MOVED: "迁出",
    Status.DECEASED: "去世",
}


class Role(StrEnum):
    """What a person may do."""

    MEMBER = "member"
    VOLUNTEER = "volunteer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
"""Roles that open other people's data."""
CHANNEL_TITLE = {"web": "网页", "telegram": "电报", "terminal": "终端", "phone": "电话"}
"""What coordinators call a channel."""
ROLE_TITLE = {
    Role.MEMBER: "党员",
    Role.VOLUNTEER: "志愿者",
    Role.COORDINATOR: "联络员",
    Role.ADMINISTRATOR: "管理员",
}


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


def looked_after(staff: Person) -> frozenset[int] | None:
    """The branches that somebody on the roster coordinates or administers; None: all. Everybody else: none."""
    if staff.status is not Status.ACTIVE:
        return frozenset()
    branches = {grant.branch_id for grant in staff.grants if grant.role in STAFF_ROLES}
    return None if None in branches else frozenset(b for b in branches if b is not None)


def in_organisations(ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition on `Person` of being in one of these organisations."""
    here = Membership.organisation_id.in_(list(ids))
    return exists(select(Membership.id).where(Membership.person_id == Person.id, here))


def month_day(day: date | None) -> int | None:
    """`day` as month * 100 + day of month: the indexed key of yearly dates."""
    return None if day is None else day.month * 100 + day.day


def bound_to(channel: str, address: str) -> Select[Sender]:
    """The live bindings of one address, oldest first."""
    return (
        select(Sender)
        .where(Sender.channel == channel, Sender.address == address, Sender.ended_at.is_(None))
        .order_by(Sender.bound_at, Sender.id)
    )


def living_at(places: Iterable[tuple[str, str]]) -> Select[str, str, int]:
    """(channel, address, person id) of every live binding of these addresses."""
    return select(Sender.channel, Sender.address, Sender.person_id).where(
        tuple_(Sender.channel, Sender.address).in_(list(places)), Sender.ended_at.is_(None)
    )


def senders_of(*ids: int) -> Select[Sender]:
    """Where people can be written to: own addresses before a proxy's, the last seen first."""
    return (
        select(Sender)
        .where(Sender.person_id.in_(ids), Sender.ended_at.is_(None))
        .order_by(Sender.relation != "self", Sender.seen_at.desc().nulls_last(), Sender.id)
    )


def holding(role: Role, branch_id: int | None = None) -> Select[Person]:
    """Active persons with `role`; for a branch, those whose reach covers it (a grant without a branch covers all)."""
    # By the index of roles: asked of each person instead, it reads the whole roster for three coordinators.
    held = select(Grant.person_id).where(Grant.role == role)
    if branch_id is not None:
        held = held.where((Grant.branch_id == branch_id) | Grant.branch_id.is_(None))
    return (
        select(Person)
        .where(Person.id.in_(held), Person.status == Status.ACTIVE)
        .order_by(Person.id)
    )


def with_number(number: str) -> Select[Person]:
    """The person with this 编号."""
    return select(Person).where(Person.number == number)


def called(name: str) -> Select[Person]:
    """Everybody of this name, as it is written or as it is kept (spaces and width aside)."""
    return select(Person).where(Person.name.in_({name.strip(), normal(name)})).order_by(Person.id)


def highest_number() -> Select[str]:
    """The highest 编号 in use; numbers have four digits or more, so the longest and then the largest."""
    return (
        select(Person.number)
        .order_by(func.length(Person.number).desc(), Person.number.desc())
        .limit(1)
    )
