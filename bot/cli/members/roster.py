"""`yure members import`: what a roster would change, and the change itself, all of it or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, opened, show
from bot.cli.members.about import By, actor
from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.people import Person, Status
from bot.domain.roster import RosterDiff, heading_words, read
from bot.members import Importing, compare
from bot.members.roster import SetStanding
from bot.now import local_day
from bot.sheets import Sheet, read_rows
from bot.standing import Decision, Standing
from bot.talk import Step, unstepped
from handlers import FEATURES

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
        found = _run(house, sheet, by, dry_run=dry_run)
    show(_value(found), as_json=as_json, words="\n".join(_words(found, sheet, dry_run=dry_run)))
    if found.faulty:
        raise Refused(
            f"名册有{len(found.faulty)}处要改，什么都没有存。改好了再导入。/ nothing was stored"
        )


def _run(house: House, sheet: Sheet, by: str | None, *, dry_run: bool) -> RosterDiff:
    def job(session: Session, step: Step) -> RosterDiff:
        rows = SessionRows(session)
        roster = read(sheet.rows, local_day(house.now()))
        giver = actor(session, by)
        found = compare(rows, roster, house.now(), giver)
        if not dry_run and not found.faulty:
            Importing(rows, _standing(house, session, giver), house.now()).store(found, step)
        return found

    if dry_run:
        return house.db.read_now(lambda session: job(session, unstepped))
    with _bar("导入名册 / importing", len(sheet.rows)) as step:
        return house.db.write_now(lambda session: job(session, step))


def _standing(house: House, session: Session, by: Person | None) -> SetStanding:
    """Changes where people stand, by whoever imports."""
    standing = Standing(
        FEATURES, lambda note: house.post.note(session, note, house.now()), house.settings
    )

    def change(person: Person, status: Status, reason: str) -> None:
        standing.change(SessionRows(session), person, status, Decision(by, reason, house.now()))

    return change


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
