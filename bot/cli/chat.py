"""`yure chat`: the terminal channel, for people and for scripts."""

import itertools
import sys
from datetime import datetime, timedelta
from typing import Annotated
from uuid import uuid4

import typer

from bot import inbox, outbox
from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, moment, opened, show
from bot.engine.worker import settle_one
from bot.now import real_now
from bot.talk import Reply, Said
from bot.text import clean

CHANNEL = "terminal"


def chat(
    who: Annotated[str, typer.Option("--as", help="发送人 / the terminal sender, e.g. m001")],
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Chat in the terminal. Example: echo 学习日 | yure chat --as m001 --data demo

    First comes what waits for this sender, then the replies to each line of standard input. With --json an
    empty object ends each of these groups.
    """
    who = clean(who)
    if not who:
        raise typer.BadParameter("--as 要写一个发送人 / --as wants a sender")
    clock = _Minutes(at)
    with opened(config, data, clock) as house:
        _show_waiting(house, who, as_json=as_json)
        if sys.stdin.isatty() and not as_json:
            typer.echo("（打字说话，按 Ctrl-D 结束）")
        for line in sys.stdin:
            words = clean(line)
            if words:
                _say(house, who, words)
            if words or as_json:
                _show_waiting(house, who, as_json=as_json)
                clock.next()


class _Minutes:
    """The calendar's clock of one chat: with --at it stands still and moves a minute a message."""

    def __init__(self, at: str | None) -> None:
        self._at = moment(at) if at else None
        self._count = itertools.count(1)
        self._start = self._at

    def __call__(self) -> datetime:
        return self._at or real_now()

    def next(self) -> None:
        """A minute later."""
        if self._start is not None:
            self._at = self._start + timedelta(minutes=next(self._count))


def _say(house: House, who: str, words: str) -> None:
    said = Said(CHANNEL, who, uuid4().hex, house.now(), words)
    for item in house.db.write_now(lambda s: inbox.accept(s, [said], (), real_now())):
        settle_one(house.db, house.worker, item.id)


def _show_waiting(house: House, who: str, *, as_json: bool) -> None:
    """Fetch, mark as sent and print what waits; with --json an empty object ends the group."""
    taken = house.db.write_now(lambda s: outbox.fetch(s, CHANNEL, [who], house.now(), real_now()))
    for kind, message in taken:
        value = message.reply.values() | {"pushed": kind != "answer"}
        del value["own_words"]
        show(value, as_json=as_json, words=_words(message.reply))
    if as_json:
        show({}, as_json=True, words="")


def _words(reply: Reply) -> str:
    """A reply as a terminal shows it: the text, numbered choices, the fixed row."""
    lines = [reply.text, *(f"  {n}. {c.label}" for n, c in enumerate(reply.choices, 1))]
    lines += [f"  [{m.kind}] {m.name}" for m in reply.media]
    return "\n".join([*lines, f"  〔{' · '.join(reply.fixed)}〕", ""])


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(chat)
