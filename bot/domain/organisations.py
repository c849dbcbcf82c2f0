"""The office's organisations (老体协, 关工委 …): which there are is data, and one person may be in several."""

from typing import Any, Final

from sqlalchemy import ForeignKey, Select, UniqueConstraint, func, select
from sqlalchemy.orm import Bundle, Mapped, mapped_column

from bot.domain.base import Base, Refused
from bot.text import normal

LONGEST: Final = 20


class Organisation(Base):
    """One of the organisations that share people, rooms and signs with the branches."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Membership(Base):
    """One person is in one organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)


def organisations() -> Select[Organisation]:
    """All of them, as they were entered."""
    return select(Organisation).order_by(Organisation.id)


def sizes() -> Select[Any]:
    """(id, how many people) of each organisation that has any."""
    size: Bundle[Any] = Bundle("size", Membership.organisation_id, func.count().label("people"))
    return select(size).group_by(Membership.organisation_id)


def read_name(text: str) -> str:
    """The name as it is kept, so that one organisation is not entered twice. Raises Refused for none."""
    name = normal(text).replace(" ", "")
    if not name or len(name) > LONGEST:
        raise Refused(f"“{text[:LONGEST]}”不像组织的名字，请写1到{LONGEST}个字，比如“老体协”。")
    return name
