"""Answers in the characters that their reader chose."""

from dataclasses import replace

from bot.domain.people import Person
from bot.talk import Choice, Reply
from bot.text import to_traditional


def in_script(reply: Reply, reader: Person | None) -> Reply:
    """In Traditional characters for those who chose them, labels too; what a button says stays as it is."""
    if reader is None or not reader.traditional:
        return reply
    choices = tuple(Choice(c.says, to_traditional(c.label)) for c in reply.choices)
    return replace(reply, text=to_traditional(reply.text, [reader.name]), choices=choices)
