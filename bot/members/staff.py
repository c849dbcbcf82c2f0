"""What those who look after members' registrations and data are told."""

from bot.domain.mail import Mail
from bot.talk import Choice, Note, Rows, staff_for


def staff_notes(
    rows: Rows, branch_id: int | None, key: str, text: str, plain: str = "", says: str = ""
) -> list[Note]:
    """One alarm to each of them. `plain` is without a phone or an address; `says`: what a button says."""
    choices = (Choice(says),) if says else ()
    return [
        Note(person.id, text, f"{key}:{person.id}", Mail.ALARM, plain, choices)
        for person in staff_for(rows, branch_id)
    ]
