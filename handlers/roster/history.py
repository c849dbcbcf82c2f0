"""What changed about one person, and by whom: standing, corrections, imports, and every deed of staff."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import func, or_, select

from bot.domain import correction, imports
from bot.domain.access.records import access_deeds
from bot.domain.correction import WHAT_TITLE, Correction
from bot.domain.deed_words import COMMAND, did_words, objects_words
from bot.domain.deeds import Deed, Wanted, deeds
from bot.domain.imports import RosterImport, RosterImportLine
from bot.domain.people import STATUS_TITLE, Person, StatusChange
from bot.domain.roster.headings import FIELD_TITLE, Field
from bot.domain.wording import moment_words
from bot.feature import Look
from bot.listing import Merging, Place
from bot.now import local_day
from bot.parts import Part, Table
from bot.talk import Rows
from handlers.roster.lately import Line, merged, merging

TOLD = ("members.standing", "corrections.")
"""Deeds that have a line of their own already, which says more."""
_LIST = "changes"


def history(rows: Rows, look: Look, one: Person) -> list[Part]:
    """The latest first; of deeds those that the viewer may read in the audit log, too."""
    page = merging(look, _LIST)
    lines = [
        *_standings(rows, one, page),
        *_corrections(rows, one, page),
        *_imports(rows, one, page),
        *_deeds(rows, look, one, page),
    ]
    found, ways = merged(look, lines, _LIST)
    shown = _shown(rows, found, local_day(look.now))
    head = ("何时", "谁", "做了什么", "说明")
    return [Table(head, shown, "没有改过。", caption="每次改动"), *ways]


def _shown(rows: Rows, lines: Sequence[Line], today: date) -> tuple[tuple[str, ...], ...]:
    ids = {by for _, (by, _, _) in lines if by}
    names = {p.id: p.name for p in rows.all(select(Person).where(Person.id.in_(ids)))}
    return tuple(
        (moment_words(place.at, today), names.get(by or 0, COMMAND), what, more)
        for place, (by, what, more) in lines
    )


def _standings(rows: Rows, one: Person, page: Merging) -> Iterator[Line]:
    query = select(StatusChange).where(StatusChange.person_id == one.id)
    for row in rows.all(page.of(query, StatusChange.at, StatusChange.id, 3)):
        said = (row.by_id, f"改为{STATUS_TITLE[row.status]}", row.reason)
        yield Place(row.at, 3, row.id), said


def _corrections(rows: Rows, one: Person, page: Merging) -> Iterator[Line]:
    at = func.coalesce(Correction.decided_at, Correction.at)
    for row in rows.all(page.of(correction.decided_about(one.id), at, Correction.id, 2)):
        by = "本人提的" if row.relation == "self" else f"{row.relation}提的"
        yield Place(row.decided_at or row.at, 2, row.id), (row.decided_by_id, _corrected(row), by)


def _corrected(row: Correction) -> str:
    title = WHAT_TITLE[row.what]
    return f"更正{title}" if row.step is correction.Step.MADE else f"更正{title}：没有改"


def _imports(rows: Rows, one: Person, page: Merging) -> Iterator[Line]:
    at = func.coalesce(RosterImport.stored_at, RosterImport.at)
    query = imports.about(one.id).join(RosterImport, RosterImport.id == RosterImportLine.import_id)
    for line in rows.all(page.of(query, at, RosterImportLine.id, 1)):
        fields = [FIELD_TITLE[Field(name)] for name, _, _ in line.plan.get("changes", [])]
        new = line.kind is imports.Kind.NEW
        what = "新登记" if new else f"改了{'、'.join(fields)}" if fields else "没有改什么"
        stored = line.source.stored_at or line.source.at
        yield Place(stored, 1, line.id), (line.source.by_id, "导入名册", what)


def _deeds(rows: Rows, look: Look, one: Person, page: Merging) -> Iterator[Line]:
    told = (Deed.did.startswith(did, autoescape=True) for did in TOLD)
    query = access_deeds(look.viewer, deeds(Wanted(person_id=one.id))).where(~or_(*told))
    for row in rows.all(page.of(query, Deed.at, Deed.id, 0)):
        yield Place(row.at, 0, row.id), (row.by_id, did_words(row.did), objects_words(row.objects))
