"""全停: one press stops all that goes out to many by itself, until somebody lifts it.

Notices stop, and reminders too: whoever presses sees something wrong going out and can't know which of the two
it is. Answers, alarms, visit messages and what a person writes go on. Enforced where messages are taken out of
the outbox (`may_go`), so no page and no process can pass it by.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, Select, and_, exists, not_, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base, Refused
from bot.domain.mail import Mail, Outbox
from bot.domain.people import Person, Role

STOPPED: Final = (Mail.NOTICE, Mail.REMINDER)


class Freeze(Base):
    """One time that everything was stopped: by whom, from when to when."""

    __tablename__ = "freeze"

    id: Mapped[int] = mapped_column(primary_key=True)
    active: Mapped[bool | None] = mapped_column(unique=True)
    """True while it holds, else empty: so at most one holds, on either engine."""
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person] = relationship(lazy="joined", foreign_keys=[by_id])


def current() -> Select[Freeze]:
    """The one that holds now, if any."""
    return select(Freeze).where(Freeze.active.is_(True))


def is_on() -> ColumnElement[bool]:
    """Whether one holds now, as a condition."""
    return exists(select(Freeze.id).where(Freeze.active.is_(True)))


def may_go(row: type[Outbox] = Outbox) -> ColumnElement[bool]:
    """The condition on `Outbox` (or an alias of it) of not being stopped.

    An answer read aloud goes, a notice read aloud doesn't.
    """
    spoken = or_(row.occurrence_id.is_not(None), row.key.like("notice:%"))
    to_many = or_(row.kind.in_(STOPPED), and_(row.kind == Mail.VOICE, spoken))
    return or_(not_(to_many), not_(is_on()))


def may_lift(freeze: Freeze, by: Person) -> bool:
    """Whoever set it, and administrators."""
    return by.id == freeze.by_id or Role.ADMINISTRATOR in by.roles


def lift(freeze: Freeze, by: Person, now: datetime) -> None:
    """Let everything go on. Raises Refused for somebody else, naming who may."""
    if not may_lift(freeze, by):
        raise Refused(f"全停是{freeze.by.name}按的，请{freeze.by.name}或者管理员来恢复。")
    freeze.active, freeze.lifted_at, freeze.lifted_by_id = None, now, by.id
