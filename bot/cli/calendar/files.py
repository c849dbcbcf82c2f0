"""`yure calendar holidays`: the office's own file of a year's holidays."""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot.cli.base import AsJson, At, Config, Data, clock_at, opened, show
from bot.db import SessionRows
from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.holidays import Holidays
from bot.domain.schedule import By

File = Annotated[
    Path | None, typer.Argument(help="假期文件 / the file, see docs/calendar-rules.md")
]
Year = Annotated[int | None, typer.Option("--show", help="看哪一年 / the year to show")]


def holidays(
    file: File = None, year: Year = None, config: Config = None, data: Data = None, at: At = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Import a year's file, or show a year. Example: yure calendar holidays 2027.txt"""
    if (file is None) == (year is None):
        raise typer.BadParameter("要一个文件，或者 --show 2027 / a file, or --show 2027")
    with opened(config, data, clock_at(at)) as house:
        if file is not None:
            text = _text(file)
            by = By(house.now(), None)
            year = house.db.write_now(lambda session: _keep(session, text, by))
        known = house.db.read_now(lambda s: schedule.holidays_in(SessionRows(s)))
        value = _value(known, int(year or 0))
        state = "已确认" if value["confirmed"] else "未确认"
        off = "、".join(f"{d} {name}" for d, name in value["off"].items())
        show(value, as_json=as_json, words=f"{value['year']} {state}\n放假：{off}")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Refused(f"读不了{file}。请存成 UTF-8 的文本文件。") from None


def _keep(session: Session, text: str, by: By) -> int:
    """Store it in place of the year's former file."""
    new = schedule.holiday_year(text, by)
    session.merge(new)
    return new.year


def _value(known: Holidays, year: int) -> dict[str, Any]:
    off = {str(d): name for d, name in sorted(known.off.items()) if d.year == year}
    worked = [str(d) for d in sorted(known.worked) if d.year == year]
    return {"year": year, "confirmed": year in known.confirmed, "off": off, "worked": worked}
