"""Values of a person as the plan of an import keeps them (JSON), and back."""

from datetime import date
from typing import Any

from bot.domain.people import Person, Role, Status
from bot.domain.roster import Entry, Field

DAYS = frozenset({Field.BORN_ON, Field.JOINED_ON, Field.FULL_MEMBER_ON})

Put = tuple[str, Any, Any]
"""(field, old, new) as JSON holds them."""


def written(value: object) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset | set) else value


def read(field: Field, kept: Any) -> Any:
    """What `written` wrote."""
    if kept is None:
        return None
    match field:
        case Field.BORN_ON | Field.JOINED_ON | Field.FULL_MEMBER_ON:
            return date.fromisoformat(kept)
        case Field.STATUS:
            return Status(kept)
        case Field.ROLES:
            return frozenset(map(Role, kept))
        case Field.ORGANISATIONS:
            return frozenset(kept)
    return kept


def entry_values(entry: Entry) -> dict[str, Any]:
    """What a line says, without what it leaves empty."""
    values = {field.value: written(getattr(entry, field.value)) for field in Field}
    return {name: value for name, value in values.items() if value}


def entry_of(row: int, values: dict[str, Any]) -> Entry:
    """The inverse."""
    plain = {name: read(Field(name), value) for name, value in values.items()}
    return Entry(row=row, **({"name": ""} | plain))


def value_now(person: Person, field: Field) -> Any:
    """What stands on the person at present, as JSON holds it."""
    if field is Field.BRANCH:
        return person.branch.name if person.branch else ""
    if field is Field.ORGANISATIONS:
        return sorted(one.name for one in person.organisations)
    return written(getattr(person, field.value))
