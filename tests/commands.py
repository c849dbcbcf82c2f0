"""The commands as `yure` runs them, but in this process."""

import functools
from collections.abc import Sequence
from typing import Any

import typer
from typer import testing

from bot.cli.commands import make_app

_get_command = functools.cache(typer.main.get_command)
# Typer's runner builds the command line for each call: that was an eighth of the processor's time of all tests.
testing._get_command = _get_command  # type: ignore[attr-defined]


@functools.cache
def _app(name: str = "") -> typer.Typer:
    return make_app([name] if name else ())


def built() -> Any:
    """The whole command line, once a process."""
    return _get_command(_app())


def invoke(words: Sequence[str], said: str = "") -> testing.Result:
    """Run `yure` with these words, with `said` at its terminal; only what the first word needs is built."""
    return testing.CliRunner().invoke(_app(words[0]), words, input=said)
