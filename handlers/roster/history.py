"""What changed about one person, and by whom: standing, corrections, imports, and every deed of staff."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select

from bot.domain import correction, imports
from bot.domain.access.records import access_deeds
from bot.domain.correction import WHAT_TITLE, Correction
from bot.domain.deed_words import COMMAND, did_words, objects_words
from bot.domain.deeds import Wanted, deeds
from bot.domain.people import STATUS_TITLE, Person, StatusChange
from bot.domain.roster.headings import FIELD_TITLE, Field
from bot.domain.wording import moment_words
from bot.feature import Look
from bot.now import local_day
from bot.parts import Table
from bot.talk import Rows

LATELY = 20

TOLD = ("members.standing", "corrections.")
"""Deeds that have a line of their own already, which says more."""

Line = tuple[datetime, int | None, str, str]
"""(when, whose deed, what, more about it)."""


def history(rows: Rows, look: Look, one: Person) -> Table:
    """The latest first; of deeds those that the viewer may read in the audit log, too."""
    lines = [
        *_standings(rows, one),
        *_corrections(rows, one),
        *_imports(rows, one),
        *_deeds(rows, look, one),
    ]
    lines.sort(key=lambda line: line[0], reverse=True)
    return Table(
        ("何时", "谁", "做了什么", "说明"), _shown(rows, lines[:LATELY], local_day(look.now)),
        "没有改过。", caption="每次改动",
    )  # fmt: skip


def _shown(rows: Rows, lines: Sequence[Line], today: date) -> tuple[tuple[str, ...], ...]:
    ids = {by for _, by, _, _ in lines if by}
    names = {p.id: p.name for p in rows.all(select(Person).where(Person.id.in_(ids)))}
    return tuple(
        (moment_words(at, today), names.get(by or 0, COMMAND), what, more)
        for at, by, what, more in lines
    )


def _standings(rows: Rows, one: Person) -> Iterator[Line]:
    query = select(StatusChange).where(StatusChange.person_id == one.id)
    for row in rows.all(query.order_by(StatusChange.id.desc()).limit(LATELY)):
        yield row.at, row.by_id, f"改为{STATUS_TITLE[row.status]}", row.reason


def _corrections(rows: Rows, one: Person) -> Iterator[Line]:
    for row in rows.all(correction.decided_about(one.id).limit(LATELY)):
        yield (
            row.decided_at or row.at,
            row.decided_by_id,
            _corrected(row),
            "本人提的" if row.relation == "self" else f"{row.relation}提的",
        )


def _corrected(row: Correction) -> str:
    title = WHAT_TITLE[row.what]
    return f"更正{title}" if row.step is correction.Step.MADE else f"更正{title}：没有改"


def _imports(rows: Rows, one: Person) -> Iterator[Line]:
    for line in rows.all(imports.about(one.id).limit(LATELY)):
        fields = [FIELD_TITLE[Field(name)] for name, _, _ in line.plan.get("changes", [])]
        new = line.kind is imports.Kind.NEW
        what = "新登记" if new else f"改了{'、'.join(fields)}"
        if new or fields:
            yield line.source.stored_at or line.source.at, line.source.by_id, "导入名册", what


def _deeds(rows: Rows, look: Look, one: Person) -> Iterator[Line]:
    query = access_deeds(look.viewer, deeds(Wanted(person_id=one.id)))
    for row in rows.all(query.limit(LATELY)):
        if not row.did.startswith(TOLD):
            yield row.at, row.by_id, did_words(row.did), objects_words(row.objects)
