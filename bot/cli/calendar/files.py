"""`yure calendar holidays`: the office's own file of a year's holidays."""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, opened, person, show
from bot.cli.calendar.options import Who
from bot.db import SessionRows
from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.holidays import Holidays
from bot.domain.holidays.table_file import heading_words, text_of
from bot.domain.schedule import By, Change
from bot.now import local_day
from bot.sheets import read_rows
from handlers.calendar.about import in_the_way
from handlers.calendar.year import keep_year, proposed

File = Annotated[
    Path | None,
    typer.Argument(help="假期文件，文本、Excel 或 CSV / the file, see docs/calendar-rules.md"),
]
Year = Annotated[int | None, typer.Option("--show", help="看哪一年 / the year to show")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只比对，不存 / compare, store nothing")]
Unconfirmed = Annotated[
    bool,
    typer.Option(
        "--unconfirmed", help="表格里的年份还没公布 / a table's year is not announced yet"
    ),
]
_TABLES = (".xlsx", ".xls", ".csv")


def holidays(
    file: File = None, year: Year = None, dry_run: DryRun = False, unconfirmed: Unconfirmed = False,
    by: Who = None, config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Import a year's file, or show a year. Example: yure calendar holidays 2027.xlsx --dry-run"""
    if (file is None) == (year is None):
        raise typer.BadParameter("要一个文件，或者 --show 2027 / a file, or --show 2027")
    with opened(config, data, clock_at(at)) as house:
        moved: list[dict[str, Any]] = []
        if file is not None:
            year, moved = _take(house, _text(file, confirmed=not unconfirmed), by, dry_run=dry_run)
        if not dry_run:
            known = house.db.read_now(lambda s: schedule.holidays_in(SessionRows(s)))
            value = _value(known, int(year or 0))
            state = "已确认" if value["confirmed"] else "未确认"
            off = "、".join(f"{d} {name}" for d, name in value["off"].items())
            show(value, as_json=as_json, words=f"{value['year']} {state}\n放假：{off}")
        for one in moved:
            warning = f"；请留意，{one['warning']}" if one["warning"] else ""
            words = f"{one['branch']} {one['title']}：{one['day']} → {one['to'] or '不办'}{warning}"
            if dry_run:
                show(one, as_json=as_json, words=words)
            else:
                typer.echo(words, err=True)


def _text(file: Path, *, confirmed: bool) -> str:
    if file.suffix.lower() in _TABLES:
        sheet = read_rows(file, headings=heading_words())
        return text_of([(row.line, row.cells) for row in sheet.rows], confirmed=confirmed)
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Refused(f"读不了{file}。请存成 UTF-8 的文本文件。") from None


def _take(
    house: House, text: str, who: str | None, *, dry_run: bool
) -> tuple[int, list[dict[str, Any]]]:
    """Store it in place of the year's former file, or only look; the year, and the days that move."""

    def job(session: Session) -> tuple[int, list[dict[str, Any]]]:
        rows = SessionRows(session)
        rows.all(schedule.one_at_a_time())
        found = proposed(rows, text, local_day(house.now()))
        moved = [_moved(rows, change) for change in found.changes]
        if not dry_run:
            by = By(house.now(), person(session, who).id if who else None)
            for note in keep_year(rows, house.settings, text, by)[1]:
                house.post.note(session, note, house.now())
        return found.table.year, moved

    return house.db.read_now(job) if dry_run else house.db.write_now(job)


def _moved(rows: SessionRows, change: Change) -> dict[str, Any]:
    before, after = change.before, change.after
    shown = before or after
    return {
        "branch": shown.branch if shown else "", "title": shown.title if shown else "",
        "day": str(before.day) if before else None, "to": str(after.day) if after else None,
        "warning": in_the_way(rows, after),
    }  # fmt: skip


def _value(known: Holidays, year: int) -> dict[str, Any]:
    off = {str(d): name for d, name in sorted(known.off.items()) if d.year == year}
    worked = [str(d) for d in sorted(known.worked) if d.year == year]
    return {"year": year, "confirmed": year in known.confirmed, "off": off, "worked": worked}
