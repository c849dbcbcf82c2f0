"""`yure notice`: notices from the command line, by the same rules as in chat: send, decide, look."""

from collections.abc import Callable

import typer

from bot.cli.notice import decide, look, send

notice_app = typer.Typer(help="通知 / notices. Example: yure notice list", no_args_is_help=True)
_COMMANDS: dict[str, Callable[..., None]] = {
    "send": send.send,
    "correct": send.correct,
    "approve": decide.approve,
    "cancel": decide.cancel,
    "freeze": decide.freeze,
    "thaw": decide.thaw,
    "show": look.show_one,
    "list": look.list_all,
}
for name, command in _COMMANDS.items():
    notice_app.command(name)(command)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(notice_app, name="notice")
