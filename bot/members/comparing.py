"""How a roster differs from what is known, and which of it somebody may import."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.domain.access.people import may_change
from bot.domain.organisations import organisations
from bot.domain.people import ROLE_TITLE, Branch, Person, Role, Status, looked_after
from bot.domain.roster import Entry, Faulty, Known, Roster, RosterDiff, diff
from bot.domain.standing import ON_ROSTER
from bot.members.roster import PLAIN
from bot.now import local_day
from bot.talk import Rows, Step, Steps, Tell, untold

BY_ANYBODY = frozenset({Role.MEMBER, Role.VOLUNTEER})
"""Roles that any coordinator may give."""


def compare(
    rows: Rows, roster: Roster, now: datetime, by: Person | None = None, tell: Tell = untold
) -> RosterDiff:
    """How a roster differs from what is known, within the reach of `by` (None: a command, which may all)."""
    # One query for the organisations of all: asked one by one, 5,000 people take seconds.
    everybody = select(Person).options(selectinload(Person.organisations))
    people = rows.all(everybody.order_by(Person.id))
    branches = rows.all(select(Branch).order_by(Branch.id))
    names = [branch.name for branch in branches]
    step = Steps(tell, "正在和名册比对", len(people))
    found = diff(roster, [_known(person, step) for person in people], names, local_day(now))
    found = _with_ended(found, {branch.name for branch in branches if branch.ended_at is not None})
    found = replace(found, new_organisations=_new_organisations(rows, found))
    return found if by is None else _within(found, Reach.of(by, people, branches))


def _with_ended(found: RosterDiff, ended: Collection[str]) -> RosterDiff:
    """The same difference; who would be on the roster of a branch that has ended is faulty."""
    pairs: list[tuple[Entry, Known | None]] = [(entry, None) for entry in found.new]
    pairs += [(one.entry, one.known) for one in found.changed]
    told = [
        Faulty(entry.row, "所属支部", f"{branch}已经停了，请改成现在的支部。")
        for entry, known in pairs
        if (branch := entry.branch or (known.branch if known else "")) in ended
        and (entry.status or (known.status if known else None) or Status.ACTIVE) in ON_ROSTER
    ]
    faulty = sorted((*found.faulty, *told), key=lambda fault: fault.row)
    return replace(found, faulty=tuple(faulty))


def _new_organisations(rows: Rows, found: RosterDiff) -> tuple[str, ...]:
    entries = (*found.new, *(changed.entry for changed in found.changed))
    known = {one.name for one in rows.all(organisations())}
    return tuple(sorted({name for one in entries for name in one.organisations} - known))


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may import: the names of the branches (None: all), and which roles."""

    branches: frozenset[str] | None
    roles: frozenset[Role]
    left: frozenset[int]
    """Staff, by id, who are left to others."""

    @classmethod
    def of(cls, by: Person, people: Iterable[Person], branches: Iterable[Branch]) -> "Reach":
        """Of this person; roles that open other people's data are given by administrators alone."""
        mine = looked_after(by)
        names = None if mine is None else frozenset(b.name for b in branches if b.id in mine)
        roles = frozenset(Role) if Role.ADMINISTRATOR in by.roles else BY_ANYBODY
        return cls(names, roles, frozenset(p.id for p in people if not may_change(by, p)))

    def fault(self, entry: Entry, known: Known | None) -> Faulty | None:
        """Why this line is not for this person, or None."""
        branches = {one.branch for one in (entry, known) if one is not None and one.branch}
        if self.branches is not None and branches - self.branches:
            return Faulty(
                entry.row, "所属支部", f"{entry.name}不在您负责的支部，请那个支部的联络员来导入。"
            )
        if known is not None and known.id in self.left:
            return Faulty(
                entry.row, "姓名", f"{known.name}是联络员或者管理员，请管理员来导入这一行。"
            )
        new = entry.roles - (known.roles if known else frozenset()) - self.roles
        if new:
            titles = "、".join(ROLE_TITLE[role] for role in Role if role in new)
            return Faulty(entry.row, "角色", f"“{titles}”要请管理员来给，请把这一格空着。")
        return None

    def shown(self, known: Sequence[Known]) -> tuple[Known, ...]:
        """Those of them who are in reach; who belongs to no branch is everybody's."""
        mine = self.branches
        return tuple(one for one in known if mine is None or not one.branch or one.branch in mine)


def _within(found: RosterDiff, reach: Reach) -> RosterDiff:
    """The same difference as this person may see it; what is out of reach is faulty, or not shown at all."""
    told = [reach.fault(entry, None) for entry in found.new]
    told += [reach.fault(one.entry, one.known) for one in found.changed]
    faulty = (*found.faulty, *(fault for fault in told if fault is not None))
    return replace(
        found,
        faulty=tuple(sorted(faulty, key=lambda fault: fault.row)),
        missing=reach.shown(found.missing),
        unchanged=reach.shown(found.unchanged),
    )


def _known(person: Person, step: Step) -> Known:
    step()
    return Known(
        id=person.id, status=person.status, roles=person.roles,
        branch=person.branch.name if person.branch else "",
        organisations=frozenset(one.name for one in person.organisations),
        **{field.value: getattr(person, field.value) for field in PLAIN},
    )  # fmt: skip
