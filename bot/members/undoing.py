"""Taking an import back: who was new goes, what was changed becomes what it was, unless it changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.domain.administrators import check_not_last
from bot.domain.deeds import letting_go
from bot.domain.organisations import Organisation
from bot.domain.people import Branch, Person, Role, Status, month_day
from bot.domain.roster import Field, RosterDiff
from bot.domain.standing import ON_ROSTER, ended_branch
from bot.members.kept import with_rows
from bot.members.roster import SetStanding, people_of, together
from bot.talk import Rows, Step, unstepped

REASON = "撤销名册导入"
OWN_TABLES = frozenset({"person", "grant", "status_change", "membership", "deed"})
"""What an import itself, and the office, write about somebody new."""
_DAYS = frozenset({Field.BORN_ON, Field.JOINED_ON, Field.FULL_MEMBER_ON})

Put = tuple[str, Any, Any]
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

    def undo(self, did: dict[str, Any], step: Step = unstepped) -> Undone:
        """`did`: what `steps` wrote down. Raises Refused where nobody would administer any more."""
        new: list[int] = did.get("new", [])
        changed = {int(id_): changes for id_, changes in did.get("changed", {}).items()}
        for some in together(new):
            self._remove(people_of(self.rows, some), step)
        for some in together([*changed]):
            for person in people_of(self.rows, some).values():
                self._restore(person, changed[person.id])
                step()
        self.rows.flush()
        return self.done

    def _remove(self, people: dict[int, Person], step: Step) -> None:
        """Who has done nothing yet goes; of whoever has, what happened must stay: moved away."""
        busy = with_rows(self.rows, [*people], OWN_TABLES)
        for person in people.values():
            if person.id in busy and person.status is not Status.MOVED:
                self.set_standing(person, Status.MOVED, REASON)
            step()
        going = [person for person in people.values() if person.id not in busy]
        check_not_last(self.rows, *going)
        self.rows.change(letting_go([person.id for person in going]))
        self.rows.remove_all(going)
        self.done.left += len(busy)
        self.done.removed += len(going)

    def _restore(self, person: Person, changes: Sequence[Put]) -> None:
        same = [
            (field, old)
            for field, old, new in changes
            if self._now(person, field) == new and self._is_there(person, field, old)
        ]
        for field, old in same:
            self._put(person, Field(field), old)
        person.joined_month_day = month_day(person.joined_on)
        self.done.left += len(changes) - len(same)
        self.done.restored += bool(same)

    def _is_there(self, person: Person, field: str, old: Any) -> bool:
        """Whether there still is what would be gone back to: a branch may have ended since."""
        if field == Field.BRANCH:
            found = self.rows.all(select(Branch).where(Branch.name == old))
            return not found or found[0].ended_at is None
        return (
            field != Field.STATUS or old not in ON_ROSTER or ended_branch(self.rows, person) is None
        )

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
