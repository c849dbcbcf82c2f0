"""Which module brings which command, and how its errors end."""

import importlib
import sys
from collections.abc import Sequence

import typer

from bot import __version__, log
from bot.cli.base import AsJson, NotNow, show
from bot.cli.recording import name_commands
from bot.config import BadConfig
from bot.db import Unavailable
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.lock import AnotherRuns

FULL = "数据库现在记不下，没有办成。请看磁盘满没满、数据库是不是在运行，过一会儿再试 / not kept, try again later"
FAILED = "没有办成，上面一行是原因，请交给懂电脑的人 / failed, the line above says where"
COMMANDS = {
    "demo": ("demo",),
    "service": ("run",),
    "chat": ("chat",),
    "branches": ("branch",),
    "organisations": ("organisation",),
    "members": ("members",),
    "calendar": ("calendar",),
    "notice": ("notice",),
    "clockwork": ("tick", "remind"),
    "mailboxes": ("outbox", "inbox", "reply"),
    "understand": ("understand",),
    "care": ("db", "doctor"),
    "settings": ("settings",),
    "keep": ("keep",),
    "keys": ("key",),
}
"""The modules of this package and their commands, in the order of the help."""
ABOUT = {
    "demo": Thing.MACHINE, "run": Thing.MACHINE, "chat": Thing.OWN, "branch": Thing.BRANCH,
    "organisation": Thing.BRANCH, "members": Thing.PERSON, "calendar": Thing.DAY, "notice": Thing.NOTICE,
    "tick": Thing.MACHINE, "remind": Thing.MACHINE, "outbox": Thing.MAIL, "inbox": Thing.MAIL,
    "reply": Thing.CONVERSATION, "understand": Thing.DOUBT, "db": Thing.MACHINE, "doctor": Thing.MACHINE,
    "keep": Thing.MACHINE, "key": Thing.MACHINE, "settings": Thing.SETTING,
}  # fmt: skip
"""What kind of thing each command is about, for docs/access.md."""


def make_app(words: Sequence[str] = ()) -> typer.Typer:
    """The command line; where `words` begin with a command, only with its module.

    All of them together take 0.3 s to load, and members wait for `yure run`.
    """
    app = typer.Typer(
        name="yure",
        help="余热 Yure: a chatbot through which a community serves its elderly members.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    asked = [module for module, commands in COMMANDS.items() if {*words[:1]} & {*commands}]
    for module in asked or COMMANDS:
        importlib.import_module(f"bot.cli.{module}").register(app)
    app.command()(version)
    name_commands(app)
    return app


def version(as_json: AsJson = False) -> None:
    """Print the version. Example: yure version"""
    show({"version": __version__}, as_json=as_json, words=f"yure {__version__}")


def run(app: typer.Typer) -> None:
    """Run the command line of this process, and end with its exit code."""
    log.catch_the_rest()
    try:
        app()
    except (Refused, BadConfig) as no:
        _end(no, 4 if isinstance(no, NotNow) else 1)
    except AnotherRuns as other:
        _end(other, 3)
    except Unavailable as error:
        log.log.error("not kept", exc_info=error)
        _end(FULL, 4)
    except Exception as error:  # typer would print it as it is, with what it quotes
        log.log.critical("uncaught", exc_info=error)
        _end(FAILED, 4)


def _end(why: object, code: int) -> None:
    print(why, file=sys.stderr)  # noqa: T201 - a command speaks to the terminal
    sys.exit(code)
