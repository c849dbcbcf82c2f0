"""`yure run`: the product itself."""

import asyncio
import socket
from pathlib import Path

import typer

from bot import web
from bot.app import House, Running, serve
from bot.channels import CHANNELS
from bot.cli.base import At, Config, Data, clock_at, opened
from bot.domain.base import Refused
from bot.lock import InstanceLock


def run(config: Config = None, data: Data = None, at: At = None) -> None:
    """Run the product until Ctrl-C: web chat, channels, clock. Example: yure run --config config.toml"""
    with opened(config, data, clock_at(at)) as house:
        lock = InstanceLock(Path(house.settings.data.dir))
        try:
            for line in _not_configured(house):
                typer.echo(line)
            run_house(house, house.settings.web.port)
        finally:
            lock.release()


def run_house(house: House, port: int) -> None:
    """Serve until told to stop; says where."""
    host = house.settings.web.host
    try:
        listener = web.listen(host, port)
    except OSError as error:
        raise Refused(
            f"{host}:{port} 用不了，可能别的程序占着 / can't listen: {error.strerror}"
        ) from None
    running_port = listener.getsockname()[1]
    typer.echo(f"网页对话 / web chat: http://{host}:{running_port}/")
    typer.echo("按 Ctrl-C 停止 / press Ctrl-C to stop")
    asyncio.run(_serve(house, listener))


async def _serve(house: House, listener: socket.socket) -> None:
    await serve(Running(house, listener))


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
