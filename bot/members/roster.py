"""Storing what a roster says otherwise: all of it or nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.domain.base import Refused
from bot.domain.organisations import Organisation, organisations
from bot.domain.people import (
    Branch,
    Grant,
    Person,
    Role,
    Status,
    month_day,
)
from bot.domain.roster import Changed, Entry, Field, RosterDiff
from bot.domain.roster.match import number_key
from bot.talk import Rows, Step, unstepped

REASON = "名册导入"
PLAIN = (
    Field.NUMBER, Field.NAME, Field.SEX, Field.BORN_ON, Field.JOINED_ON, Field.FULL_MEMBER_ON,
    Field.PHONE, Field.ADDRESS, Field.NOTE,
)  # fmt: skip
"""Fields that stand on the person as they stand in the roster."""
OF_A_BRANCH = frozenset({Role.COORDINATOR})
"""Roles whose reach is the branch they are listed with."""

TOGETHER = 250
"""People read and written at once: one by one, 5,000 take the processor 7 s more."""

Some = TypeVar("Some")
SetStanding = Callable[[Person, Status, str], None]
"""Changes where a person stands, with all that follows, for a reason (`Talk.set_standing`)."""


class Importing:
    """Stores one difference in one transaction."""

    def __init__(self, rows: Rows, set_standing: SetStanding, now: datetime) -> None:
        """`now`: the calendar's."""
        self.rows, self.set_standing, self.now = rows, set_standing, now
        self.added: list[Person] = []

    def store(self, found: RosterDiff, step: Step = unstepped) -> None:
        """Raises Refused, and stores nothing, where a line is faulty. `step`: after each person stored."""
        if found.faulty:
            raise Refused(f"名册有{len(found.faulty)}处要改，什么都没有存。改好了再导入一次。")
        for name in found.new_branches:
            self.rows.add(Branch(name=name))
        for name in found.new_organisations:
            self.rows.add(Organisation(name=name))
        self.organisations = {one.name: one for one in self.rows.all(organisations())}
        self.branches = {b.name: b.id for b in self.rows.all(select(Branch))}
        numbers = Numbers(self.rows, [entry.number for entry in found.new])
        for entries in together(found.new):
            self._add(entries, numbers, step)
        for some in together(found.changed):
            self._change(some, step)

    def _add(self, entries: Sequence[Entry], numbers: "Numbers", step: Step) -> None:
        people = [self._made(entry, numbers) for entry in entries]
        self.rows.add_all(people)
        self.added += people
        for entry, person in zip(entries, people, strict=True):
            if entry.status is not None and entry.status is not Status.ACTIVE:
                self.set_standing(person, entry.status, REASON)
            step()

    def _made(self, entry: Entry, numbers: "Numbers") -> Person:
        values = {field.value: getattr(entry, field.value) for field in PLAIN}
        values["number"] = entry.number or numbers.next()
        person = Person(
            **values, branch_id=self.branches.get(entry.branch), created_at=self.now,
            joined_month_day=month_day(entry.joined_on), status=Status.ACTIVE,
        )  # fmt: skip
        grant(person, entry.roles or {Role.MEMBER})
        self._join(person, entry.organisations)
        return person

    def _change(self, some: Sequence[Changed], step: Step) -> None:
        people = people_of(self.rows, [changed.known.id for changed in some])
        for changed in some:
            person = people.get(changed.known.id)
            if person is None:
                raise Refused("名册刚刚变了，请再比对一次。")
            self._put(person, changed)
        self.rows.flush()
        for changed in some:
            person, status = people[changed.known.id], changed.entry.status
            told = any(change.field is Field.STATUS for change in changed.changes)
            if told and status is not None and status is not person.status:
                self.set_standing(person, status, REASON)
            step()

    def _put(self, person: Person, changed: Changed) -> None:
        new = {change.field: change.new for change in changed.changes}
        for field in PLAIN:
            if field in new:
                setattr(person, field.value, new[field])
        person.joined_month_day = month_day(person.joined_on)
        if Field.BRANCH in new:
            person.branch_id = self.branches[changed.entry.branch]
        if Field.ROLES in new:
            grant(person, changed.entry.roles)
        if Field.ORGANISATIONS in new:
            self._join(person, changed.entry.organisations)
        if Field.NUMBER in new:
            # In the order of the lines: one may take the number that another has just given up.
            self.rows.flush()

    def _join(self, person: Person, names: Iterable[str]) -> None:
        known = {one.name for one in person.organisations}
        person.organisations += [self.organisations[name] for name in sorted(set(names) - known)]


def together(every: Sequence[Some]) -> Iterator[Sequence[Some]]:
    """So many of them as are read and written at once."""
    for start in range(0, len(every), TOGETHER):
        yield every[start : start + TOGETHER]


def people_of(rows: Rows, ids: Sequence[int]) -> dict[int, Person]:
    """People by their ids, with their organisations, read together."""
    query = select(Person).options(selectinload(Person.organisations))
    return {one.id: one for one in rows.all(query.where(Person.id.in_(ids)))}


def grant(person: Person, roles: Iterable[Role]) -> None:
    """Give roles, none twice; a coordinator's reach is the person's own branch."""
    for role in sorted(set(roles) - person.roles):
        reach = person.branch_id if role in OF_A_BRANCH else None
        person.grants.append(Grant(role=role, branch_id=reach))


class Numbers:
    """The next free 编号, from 0001 on."""

    def __init__(self, rows: Rows, taken: Sequence[str] = ()) -> None:
        """`taken`: numbers about to be given beside those in use."""
        used = [*rows.all(select(Person.number)), *filter(None, taken)]
        self.used = {number_key(number) for number in used}
        plain = [int(n) for n in self.used if n.isascii() and n.isdigit() and len(n) < 10]
        self.last = max(plain, default=0)

    def next(self) -> str:
        """Four digits or more."""
        self.last += 1
        return f"{self.last:04d}"
