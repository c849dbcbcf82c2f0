"""Who looks after members' registrations and data, and what they are told."""

from bot.domain.mail import Mail
from bot.domain.people import Person, Role, holding
from bot.talk import Choice, Note, Rows


def staff_for(rows: Rows, branch_id: int | None) -> list[Person]:
    """The branch's coordinators, else every coordinator, else the administrators."""
    for query in (
        holding(Role.COORDINATOR, branch_id),
        holding(Role.COORDINATOR),
        holding(Role.ADMINISTRATOR),
    ):
        found = list(rows.all(query))
        if found:
            return found
    return []


def staff_notes(
    rows: Rows, branch_id: int | None, key: str, text: str, plain: str = "", says: str = ""
) -> list[Note]:
    """One alarm to each of them. `plain` is without a phone or an address; `says`: what a button says."""
    choices = (Choice(says),) if says else ()
    return [
        Note(person.id, text, f"{key}:{person.id}", Mail.ALARM, plain, choices)
        for person in staff_for(rows, branch_id)
    ]
