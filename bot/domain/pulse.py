"""Signs of life: each part of the product writes down that it runs, so that any process can say how all are."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.base import Base

CLOCK: Final = "clock"
SELFTEST: Final = "selftest"
"""Also the channel of the member that does not exist: what it says and gets is nobody's."""
MUTE_AFTER: Final = timedelta(seconds=30)


class Pulse(Base):
    """One part. Times are real. A part that ended in order takes its row along; one that died leaves it."""

    __tablename__ = "pulse"

    name: Mapped[str] = mapped_column(primary_key=True)
    """ "clock", "selftest", or the name of a channel."""
    at: Mapped[datetime]
    """When it last said that it runs."""
    last_at: Mapped[datetime | None]
    """When it last did its work: polled, ticked, got its answer."""
    trouble: Mapped[str] = mapped_column(default="")
    """ "" when well, else one Chinese sentence."""


def beat(
    session: Session, name: str, at: datetime, last_at: datetime | None, trouble: str = ""
) -> None:
    """Say that a part runs. `last_at` None: it has done nothing new."""
    row = session.get(Pulse, name, with_for_update=True)
    if row is None:
        session.add(Pulse(name=name, at=at, last_at=last_at, trouble=trouble))
    else:
        row.at, row.last_at, row.trouble = at, last_at or row.last_at, trouble


def end(session: Session, name: str) -> None:
    """A part ends in order."""
    session.execute(delete(Pulse).where(Pulse.name == name))


def is_mute(row: Pulse) -> bool:
    """Whether a channel that says that something is wrong has done nothing for a while; a short complaint is none."""
    return row.last_at is None or row.at - row.last_at >= MUTE_AFTER


def ailing() -> Select[Pulse]:
    """The channels that say that something is wrong."""
    return pulses().where(Pulse.trouble != "", Pulse.name.not_in((CLOCK, SELFTEST)))


def pulses() -> Select[Pulse]:
    """Of all parts."""
    return select(Pulse).order_by(Pulse.name)
