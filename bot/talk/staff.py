"""The office's people: who looks after what belongs to a branch, and who is told of what concerns all."""

from functools import cached_property

from bot.domain.people import Person, Role, holding
from bot.talk.rows import Rows


def staff_for(rows: Rows, branch_id: int | None) -> list[Person]:
    """The branch's coordinators, else every coordinator, else the administrators: never nobody, if there is one."""
    for query in (
        holding(Role.COORDINATOR, branch_id),
        holding(Role.COORDINATOR),
        holding(Role.ADMINISTRATOR),
    ):
        found = list(rows.all(query))
        if found:
            return found
    return []


class Staffing:
    """`staff_for` of many branches: who holds which post is read once, when it is first asked."""

    def __init__(self, rows: Rows) -> None:
        """`rows` of the transaction in which it is asked."""
        self._rows = rows

    def of(self, branch_id: int | None) -> list[Person]:
        """Who looks after a branch, as `staff_for` finds them."""
        every = [person for person, _ in self._coordinators]
        if branch_id is None:
            return every or self.administrators
        here = [person for person, reach in self._coordinators if reach & {None, branch_id}]
        return here or every or self.administrators

    @cached_property
    def administrators(self) -> list[Person]:
        """Who administers."""
        return list(self._rows.all(holding(Role.ADMINISTRATOR)))

    @cached_property
    def _coordinators(self) -> list[tuple[Person, frozenset[int | None]]]:
        """Each with the branches of the post; None among them: all."""
        return [
            (person, frozenset(g.branch_id for g in person.grants if g.role is Role.COORDINATOR))
            for person in self._rows.all(holding(Role.COORDINATOR))
        ]


def all_staff(rows: Rows) -> list[Person]:
    """Every coordinator and administrator who is active, each once."""
    roles = (Role.COORDINATOR, Role.ADMINISTRATOR)
    return list({p.id: p for role in roles for p in rows.all(holding(role))}.values())
