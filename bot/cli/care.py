"""`yure db upgrade|check` and `yure doctor`: looking after the data."""

import asyncio

import typer

from bot import log
from bot.app import House, build, probe
from bot.cli.base import AsJson, Config, Data, Where, opened, show
from bot.doctor import findings
from bot.domain.base import Refused
from bot.migrations import check, upgrade
from bot.now import real_now

db_app = typer.Typer(help="数据库 / the database", no_args_is_help=True)


@db_app.command("upgrade")
def db_upgrade(config: Config = None, data: Data = None) -> None:
    """Bring the database to this release. Example: yure db upgrade --data data"""
    with opened(config, data) as house:
        upgrade(house.db)
        typer.echo("数据库是最新的。")


@db_app.command("check")
def db_check(config: Config = None, data: Data = None) -> None:
    """Whether the database is this release's; exit 1 where it is not. Example: yure db check"""
    house = _closed_house(config, data)
    try:
        trouble = check(house.db)
    finally:
        house.close()
    if trouble:
        raise Refused(trouble)
    typer.echo("数据库是最新的。")


def doctor(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """Look at every part and say what to do; exit 1 where something is wrong. Example: yure doctor"""
    house = _closed_house(config, data)
    try:
        states = asyncio.run(probe(house))
        found = list(findings(house.db, house.folder, real_now(), states))
    finally:
        house.close()
    for finding in found:
        value = {"part": finding.part, "ok": finding.well, "advice": finding.trouble}
        show(
            value,
            as_json=as_json,
            words=f"{'好' if finding.well else '要看'}  {finding.part}  {finding.trouble}",
        )
    if not all(finding.well for finding in found):
        raise typer.Exit(1)


def _closed_house(config: Config, data: Data) -> House:
    """The house without upgrading its database."""
    log.set_up()
    return build(Where(config, data).settings(), real_now)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(db_app, name="db")
    app.command()(doctor)
