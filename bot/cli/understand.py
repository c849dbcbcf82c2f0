"""`yure understand`: what words mean, a JSON object a line; and learning what coordinators taught."""

import sys
from typing import Annotated

import typer

from bot.cli.base import Config, Data, Where, opened
from bot.domain.base import Refused
from bot.teaching import Learned, write_taught
from bot.understand import retrain as refit
from bot.understand.jsonl import main_jsonl


def understand(
    retrain: Annotated[
        bool, typer.Option("--retrain", help="学进联络员教的话 / learn what coordinators taught")
    ] = False,
    config: Config = None,
    data: Data = None,
) -> None:
    """What each line {"text": …, "at": ISO?} means. Example: echo '{"text": "学习日是哪天"}' | yure understand

    With --retrain: refit with the data folder's lexicon instead; a running yure takes it up within a minute.
    """
    if retrain:
        _retrain(config, data)
        return
    Learned(Where(config, data).settings().data.dir).look()
    main_jsonl(sys.stdin, sys.stdout)


def _retrain(config: Config, data: Data) -> None:
    with opened(config, data) as house:
        folder = house.folder
        count = house.db.read_now(lambda session: write_taught(session, folder))
    try:
        path = refit(folder)
    except ValueError as wrong:
        raise Refused(f"词库里有一行不对，请改好再来：{wrong}") from None
    typer.echo(f"学好了：联络员教过{count}句，写在{path}。正在运行的余热一分钟内会用上。")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(understand)
