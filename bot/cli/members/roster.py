"""`yure members import`: what a roster would change, and the change itself, all of it or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, opened, show
from bot.cli.members.about import By, actor
from bot.db import SessionRows
from bot.domain import imports
from bot.domain.base import Refused
from bot.domain.imports import RosterImport, Stage
from bot.domain.roster import RosterDiff, heading_words, read
from bot.members import version_now
from bot.members.importing import compare
from bot.now import local_day
from bot.sheets import Sheet, line_values, read_rows
from bot.talk import Step

File = Annotated[Path, typer.Argument(help="名册 .xlsx .xls .csv / the roster")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只比对，不存 / compare only")]
MOST = 20
"""Lines of a list shown to people."""


def import_(
    file: File,
    dry_run: DryRun = False,
    by: By = None,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Import a roster. Example: yure members import roster.xlsx --dry-run

    Absent people are listed, never removed; with one faulty line nothing is stored.
    """
    with opened(config, data, clock_at(at)) as house:
        sheet = read_rows(file, headings=heading_words())
        found = house.db.read_now(lambda session: _compared(house, session, sheet, by))
        left: list[str] = []
        if not dry_run and not found.diff.faulty:
            left = _store(house, file, sheet, found)
    words = "\n".join([*_words(found.diff, sheet, dry_run=dry_run), *left])
    show(_value(found.diff) | {"left": len(left)}, as_json=as_json, words=words)
    if found.diff.faulty:
        raise Refused(
            f"名册有{len(found.diff.faulty)}处要改，什么都没有存。改好了再导入。/ nothing was stored"
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """What a sheet would change, in which version of the roster, for whom."""

    diff: RosterDiff
    version: int
    by_id: int | None


def _compared(house: House, session: Session, sheet: Sheet, by: str | None) -> _Found:
    rows, giver = SessionRows(session), actor(session, by)
    version = version_now(rows)
    diff = compare(rows, read(sheet.rows, local_day(house.now())), house.now(), giver)
    return _Found(diff, version, giver.id if giver else None)


def _store(house: House, file: Path, sheet: Sheet, found: _Found) -> list[str]:
    """Confirm it, and bring it to its end as the desk does: some lines at a time. What was left, and why."""
    row = RosterImport(
        by_id=found.by_id, at=house.now(), file=file.name, sheet=line_values(sheet.rows), seen=found.version,
        stage=Stage.CONFIRMED,
    )  # fmt: skip
    id_ = house.db.write_now(lambda session: _add(session, row))
    # The deed is the confirming: what follows from it is decided by nobody.
    house.db.around = None
    with _bar("导入名册 / importing", len(found.diff.new) + len(found.diff.changed)) as step:
        house.importer.work(step)
    return house.db.read_now(lambda session: _left(session, id_))


def _add(session: Session, row: RosterImport) -> int:
    session.add(row)
    session.flush()
    return row.id


def _left(session: Session, id_: int) -> list[str]:
    """What was not stored; raises Refused where nothing was."""
    row = session.get_one(RosterImport, id_)
    if row.why:
        raise Refused(f"{row.why}/ nothing was stored")
    left = session.scalars(imports.left_out(id_))
    return [f"第{line.row}行没有全存：{line.left}" for line in left]


@contextmanager
def _bar(title: str, total: int) -> Iterator[Step]:
    """A progress bar on standard error, on a terminal only."""
    # Here: no other command pays for loading it.
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)


def _value(found: RosterDiff) -> dict[str, Any]:
    return {
        "new": len(found.new),
        "changed": len(found.changed),
        "unchanged": len(found.unchanged),
        "missing": len(found.missing),
        "faulty": [
            {"row": one.row, "column": one.column, "reason": one.reason} for one in found.faulty
        ],
    }


def _words(found: RosterDiff, sheet: Sheet, *, dry_run: bool) -> Iterator[str]:
    yield (
        f"新增 {len(found.new)}，有变化 {len(found.changed)}，没变化 {len(found.unchanged)}，"
        f"名册上没有 {len(found.missing)}，有误 {len(found.faulty)}"
        + ("（只比对，没有存）" if dry_run else "")
    )
    lists = (
        ("新增", [entry.name for entry in found.new]),
        ("有变化", [f"{c.known.number} {c.known.name}" for c in found.changed]),
        ("名册上没有（没有删）", [f"{one.number} {one.name}" for one in found.missing]),
        ("新的支部", list(found.new_branches)),
        ("新的组织", list(found.new_organisations)),
        ("没有读的列", list(found.ignored)),
        ("没有读的表", list(sheet.others)),
    )
    for title, names in lists:
        if names:
            more = f"……共{len(names)}" if len(names) > MOST else ""
            yield f"{title}：{'、'.join(names[:MOST])}{more}"
    for one in (*found.faulty, *found.noted):
        yield f"第{one.row}行 {one.column}：{one.reason}"
