"""`yure db upgrade|check|backup|restore` and `yure doctor`: looking after the data."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot import backup, log
from bot.app import House, build, probe
from bot.checks import Finding
from bot.cli.base import AsJson, Config, Data, Where, key_path, opened, reachable, show
from bot.domain.base import Refused
from bot.migrations import check, upgrade
from bot.now import real_now
from bot.sealing import note_key, open_keys
from bot.tuning import follow

db_app = typer.Typer(help="数据库 / the database. Example: yure db check", no_args_is_help=True)


@db_app.command("upgrade")
def db_upgrade(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """Bring the database to this release. Example: yure db upgrade --data data"""
    with opened(config, data) as house:
        upgrade(house.db)
        show({"ok": True}, as_json=as_json, words="数据库是最新的。")


@db_app.command("check")
def db_check(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """Whether the database is this release's; exit 1 where it is not. Example: yure db check"""
    house = _closed_house(config, data)
    try:
        with reachable():
            backup.check(house.db, backup.folder_of(house.folder, house.settings.backup))
            trouble = check(house.db)
    finally:
        house.close()
    if trouble:
        raise Refused(trouble)
    show({"ok": True}, as_json=as_json, words="数据库是最新的。")


@db_app.command("backup")
def db_backup(
    file: Annotated[Path, typer.Argument(help="写到哪里 / where to")],
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """A checked copy of the whole database, also while yure runs. Example: yure db backup yure-copy.db

    With [backup] key it is encrypted.
    """
    with opened(config, data) as house:
        backup.make(house.db, file, house.settings.backup.key)
        show({"file": file}, as_json=as_json, words=f"备份好了：{file}")


@db_app.command("restore")
def db_restore(
    file: Annotated[Path, typer.Argument(help="备份文件 / the backup")],
    config: Config = None,
    data: Data = None,
    identity: Annotated[
        Path | None, typer.Option("--identity", help="age 私钥文件 / age secret key file")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back into an empty place. Example: yure db restore yure-copy.db --data new-data

    Copy the key file there first (new-data.key, beside the folder). What was still to be sent is held: see
    yure outbox list --state held.
    """
    house = _closed_house(config, data)
    try:
        secret = _secret(identity)
        held = backup.restore(house.db, file, secret)
        try:
            ring = open_keys(house.db, key_path(house), real_now())
        except Refused as no:
            raise Refused(f"数据已经放好了，不用再恢复一次；只差密钥。{no}") from None
        upgrade(house.db)
        note_key(house.db, ring)
        held += hold_what_fell_due(house)
    finally:
        house.close()
    words = f"恢复好了。有{held}条没发的消息先扣住了，请看 yure outbox list --state held。"
    show({"held": held}, as_json=as_json, words=words)


def hold_what_fell_due(house: House) -> int:
    """Reminders that fell due since the backup may have gone out: they are decided now, and held like the rest."""
    house.db.read_now(lambda session: follow(session, house.settings))
    try:
        house.clock.tick_now()
    finally:
        held = backup.hold(house.db)
    return held


def _secret(identity: Path | None) -> str:
    try:
        return identity.read_text(encoding="utf-8") if identity else ""
    except (OSError, UnicodeDecodeError):
        raise Refused(f"{identity} 读不出来，请看写对没有 / can't be read") from None


def doctor(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """Look at every part and say what to do; exit 1 where something is wrong. Example: yure doctor"""
    house = _closed_house(config, data)
    try:
        found = _looked_at(house)
    finally:
        house.close()
    for finding in found:
        advice = finding.trouble or finding.note
        value = {"part": finding.part, "ok": finding.well, "advice": advice}
        show(
            value,
            as_json=as_json,
            words=f"{'好' if finding.well else '要看'}  {finding.part}  {advice}",
        )
    if not all(finding.well for finding in found):
        raise typer.Exit(1)


def _looked_at(house: House) -> Sequence[Finding]:
    states, checks = asyncio.run(probe(house)), house.checks()
    try:
        with reachable():
            backup.check(house.db, checks.backups)
            return checks.look(states)
    except Refused as no:
        return checks.without_database(states, str(no))


def _closed_house(config: Config, data: Data) -> House:
    """The house without upgrading its database."""
    log.set_up()
    return build(Where(config, data).settings(), real_now)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(db_app, name="db")
    app.command()(doctor)
