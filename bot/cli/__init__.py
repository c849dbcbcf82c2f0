"""The commands. `yure --help` lists them; each has an example in its own help."""

import os
import sys

import typer

from bot import __version__
from bot.cli import (
    branches,
    calendar,
    care,
    chat,
    clockwork,
    demo,
    keep,
    mailboxes,
    members,
    notice,
    service,
    understand,
)
from bot.cli.base import AsJson, show
from bot.config import BadConfig
from bot.domain.base import Refused
from bot.lock import AnotherRuns

app = typer.Typer(
    name="yure",
    help="余热 Yure: a chatbot through which a community serves its elderly members.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (
    demo,
    service,
    chat,
    branches,
    members,
    calendar,
    notice,
    clockwork,
    mailboxes,
    understand,
    care,
    keep,
):
    part.register(app)


@app.command()
def version(as_json: AsJson = False) -> None:
    """Print the version. Example: yure version"""
    show({"version": __version__}, as_json=as_json, words=f"yure {__version__}")


def main() -> None:
    """Run a command: 0 done, 1 refused (the reason on standard error), 2 usage, 3 another instance runs."""
    os.umask(
        0o077
    )  # what is written holds people's names and addresses: for this account's eyes only
    try:
        app()
    except (Refused, BadConfig) as no:
        print(no, file=sys.stderr)  # noqa: T201 - a command speaks to the terminal
        sys.exit(1)
    except AnotherRuns as other:
        print(other, file=sys.stderr)  # noqa: T201
        sys.exit(3)
