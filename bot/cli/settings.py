"""`yure settings`: what is in force, and where each setting comes from; or one of them taken back."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot.cli.base import AsJson, Config, Data, opened, show
from bot.cli.members.about import By, actor
from bot.db import SessionRows
from bot.domain.settings import PHRASE, standing
from bot.tuning import Tuned, back, follow
from bot.tuning.telling import held, source_words

Back = Annotated[
    str, typer.Option("--back", help="这一项恢复成配置文件写的 / back to what the file says")
]


def settings(
    back_to_file: Back = "",
    by: By = None,
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Every setting in force and where it comes from. Example: yure settings --back quiet.start --as 韦小兰

    The environment stands over the settings page, the page over config.toml, the file over the default.
    """
    with opened(config, data) as house:
        if back_to_file:

            def job(session: Session) -> None:
                rows = SessionRows(session)
                back(rows, house.settings, back_to_file, actor(session, by), house.now())

            house.db.write_now(job)
        for value, words in house.db.read_now(lambda s: list(_lines(s, house.settings))):
            show(value, as_json=as_json, words=words)


def _lines(session: Session, settings: Tuned) -> Iterator[tuple[dict[str, Any], str]]:
    follow(session, settings)
    changes = {change.name: change for change in session.scalars(standing()).unique()}
    for one in held(settings, changes):
        knob = one.knob
        value = {"name": knob.name, "value": one.words, "source": one.source, "file": one.file}
        yield value, f"{knob.name} = {one.words}  {knob.group}：{knob.title}（{source_words(one)}）"
    for name, change in changes.items():
        if name.startswith(PHRASE) and change.value is not None:
            who = change.by.name if change.by else "-"
            value = {"name": name, "value": settings.phrases.get(name.removeprefix(PHRASE), "")}
            yield value | {"source": "page"}, f"{name} 改过用语（{who} {change.at:%Y-%m-%d}）"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(settings)
