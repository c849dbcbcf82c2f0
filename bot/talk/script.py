"""Messages in the characters that their reader chose."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.people import Person
from bot.talk.values import Choice, Reply
from bot.text import to_traditional


def in_script(reply: Reply, reader: Person | None, names: Iterable[str] = ()) -> Reply:
    """In Traditional characters for those who chose them; `names` of others, as the reader's own, stay."""
    if reader is None or not reader.traditional:
        return reply
    return traditional(reply, [reader.name, *names])


def traditional(reply: Reply, names: Iterable[str] = ()) -> Reply:
    """The same in Traditional characters, labels and the fixed row too; what a choice says stays."""
    spared = tuple(names)
    choices = tuple(Choice(c.says, to_traditional(c.label, spared)) for c in reply.choices)
    fixed = tuple(to_traditional(label) for label in reply.fixed)
    return replace(reply, text=to_traditional(reply.text, spared), choices=choices, fixed=fixed)
