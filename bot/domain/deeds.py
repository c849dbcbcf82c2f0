"""Who did what to which object when, and who looked at which sensitive field; never what stood there.

A deed is written in the transaction of what was done: neither is there without the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, Select, Update, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.people import Person

MOST_OBJECTS: Final = 50
"""Objects named in one deed; an import of 5,000 says so by its own record."""
MACHINERY: Final = frozenset(
    {
        "inbox",
        "outbox",
        "conversation",
        "undo",
        "occurrence",
        "table_version",
        "pace",
        "deed",
        "sight",
        "web_session",
        "sign_in_tries",
    }
)
"""Tables whose rows are no object of anybody's deeds."""


class Deed(Base):
    """Something that staff did: on a page, in a dialog, by a command."""

    __tablename__ = "deed"
    __table_args__ = (
        Index("ix_deed_person_at", "person_id", "at"),
        Index("ix_deed_branch_at", "branch_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None: a command that did not say who."""
    via: Mapped[str]
    """The channel, or "command"."""
    did: Mapped[str]
    """The page and its action ("visits.invite"), the dialog, or the command."""
    objects: Mapped[list[Any]]
    """What was written: ["visit:12", "visit_event:40"]."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose, where all of it was one person's."""
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    """Of which branch, where all of it was one branch's: its coordinators read it."""

    by: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[by_id])
    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=[person_id])


SIGN_IN: Final = {
    "signin.link": "用登录链接登录",
    "signin.in": "用口令登录",
    "signin.again": "离开一会儿后再输口令",
    "signin.failed": "登录没有成功",
    "signin.passphrase": "设了口令",
    "signin.code": "开了动态码",
    "signin.code_off": "关了动态码",
    "signin.recovery": "用恢复码登录",
    "signin.recovery_new": "换了一套恢复码",
    "signin.out": "退出登录",
    "signin.ended": "结束了别的设备上的登录",
}
"""What happens at the doors, as the audit log names it."""


def at_the_door(
    did: str,
    at: datetime,
    person_id: int | None,
    *,
    by_id: int | None,
    sessions: Sequence[int] = (),
) -> Deed:
    """The record of a sign-in and the like. `person_id`: whose it is; `by_id`: who surely did it."""
    whose = [f"person:{person_id}"] if person_id else []
    ended = [f"web_session:{one}" for one in sessions[:MOST_OBJECTS]]
    return Deed(at=at, by_id=by_id, via="web", did=did, objects=[*whose, *ended])


class Field(StrEnum):
    """What is masked until somebody asks to see it."""

    PHONE = "phone"
    ADDRESS = "address"
    HEALTH = "health"
    NOTE = "note"


FIELD_TITLE: Final = {
    Field.PHONE: "电话",
    Field.ADDRESS: "住址",
    Field.HEALTH: "身体情况",
    Field.NOTE: "备注",
}


class Sight(Base):
    """One look at a sensitive field: who, when, whose, which."""

    __tablename__ = "sight"
    __table_args__ = (Index("ix_sight_person_at", "person_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    field: Mapped[Field]

    by: Mapped[Person] = relationship(lazy="joined", foreign_keys=[by_id])
    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deeds or looks; empty: any."""

    by_id: int | None = None
    did: str = ""
    """The beginning: "visits" or "visits.invite"."""
    since: datetime | None = None
    until: datetime | None = None
    person_id: int | None = None
    """Whose things they were done to."""
    after: tuple[datetime, int] | None = None
    """The moment and the id of the last one shown: what is older."""


def deeds(wanted: Wanted) -> Select[Deed]:
    """The audit log, the latest first."""
    query = _narrowed(select(Deed), Deed, wanted)
    if wanted.did:
        query = query.where(Deed.did.startswith(wanted.did, autoescape=True))
    return query


def sights(wanted: Wanted) -> Select[Sight]:
    """The looks at sensitive fields, the latest first."""
    return _narrowed(select(Sight), Sight, wanted)


def _narrowed(query: Select[Any], table: Any, wanted: Wanted) -> Select[Any]:
    if wanted.by_id is not None:
        query = query.where(table.by_id == wanted.by_id)
    if wanted.person_id is not None:
        query = query.where(table.person_id == wanted.person_id)
    if wanted.since is not None:
        query = query.where(table.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(table.at < wanted.until)
    if wanted.after is not None:
        at, id_ = wanted.after
        query = query.where((table.at < at) | ((table.at == at) & (table.id < id_)))
    return query.order_by(table.at.desc(), table.id.desc())


def looks_at(person_id: int) -> Select[Sight]:
    """Who looked at somebody's sensitive fields, the latest first."""
    return (
        select(Sight).where(Sight.person_id == person_id).order_by(Sight.at.desc(), Sight.id.desc())
    )


def letting_go(ids: Iterable[int]) -> Update:
    """Records of what was done to people who are removed again: they stay, as nobody's."""
    return update(Deed).where(Deed.person_id.in_(list(ids))).values(person_id=None)


def look(by: Person, person: Person, field: Field, now: datetime) -> Sight:
    """The record of one look; to be added before the field is shown."""
    return Sight(at=now, by_id=by.id, person_id=person.id, field=field)
