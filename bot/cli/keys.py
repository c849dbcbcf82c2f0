"""`yure key show|rotate|forget`: the keys with which phones, addresses, health and words are kept."""

from typing import Annotated

import typer

from bot import keyring, sealing
from bot.cli.base import AsJson, Config, Data, key_path, opened, show
from bot.now import local, real_now

key_app = typer.Typer(help="密钥 / the keys. Example: yure key show", no_args_is_help=True)

Resume = Annotated[
    bool, typer.Option("--resume", help="接着上次没换完的 / go on where the last one broke off")
]


@key_app.command("show")
def key_show(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """Where the keys stand and since when; never the keys themselves. Example: yure key show"""
    with opened(config, data) as house:
        path, ring = key_path(house), keyring.in_use()
        left = house.db.read_now(lambda session: sealing.left(session, ring))
        for key in ring.keys:
            is_current = key is ring.current
            show(
                {"id": key.name, "made": key.made, "current": is_current, "file": path, "left": left},
                as_json=as_json,
                words=f"{key.name}  {local(key.made):%Y-%m-%d}  {'现在用' if is_current else '旧的'}  {path}",
            )  # fmt: skip


@key_app.command("rotate")
def key_rotate(
    config: Config = None, data: Data = None, resume: Resume = False, as_json: AsJson = False
) -> None:
    """Make a new key and seal everything anew, also while yure runs. Example: yure key rotate

    Broken off, it goes on with --resume. Old backups need the old key: it stays until yure key forget.
    """
    with opened(config, data) as house:
        done = 0
        for done in sealing.rotate(house.db, keyring.in_use(), real_now(), fresh=not resume):
            if not as_json:
                typer.echo(f"换好了{done}行 / {done} rows")
        house.db.wipe()
        show(
            {"rows": done, "key": keyring.in_use().current.name},
            as_json=as_json,
            words=f"密钥换好了，一共{done}行。请马上备份密钥文件 {key_path(house)}。",
        )


@key_app.command("forget")
def key_forget(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """Drop the old keys; older backups can't be read any more. Example: yure key forget"""
    with opened(config, data) as house:
        count = sealing.forget(house.db, keyring.in_use())
        show({"forgotten": count}, as_json=as_json, words=f"去掉了{count}把旧的密钥。")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(key_app, name="key")
