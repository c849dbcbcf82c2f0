"""Taking some lines of an import back in one transaction: who was new goes, what was changed becomes what it was,
unless it changed since.
"""

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain import imports
from bot.domain.access.people import access_person
from bot.domain.administrators import check_not_last
from bot.domain.base import Refused
from bot.domain.deeds import letting_go
from bot.domain.imports import Doing, Kind, RosterImport, RosterImportLine
from bot.domain.mail import Outbox, never_left
from bot.domain.organisations import Organisation
from bot.domain.people import Branch, Person, Role, Status, month_day
from bot.domain.roster import Field
from bot.domain.roster.headings import FIELD_TITLE
from bot.domain.standing import ON_ROSTER, ended_branch
from bot.members.importing.plain import Put, read, value_now
from bot.members.importing.storing import SetStanding, people_of
from bot.members.kept import with_rows
from bot.talk import Rows

REASON = "撤销名册导入"
OWN_TABLES = frozenset(
    {"person", "grant", "status_change", "membership", "deed", "roster_import_line", "outbox"}
)
"""What an import itself, the office and the clock write about somebody new."""


class Undoing:
    """Takes lines of one import back, within one transaction."""

    def __init__(self, rows: Rows, row: RosterImport, set_standing: SetStanding) -> None:
        """`set_standing` changes where people stand, with all that follows."""
        self.rows, self.row, self.set_standing = rows, row, set_standing

    def undo(self, lines: Sequence[RosterImportLine]) -> None:
        """Each line comes out undone, or kept with the reason; the last stored first."""
        ids = [line.person_id for line in lines if line.person_id is not None]
        self.people = people_of(self.rows, ids)
        for line in lines:
            if line.kind is Kind.CHANGED:
                self._restore(line, self.people.get(line.person_id or 0))
        self._remove([line for line in lines if line.kind is Kind.NEW])
        self.rows.flush()

    # ── who was new ─────────────────────────────────────────────────────────────────────────────

    def _remove(self, lines: Sequence[RosterImportLine]) -> None:
        """Who has done nothing yet goes; of whoever has, what happened must stay: moved away."""
        ids = [line.person_id for line in lines if line.person_id in self.people]
        busy = self._busy([id_ for id_ in ids if id_ is not None])
        going: list[Person] = []
        for line in lines:
            person = self.people.get(line.person_id or 0)
            why = "" if person is None else self._why_not(person, going, busy=person.id in busy)
            _take_back(line, why)
            if person is not None and not why:
                going.append(person)
        gone = [person.id for person in going]
        # What the clock put onto the call list meanwhile, and nobody ever got.
        self.rows.remove_all(self.rows.all(select(Outbox).where(Outbox.person_id.in_(gone))))
        self.rows.change(letting_go(gone))
        self.rows.change(imports.letting_go(gone))
        self.rows.remove_all(going)

    def _busy(self, ids: Sequence[int]) -> set[int]:
        """Of these, who has done something, or got a message."""
        got = select(Outbox.person_id).where(Outbox.person_id.in_(ids), ~never_left())
        return with_rows(self.rows, ids, OWN_TABLES) | {id_ for id_ in self.rows.all(got) if id_}

    def _why_not(self, person: Person, going: Sequence[Person], *, busy: bool) -> str:
        """Why somebody new stays; "" for whoever may go."""
        try:
            self._check_reach(person)
            if not busy:
                check_not_last(self.rows, *going, person)
                return ""
            if person.status is not Status.MOVED:
                self.set_standing(person, Status.MOVED, REASON)
        except Refused as no:
            return str(no)
        return "已经有了自己的记录，没有去掉，改成了迁出。"

    # ── who was changed ─────────────────────────────────────────────────────────────────────────

    def _restore(self, line: RosterImportLine, person: Person | None) -> None:
        if person is None:
            return _take_back(line, "名册上没有这一位了。")
        changes: list[Put] = line.plan.get("changes", [])
        try:
            self._check_reach(person)
        except Refused as no:
            return _take_back(line, str(no))
        left = [
            f"{FIELD_TITLE[Field(name)]}：{why}"
            for name, old, new in reversed(changes)
            if (why := self._back(person, Field(name), old, new))
        ]
        person.joined_month_day = month_day(person.joined_on)
        _take_back(line, "".join(left), nothing=len(left) == len(changes) > 0)
        return None

    def _back(self, person: Person, field: Field, old: object, new: object) -> str:
        """One field as it was; "" or why it stays as it is."""
        if value_now(person, field) != new:
            return "后来又改过。"
        if not self._is_there(person, field, old):
            return "原来的支部已经停了。"
        try:
            self._put(person, field, read(field, old))
        except Refused as no:
            return str(no)
        return ""

    def _is_there(self, person: Person, field: Field, old: object) -> bool:
        """Whether there still is what would be gone back to: a branch may have ended since."""
        if field is Field.BRANCH:
            found = self.rows.all(select(Branch).where(Branch.name == old))
            return not found or found[0].ended_at is None
        return (
            field is not Field.STATUS
            or old not in ON_ROSTER
            or ended_branch(self.rows, person) is None
        )

    def _put(self, person: Person, field: Field, old: object) -> None:
        match field:
            case Field.STATUS:
                self.set_standing(person, Status(str(old)), REASON)
            case Field.ROLES:
                kept = {Role(role) for role in old}  # type: ignore[attr-defined] # `read` made a set
                person.grants = [grant for grant in person.grants if grant.role in kept]
            case Field.ORGANISATIONS:
                known = self.rows.all(select(Organisation).where(Organisation.name.in_(old)))  # type: ignore[arg-type]
                person.organisations = list(known)
            case Field.BRANCH:
                found = self.rows.all(select(Branch).where(Branch.name == old))
                person.branch = found[0] if found else None
                person.branch_id = person.branch.id if person.branch else None
            case Field.NUMBER:
                if self.rows.all(select(Person.id).where(Person.number == old)):
                    raise Refused(f"{old}已经有人用了。")
                person.number = str(old)
                self.rows.flush()
            case _:
                setattr(person, field.value, old)

    def _check_reach(self, person: Person) -> None:
        """Raises OutOfReach for somebody who is not in the hands of whoever imported it any more."""
        if self.row.by is not None:
            access_person(self.row.by, person, change=True)


def _take_back(line: RosterImportLine, left: str, *, nothing: bool = True) -> None:
    """`nothing`: with something left, nothing at all was taken back."""
    line.doing, line.left = Doing.KEPT if left and nothing else Doing.UNDONE, left
