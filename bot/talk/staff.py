"""Who looks after what belongs to a branch: told of visits, registrations, people who call for a person."""

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
