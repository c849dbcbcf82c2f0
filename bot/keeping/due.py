"""What would go now, kind by kind; changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from bot.domain.keeping import nights
from bot.keeping import files
from bot.keeping.rules import RULES
from bot.keeping.terms import Terms

FILES = {"export": "导出的资料文件", "picture": "发来的照片", "recording": "网页发来的录音"}
"""Kinds that are files."""
TITLES = {rule.kind: rule.title for rule in RULES} | FILES
"""What each kind is called."""


@dataclass(frozen=True, slots=True)
class Due:
    """One kind: how long it is kept, and how many are to go tonight."""

    kind: str
    title: str
    days: int
    count: int


def due(session: Session, terms: Terms, data_dir: Path, most: int | None = None) -> list[Due]:
    """What would go now: rows by their rules, then files. Of a kind's rows no more than `most` are counted."""
    return [*_rows(session, terms, most), *_files(session, terms, data_dir)]


def old_files(session: Session, terms: Terms, data_dir: Path) -> Iterator[tuple[str, list[Path]]]:
    """The files that have been kept long enough, by kind."""
    shown = files.pictures_of_notices(session)
    before = {kind: terms.moment(kind).before for kind in FILES}
    yield "export", files.old_exports(data_dir, before["export"])
    yield "picture", files.old_pictures(data_dir, before["picture"], shown)
    yield "recording", files.old_recordings(data_dir, before["recording"], shown)


def reached(session: Session) -> dict[str, int]:
    """By table, up to which id the words are gone."""
    last = session.scalars(nights().limit(1)).first()
    return dict(last.reached) if last is not None else {}


def _rows(session: Session, terms: Terms, most: int | None) -> Iterator[Due]:
    done = reached(session)
    for rule in RULES:
        at, count = terms.moment(rule.kind), 0
        for part in rule.parts:
            left = None if most is None else most - count
            count += part.count(session, at, done.get(part.table.__tablename__, 0), left)
        yield Due(rule.kind, rule.title, terms.days(rule.kind), count)


def _files(session: Session, terms: Terms, data_dir: Path) -> Iterator[Due]:
    for kind, paths in old_files(session, terms, data_dir):
        yield Due(kind, FILES[kind], terms.days(kind), len(paths))
