"""`yure organisation add|list`: the signs that share people with the branches."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bot.cli.base import AsJson, Config, Data, opened, show
from bot.cli.members.about import By
from bot.domain.base import Refused
from bot.domain.organisations import Organisation, organisations, read_name

organisation_app = typer.Typer(
    help="组织 / organisations. Example: yure organisation list", no_args_is_help=True
)


@organisation_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="组织的名字 / its name")],
    by: By = None,
    config: Config = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add an organisation. Example: yure organisation add 老年大学"""
    wanted = read_name(name)

    def job(session: Session) -> None:
        if any(one.name == wanted for one in session.scalars(organisations())):
            raise Refused(f"“{wanted}”已经有了。")
        session.add(Organisation(name=wanted))

    with opened(config, data) as house:
        house.db.write_now(job)
        show({"name": wanted}, as_json=as_json, words=f"加好了：{wanted}")


@organisation_app.command("list")
def list_all(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """All organisations. Example: yure organisation list --json"""
    with opened(config, data) as house:
        for one in house.db.read_now(lambda session: session.scalars(organisations()).all()):
            show({"name": one.name}, as_json=as_json, words=one.name)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(organisation_app, name="organisation")
