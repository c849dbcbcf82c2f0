"""Storing some lines of an import in one transaction; what somebody else changed meanwhile stays as it is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.domain import imports
from bot.domain.base import Refused
from bot.domain.imports import Doing, Kind, RosterImport, RosterImportLine
from bot.domain.organisations import organisations
from bot.domain.people import Branch, Person, Role, Status, month_day
from bot.domain.roster import Entry, Field
from bot.domain.roster.headings import FIELD_TITLE
from bot.domain.sealed import new_row_key
from bot.members.importing.comparing import PLAIN, Rules, known_as
from bot.members.importing.plain import Put, entry_of, read, value_now
from bot.members.importing.planning import GIVEN
from bot.members.numbers import Numbers, grant
from bot.talk import Rows
from bot.text import same_name

REASON = "名册导入"
SEALED = ("phone", "address", "note")
_ADDED = frozenset({Field.ROLES, Field.ORGANISATIONS})

SetStanding = Callable[[Person, Status, str], None]
"""Changes where a person stands, with all that follows, for a reason. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A line opened, and its words sealed where it adds somebody: before the transaction that stores it."""

    entry: Entry
    changes: tuple[Put, ...]
    given: bool
    """The number was given by us."""
    columns: dict[str, Any]
    """Of somebody new, what is sealed."""


def ready(line: RosterImportLine) -> Ready:
    """Open a line, and seal what it adds."""
    plan = line.plan
    values = dict(plan.get("entry", {}))
    given = bool(values.pop(GIVEN, False))
    entry = entry_of(line.row, values)
    changes = tuple((field, old, new) for field, old, new in plan.get("changes", []))
    return Ready(entry, changes, given, _sealed(entry) if line.kind is Kind.NEW else {})


def _sealed(entry: Entry) -> dict[str, Any]:
    key = new_row_key()
    found: dict[str, Any] = {"row_key": key}
    for name in SEALED:
        found |= getattr(Person, name).values(key, getattr(entry, name))
    return found


class Storing:
    """Stores lines of one import, within one transaction."""

    def __init__(
        self, rows: Rows, row: RosterImport, set_standing: SetStanding, now: datetime
    ) -> None:
        """`now`: the calendar's."""
        self.rows, self.row, self.set_standing, self.now = rows, row, set_standing, now
        self.branches = {branch.name: branch for branch in rows.all(select(Branch))}
        self.organisations = {one.name: one for one in rows.all(organisations())}

    def store(self, lines: Sequence[RosterImportLine], opened: Sequence[Ready]) -> None:
        """Each line comes out stored, or left with the reason."""
        pairs = list(zip(lines, opened, strict=True))
        ids = [line.person_id for line in lines if line.person_id is not None]
        self.people = people_of(self.rows, ids)
        self.rules = Rules.of(self.row.by, self.people.values(), self.branches.values())
        self._add([pair for pair in pairs if pair[0].kind is Kind.NEW])
        for line, one in pairs:
            if line.kind is Kind.CHANGED:
                self._change(line, one)
        self.rows.flush()

    # ── somebody new ────────────────────────────────────────────────────────────────────────────

    def _add(self, pairs: Sequence[tuple[RosterImportLine, Ready]]) -> None:
        numbers = self._numbers([one for _, one in pairs])
        since = self._since([one.entry.name for _, one in pairs])
        made: list[tuple[RosterImportLine, Ready, Person]] = []
        for (line, one), number in zip(pairs, numbers, strict=True):
            why = self._not_now(one.entry, None) or _registered(one.entry, since)
            if number is None:
                why = why or f"编号{one.entry.number}刚才给了别人。"
            if why or number is None:
                _leave(line, one.entry.name, why)
            else:
                made.append((line, one, self._made(one, number)))
        self.rows.add_all([person for _, _, person in made])
        for line, one, person in made:
            line.person_id = person.id
            status = one.entry.status or Status.ACTIVE
            _done(line, person.name, [], self._stand(person, status))

    def _numbers(self, opened: Sequence[Ready]) -> list[str | None]:
        """The number of each; another where ours was taken meanwhile, None where the sheet's was."""
        wanted = [one.entry.number for one in opened]
        taken = set(self.rows.all(select(Person.number).where(Person.number.in_(wanted))))
        if not any(one.given and one.entry.number in taken for one in opened):
            return [None if number in taken else number for number in wanted]
        fresh = Numbers(self.rows, [one.entry.number for one in opened if not one.given])
        return [
            fresh.next() if one.given else None if one.entry.number in taken else one.entry.number
            for one in opened
        ]

    def _since(self, names: Sequence[str]) -> list[Person]:
        """Who of these names was registered since the comparison, but not by this import."""
        ours = imports.people_in(self.row.id)
        later = (Person.id > self.row.newest) & Person.name.in_(names)
        return list(self.rows.all(select(Person).where(later, Person.id.not_in(ours))))

    def _made(self, one: Ready, number: str) -> Person:
        entry = one.entry
        plain = {f.value: getattr(entry, f.value) for f in PLAIN if f.value not in SEALED}
        branch = self.branches.get(entry.branch)
        person = Person(
            **plain | {"number": number}, **one.columns, created_at=self.now, status=Status.ACTIVE,
            branch_id=branch.id if branch else None, joined_month_day=month_day(entry.joined_on),
        )  # fmt: skip
        grant(person, entry.roles or {Role.MEMBER})
        person.organisations = [self.organisations[name] for name in sorted(entry.organisations)]
        return person

    def _stand(self, person: Person, status: Status) -> str:
        """Where the sheet says that somebody stands; "" or what the rule says against it."""
        if status is person.status:
            return ""
        try:
            self.set_standing(person, status, REASON)
        except Refused as no:
            return str(no)
        return ""

    # ── somebody known ──────────────────────────────────────────────────────────────────────────

    def _change(self, line: RosterImportLine, one: Ready) -> None:
        person = self.people.get(line.person_id or 0)
        if person is None:
            return _leave(line, one.entry.name, "名册上没有这一位了。")
        if why := self._not_now(one.entry, person):
            return _leave(line, person.name, why)
        done: list[Put] = []
        left: list[str] = []
        for name, old, told in one.changes:
            field = Field(name)
            now = value_now(person, field)
            new = sorted({*now, *told}) if field in _ADDED else told
            if now == new:
                continue
            why = "" if field in _ADDED or now == old else "刚才有人改过。"
            why = why or self._put(person, field, new)
            if why:
                left.append(f"{FIELD_TITLE[field]}：{why}")
            else:
                done.append((name, now, new))
        person.joined_month_day = month_day(person.joined_on)
        return _done(line, person.name, done, "".join(left))

    def _put(self, person: Person, field: Field, new: Any) -> str:
        """Change one field; why not, where a rule is against it."""
        value = read(field, new)
        match field:
            case Field.STATUS:
                return self._stand(person, value)
            case Field.NUMBER:
                if self.rows.all(select(Person.id).where(Person.number == value)):
                    return f"{value}已经有人用了。"
                person.number = value
                # In the order of the lines: one may take the number that another has just given up.
                self.rows.flush()
            case Field.BRANCH:
                person.branch_id = self.branches[value].id
                person.branch = self.branches[value]
            case Field.ROLES:
                grant(person, value)
            case Field.ORGANISATIONS:
                known = {one.name for one in person.organisations}
                person.organisations += [self.organisations[n] for n in sorted(value - known)]
            case _:
                setattr(person, field.value, value)
        return ""

    def _not_now(self, entry: Entry, person: Person | None) -> str:
        """Why this line may not be stored any more, whatever it says; "" where it may."""
        if entry.branch and entry.branch not in self.branches:
            return f"没有“{entry.branch}”这个支部了。"
        if not entry.organisations <= self.organisations.keys():
            return "表上写的组织刚才改了名。"
        fault = next(self.rules.faults(entry, known_as(person) if person else None), None)
        return fault.reason if fault else ""


def _registered(entry: Entry, since: Iterable[Person]) -> str:
    for person in since:
        same = [(entry.born_on, person.born_on), (entry.phone, person.phone)]
        told = [mine == theirs for mine, theirs in same if mine and theirs]
        if same_name(entry.name, person.name) and (any(told) or not told):
            return f"刚才有人登记了{person.name}（编号{person.number}），没有再加。"
    return ""


def _leave(line: RosterImportLine, name: str, why: str) -> None:
    line.doing, line.left, line.plan = Doing.LEFT, why, {"name": name}


def _done(line: RosterImportLine, name: str, done: Sequence[Put], left: str) -> None:
    """A line of which nothing at all could be stored is left; one that says what holds already is done."""
    nothing = line.kind is Kind.CHANGED and left and not done
    line.doing, line.left = Doing.LEFT if nothing else Doing.STORED, left
    line.plan = {"name": name, "changes": [list(put) for put in done]}


def people_of(rows: Rows, ids: Sequence[int]) -> dict[int, Person]:
    """People by their ids, with their organisations, read together."""
    query = select(Person).options(selectinload(Person.organisations))
    return {one.id: one for one in rows.all(query.where(Person.id.in_(ids)))}
