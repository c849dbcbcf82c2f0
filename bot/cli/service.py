"""`yure run`: the product itself."""

import asyncio
import socket
from pathlib import Path
from typing import Annotated

import typer

from bot import log, web
from bot.app import House, Role, Running, serve
from bot.channels import CHANNELS
from bot.cli.base import At, Config, Data, Where, clock_at, opened, reachable
from bot.config import Settings
from bot.domain.base import Refused
from bot.lock import InstanceLock

AsRole = Annotated[Role, typer.Option("--role", help="只跑一部分（PostgreSQL）/ only some parts")]


def run(config: Config = None, data: Data = None, at: At = None, role: AsRole = Role.ALL) -> None:
    """Run the product until Ctrl-C: web chat, channels, clock. Example: yure run --config config.toml

    On PostgreSQL the parts may run as several processes: yure run --role web|worker|clock.
    """
    # The lock comes first: whoever has it is the only one that upgrades, checks and writes.
    settings = Where(config, data).settings()
    lock = None if settings.database.url.startswith("postgresql") else _lock(settings)
    try:
        with opened(config, data, clock_at(at), alone=True) as house:
            if house.db.is_sqlite and role is not Role.ALL:
                raise Refused(
                    "SQLite 只能一个进程，请去掉 --role，或者改用 PostgreSQL / needs PostgreSQL"
                )
            _log_to_file(house, role)
            for line in _not_configured(house):
                typer.echo(line)
            serves = role.has(Role.WEB)
            run_house(house, listen(house, house.settings.web.port) if serves else None, role)
    finally:
        if lock is not None:
            lock.release()


def _log_to_file(house: House, role: Role) -> None:
    """Processes don't share a file: each role has its own."""
    section = house.settings.log
    if section.file:
        path = Path(section.file)
        named = path if role is Role.ALL else path.with_stem(f"{path.stem}-{role}")
        log.to_file(named, section.size_mb, section.keep)


def _lock(settings: Settings) -> InstanceLock:
    with reachable():
        return InstanceLock(Path(settings.data.dir))


def run_house(house: House, listener: socket.socket | None, role: Role = Role.ALL) -> None:
    """Serve until told to stop; says where."""
    if listener is not None:
        host, port = house.settings.web.host, listener.getsockname()[1]
        typer.echo(f"网页对话 / web chat: http://{host}:{port}/")
    typer.echo("按 Ctrl-C 停止 / press Ctrl-C to stop")
    asyncio.run(_serve(house, listener, role))


def listen(house: House, port: int) -> socket.socket:
    """The socket on which pages are served; `port` 0 is any free one. Raises Refused where it is taken."""
    host = house.settings.web.host
    try:
        return web.listen(host, port)
    except OSError as error:
        raise Refused(
            f"{host}:{port} 用不了，可能别的程序占着 / can't listen: {error.strerror}"
        ) from None


async def _serve(house: House, listener: socket.socket | None, role: Role) -> None:
    await serve(Running(house, listener, role))


def _not_configured(house: House) -> list[str]:
    """What this deployment does without, so that nobody waits for it."""
    opened_names = {kind.name for kind in house.kinds}
    lines = [
        f"没有配置 {kind.name}，不开这个渠道 / {kind.name} is not configured"
        for kind in CHANNELS
        if kind.name not in opened_names
    ]
    if not house.settings.web.public_url:
        lines.append(
            "没有配置 [web] public_url，卡片和链接只在本机有用 / links work on this machine only"
        )
    if not house.settings.office.phone:
        lines.append("没有配置 [office] phone，会员看不到社区电话 / no office phone to show")
    return lines


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)
