"""`yure members …`: the roster, people, where they stand, their cards, registrations that wait."""

from collections.abc import Callable

import typer

from bot.cli.members import cards, people, roster, standing

members_app = typer.Typer(
    help="党员和名册 / people and the roster. Example: yure members list", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    named: dict[str, Callable[..., None]] = {
        "import": roster.import_, "add": people.add, "list": people.list_, "show": people.show_,
        "approve": people.approve_, **standing.commands(), "invite": cards.invite,
        "revoke": cards.revoke,
    }  # fmt: skip
    for name, command in named.items():
        members_app.command(name)(command)
    app.add_typer(members_app, name="members")
