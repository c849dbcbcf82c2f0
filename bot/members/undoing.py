"""Taking an import back: who was new goes, what was changed becomes what it was, unless it changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.domain.organisations import Organisation
from bot.domain.people import Branch, Person, Role, Status, month_day
from bot.domain.roster import Field, RosterDiff
from bot.members.kept import everything
from bot.members.roster import SetStanding
from bot.talk import Rows

REASON = "撤销名册导入"
OWN_TABLES = frozenset({"person", "grant", "status_change", "membership"})
"""What an import itself writes about somebody new."""
_DAYS = frozenset({Field.BORN_ON, Field.JOINED_ON, Field.FULL_MEMBER_ON})

Step = tuple[str, Any, Any]
"""(field, old, new) as JSON holds them."""


def steps(found: RosterDiff, added: Sequence[Person]) -> dict[str, Any]:
    """What an import did, as `Undoing` reads it."""
    changed = {
        str(one.known.id): [[c.field.value, _value(c.old), _value(c.new)] for c in one.changes]
        for one in found.changed
    }
    return {"new": [person.id for person in added], "changed": changed}


def _value(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


@dataclass
class Undone:
    """How many people went, how many became what they were, and how many things were left as they are now."""

    removed: int = 0
    restored: int = 0
    left: int = 0


class Undoing:
    """Takes one import back, in one transaction."""

    def __init__(self, rows: Rows, set_standing: SetStanding) -> None:
        """`set_standing` changes where people stand, with all that follows."""
        self.rows, self.set_standing, self.done = rows, set_standing, Undone()

    def undo(self, did: dict[str, Any]) -> Undone:
        """`did`: what `steps` wrote down."""
        for id_ in did.get("new", []):
            if (person := self.rows.get(Person, id_)) is not None:
                self._remove(person)
        for id_, changes in did.get("changed", {}).items():
            if (person := self.rows.get(Person, int(id_))) is not None:
                self._restore(person, changes)
        self.rows.flush()
        return self.done

    def _remove(self, person: Person) -> None:
        """Who has done nothing yet goes; of whoever has, what happened must stay: moved away."""
        others = {kept.table for kept in everything(self.rows, person)} - OWN_TABLES
        if others:
            if person.status is not Status.MOVED:
                self.set_standing(person, Status.MOVED, REASON)
            self.done.left += 1
            return
        self.rows.remove(person)
        self.done.removed += 1

    def _restore(self, person: Person, changes: Sequence[Step]) -> None:
        same = [(field, old) for field, old, new in changes if self._now(person, field) == new]
        for field, old in same:
            self._put(person, Field(field), old)
        person.joined_month_day = month_day(person.joined_on)
        self.done.left += len(changes) - len(same)
        self.done.restored += bool(same)

    def _now(self, person: Person, field: str) -> object:
        if field == Field.BRANCH:
            return person.branch.name if person.branch else ""
        if field == Field.ORGANISATIONS:
            return sorted(one.name for one in person.organisations)
        return _value(getattr(person, field))

    def _put(self, person: Person, field: Field, old: Any) -> None:
        match field:
            case Field.STATUS:
                self.set_standing(person, Status(old), REASON)
            case Field.ROLES:
                kept = {Role(role) for role in old}
                person.grants = [grant for grant in person.grants if grant.role in kept]
            case Field.ORGANISATIONS:
                known = self.rows.all(select(Organisation).where(Organisation.name.in_(old)))
                person.organisations = list(known)
            case Field.BRANCH:
                found = self.rows.all(select(Branch).where(Branch.name == old))
                person.branch_id = found[0].id if found else None
            case _:
                setattr(
                    person, field.value, date.fromisoformat(old) if field in _DAYS and old else old
                )
