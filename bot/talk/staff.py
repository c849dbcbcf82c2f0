"""The office's people: who looks after what belongs to a branch, and who is told of what concerns all."""

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


def all_staff(rows: Rows) -> list[Person]:
    """Every coordinator and administrator who is active, each once."""
    roles = (Role.COORDINATOR, Role.ADMINISTRATOR)
    return list({p.id: p for role in roles for p in rows.all(holding(role))}.values())
