"""`yure keep`: how long things are kept, what goes tonight, and what went; or the purge at once."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from bot.app import House
from bot.cli.base import AsJson, Config, Data, opened, show
from bot.domain.keeping import PurgeNight, nights
from bot.keeping import FROZEN, TITLES, Purge
from bot.now import real_now

LATELY = 14
"""Nights that are shown."""


def keep(
    purge: Annotated[
        bool, typer.Option("--purge", help="现在就清理，不等夜里 / purge now, not by night")
    ] = False,
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """How long each kind of data is kept, what goes tonight, and the last nights' reports. Example: yure keep

    Changes nothing without --purge. The times are in [keep].
    """
    with opened(config, data) as house:
        night = Purge(house.db, house.folder, house.settings, real_now)
        if purge:
            night.purge()
        for value, words in (*_due(night), *_frozen(), *_reports(house)):
            show(value, as_json=as_json, words=words)


def _due(night: Purge) -> Iterator[tuple[dict[str, Any], str]]:
    for due in night.due():
        value = {"kind": due.kind, "title": due.title, "days": due.days, "due": due.count}
        yield value, f"留{due.days}天  {due.title}，今夜到期{due.count}"


def _frozen() -> Iterator[tuple[dict[str, Any], str]]:
    for table, why in FROZEN.items():
        yield {"table": table, "frozen": why}, f"长期  {table}：{why}"


def _reports(house: House) -> Iterator[tuple[dict[str, Any], str]]:
    query = nights().limit(LATELY)
    for row in house.db.read_now(lambda session: session.scalars(query).all()):
        yield (
            {"night": row.day.isoformat(), "done": row.done_at is not None, "gone": row.gone},
            _words(row),
        )


def _words(night: PurgeNight) -> str:
    gone = "，".join(f"{TITLES.get(kind, kind)}{count}" for kind, count in night.gone.items())
    end = "" if night.done_at else "（没做完，下次接着做）"
    return f"{night.day:%Y-%m-%d} 夜里清理了：{gone or '没有到期的'}{end}"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(keep)
