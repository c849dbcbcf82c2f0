"""What commands do is in the audit log: each job of a command leaves a deed, in its own transaction.

No command has to remember it: what was written is seen by the tables, who did it stands behind --as, and
what it is called is how it was called ("members.pause"). Without --as it is nobody's: "command".
"""

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

import typer
from sqlalchemy.orm import Session

from bot.app import House
from bot.db.remembering import Done, remember
from bot.db.touched import touched
from bot.domain.base import Refused
from bot.domain.people import Person

Job = Callable[[Session], Any]
VIA: Final = "command"
CLOCKWORK: Final = frozenset({"demo", "run", "chat", "tick", "remind", "keep"})
"""Commands by which nobody decides anything: the clock and members act, made-up data are filled in; a purge has
its own report."""
_OWN: Final = frozenset({"reply"})
"""Commands that keep their deed themselves: their messages go by the outbox, where no trace is seen."""
_MAIL: Final = frozenset({"outbox", "inbox"})
_called: ContextVar[tuple[str, str | None]] = ContextVar("called", default=("", None))
"""What was called ("members.pause"), and who stands behind --as."""


def name_commands(app: typer.Typer, above: str = "") -> None:
    """Let every command of `app` say what it is called when it is called."""
    for command in app.registered_commands:
        if command.callback is not None and not hasattr(command.callback, "__wrapped__"):
            name = command.name or command.callback.__name__.replace("_", "-")
            command.callback = _naming(f"{above}{name}", command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            name = group.name or group.typer_instance.info.name or ""
            name_commands(group.typer_instance, f"{above}{name}.")


def _naming(name: str, command: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(command)
    def run(*args: Any, **values: Any) -> Any:
        before = _called.set((name, values.get("by")))
        try:
            return command(*args, **values)
        finally:
            _called.reset(before)

    return run


def recording(house: House, find: Callable[[Session, str], Person]) -> Callable[[Job], Job]:
    """Puts the deed around a job. `find`: who is meant by --as."""
    name, by = _called.get()
    first = name.split(".", maxsplit=1)[0]
    if not name or first in CLOCKWORK | _OWN:
        return lambda job: job

    def around(job: Job) -> Job:
        def done(session: Session) -> Any:
            with touched(session) as written:
                value = job(session)
                session.flush()
            actor = find(session, by) if by else None
            if actor is not None and not actor.is_staff:
                raise Refused(f"{actor.name}不是联络员，也不是管理员，不能办这件事。")
            who = Done(actor.id if actor else None, VIA, name, house.now())
            remember(session, who, written, also=_MAIL if first in _MAIL else ())
            return value

        return done

    return around
