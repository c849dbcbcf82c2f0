"""`yure demo`: the product on a fictitious community, with nothing to configure."""

from pathlib import Path
from typing import Annotated

import typer

from bot.app import House
from bot.cli.base import AsJson, At, clock_at, opened, show
from bot.cli.service import listen, run_house
from bot.demo import Link, fill, keep_port, links
from bot.lock import InstanceLock

ROLES = {
    "member": "会员 / member",
    "volunteer": "志愿者 / volunteer",
    "coordinator": "联络员 / coordinator",
}
Port = Annotated[
    int | None, typer.Option("--port", help="网页端口 / port of the web pages (default 8000)")
]
Prepare = Annotated[
    bool, typer.Option("--prepare", help="只准备数据 / fill the data folder and exit")
]
Folder = Annotated[Path, typer.Option("--data", help="数据目录 / data folder")]


def demo(
    data: Folder = Path("data"),
    port: Port = None,
    at: At = None,
    prepare: Prepare = False,
    as_json: AsJson = False,
) -> None:
    """Start everything on a fictitious community of 91 members. Example: yure demo --data demo --port 8000"""
    with opened(None, data, clock_at(at), alone=True) as house:
        lock = None if prepare else InstanceLock(data)
        try:
            port = house.settings.web.port if port is None else port
            listener = None if prepare else listen(house, port)
            port = port if listener is None else listener.getsockname()[1]
            house.db.write_now(lambda session: fill(session, data, house.post, house.now()))
            keep_port(data, port)
            made = _links(house, port)
            _tell(made, as_json=as_json)
        finally:
            if lock is not None:
                lock.release()
    if listener is None:
        return
    # Opened anew: filling wrote the demonstration's own config.toml.
    with opened(None, data, clock_at(at), alone=True) as house:
        lock = InstanceLock(data)
        try:
            run_house(house, listener)
        finally:
            lock.release()


def _links(house: House, port: int) -> list[Link]:
    public = house.settings.web.public_url or f"http://{house.settings.web.host}:{port}"
    return house.db.write_now(lambda session: links(session, public, house.now()))


def _tell(made: list[Link], *, as_json: bool) -> None:
    value = {"members": 91, "links": [{"name": m.name, "role": m.role, "url": m.url} for m in made]}
    words = [
        "演示：人物都是虚构的 / a demonstration, all people are fictitious",
        "登录链接（各用一次）/ sign-in links:",
    ]
    words += [f"  {ROLES[m.role]} {m.name}: {m.url}" for m in made]
    show(value, as_json=as_json, words="\n".join(words))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)
