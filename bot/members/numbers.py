"""The next free 编号, and roles as they are given."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from bot.domain.people import Grant, Person, Role
from bot.domain.roster.match import number_key
from bot.talk import Rows

OF_A_BRANCH = frozenset({Role.COORDINATOR})
"""Roles whose reach is the branch they are listed with."""


def grant(person: Person, roles: Iterable[Role]) -> None:
    """Give roles, none twice; a coordinator's reach is the person's own branch."""
    for role in sorted(set(roles) - person.roles):
        reach = person.branch_id if role in OF_A_BRANCH else None
        person.grants.append(Grant(role=role, branch_id=reach))


class Numbers:
    """The next free 编号, from 0001 on."""

    def __init__(self, rows: Rows, taken: Sequence[str] = ()) -> None:
        """`taken`: numbers about to be given beside those in use."""
        used = [*rows.all(select(Person.number)), *filter(None, taken)]
        self.used = {number_key(number) for number in used}
        plain = [int(n) for n in self.used if n.isascii() and n.isdigit() and len(n) < 10]
        self.last = max(plain, default=0)

    def next(self) -> str:
        """Four digits or more."""
        self.last += 1
        return f"{self.last:04d}"
