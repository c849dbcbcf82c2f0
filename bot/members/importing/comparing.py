"""How a roster differs from what is known, and which of it somebody may import."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.domain.access.people import may_change
from bot.domain.organisations import organisations
from bot.domain.people import ROLE_TITLE, Branch, Person, Role, Status, looked_after
from bot.domain.roster import Entry, Faulty, Field, Known, Roster, RosterDiff, diff
from bot.domain.standing import ON_ROSTER
from bot.now import local_day
from bot.talk import Rows, Steps, Tell, untold

PLAIN = (
    Field.NUMBER, Field.NAME, Field.SEX, Field.BORN_ON, Field.JOINED_ON, Field.FULL_MEMBER_ON,
    Field.PHONE, Field.ADDRESS, Field.NOTE,
)  # fmt: skip
"""Fields that stand on the person as they stand in the roster."""
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
    step = Steps(tell, "正在和名册比对", len(people))
    known = []
    for person in people:
        known.append(known_as(person))
        step()
    found = diff(roster, known, [branch.name for branch in branches], local_day(now))
    found = replace(found, new_organisations=_new_organisations(rows, found))
    return _within(found, Rules.of(by, people, branches))


def known_as(person: Person) -> Known:
    """Somebody as a sheet is compared with them."""
    return Known(
        id=person.id, status=person.status, roles=person.roles,
        branch=person.branch.name if person.branch else "",
        organisations=frozenset(one.name for one in person.organisations),
        **{field.value: getattr(person, field.value) for field in PLAIN},
    )  # fmt: skip


def _new_organisations(rows: Rows, found: RosterDiff) -> tuple[str, ...]:
    entries = (*found.new, *(changed.entry for changed in found.changed))
    known = {one.name for one in rows.all(organisations())}
    return tuple(sorted({name for one in entries for name in one.organisations} - known))


def _within(found: RosterDiff, rules: "Rules") -> RosterDiff:
    """The same difference as this person may see it; what is out of reach is faulty, or not shown at all."""
    pairs: list[tuple[Entry, Known | None]] = [(entry, None) for entry in found.new]
    pairs += [(one.entry, one.known) for one in found.changed]
    told = [fault for entry, known in pairs for fault in rules.faults(entry, known)]
    return replace(
        found,
        faulty=tuple(sorted((*found.faulty, *told), key=lambda fault: fault.row)),
        missing=rules.shown(found.missing),
        unchanged=rules.shown(found.unchanged),
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """What a line may not do, whatever the sheet says: bring people into branches that have ended, and what is
    not for whoever imports it.
    """

    ended: Collection[str]
    reach: "Reach | None"
    """None: a command, which may all."""

    @classmethod
    def of(cls, by: Person | None, people: Iterable[Person], branches: Iterable[Branch]) -> "Rules":
        """For lines about these people."""
        every = list(branches)
        ended = frozenset(branch.name for branch in every if branch.ended_at is not None)
        return cls(ended, None if by is None else Reach.of(by, people, every))

    def faults(self, entry: Entry, known: Known | None) -> Iterator[Faulty]:
        """Why this line may not be stored."""
        if ended := self._ended(entry, known):
            yield Faulty(entry.row, "所属支部", f"{ended}已经停了，请改成现在的支部。")
        if self.reach is not None and (fault := self.reach.fault(entry, known)) is not None:
            yield fault

    def shown(self, known: Sequence[Known]) -> tuple[Known, ...]:
        """Those of them who are in reach."""
        return tuple(known) if self.reach is None else self.reach.shown(known)

    def _ended(self, entry: Entry, known: Known | None) -> str:
        branch = entry.branch or (known.branch if known else "")
        status = entry.status or (known.status if known else None) or Status.ACTIVE
        return branch if branch in self.ended and status in ON_ROSTER else ""


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
