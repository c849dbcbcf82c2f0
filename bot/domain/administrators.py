"""Somebody always administers: else nobody could set anything any more."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from sqlalchemy import Select, select

from bot.domain.base import Refused
from bot.domain.people import Grant, Person, Role, Status

Row = TypeVar("Row")


class Reads(Protocol):
    """What the rule needs of the database: `bot.talk.Rows`, seen from below."""

    def all(self, query: Select[Row]) -> Sequence[Row]:
        """Every row of the query's first column."""


def administrators() -> Select[Grant]:
    """The grants of those who administer now, held with their people until the transaction ends: of two who go at
    once, one stays."""
    return (
        select(Grant)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.role == Role.ADMINISTRATOR, Person.status == Status.ACTIVE)
        .order_by(Grant.id)
        .with_for_update(of=(Grant, Person))
    )


def check_not_last(rows: Reads, *leaving: Person) -> None:
    """Raises Refused where nobody but these administers: neither the role nor its holder may go then."""
    ours = [p for p in leaving if p.status is Status.ACTIVE and Role.ADMINISTRATOR in p.roles]
    ids = {person.id for person in ours}
    if ours and all(grant.person_id in ids for grant in rows.all(administrators())):
        raise Refused(
            f"{ours[0].name}是最后一位管理员，不然就没人能管设置了。请先给别人管理员的身份。"
        )
