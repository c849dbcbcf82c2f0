"""The question an answer belongs to: what "2" and "好的" mean after the buttons shown last."""

import functools
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, select

from bot.domain.mail import Conversation, Mail, Outbox, Sending
from bot.engine.turn import Turn
from bot.engine.words import CANCEL, safety_word
from bot.talk import Choice, Reply, choice_said, said_by_yes

RECENT = 8
"""So many of the latest messages to an address are looked at for one that came by itself."""
Shown = Sequence[Sequence[object]]


def remember(conversation: Conversation, replies: Sequence[Reply]) -> None:
    """Keep the choices of the last answer that has some, with the question above them."""
    last = next((r for r in reversed(replies) if r.choices), None)
    conversation.shown = _rows(last) if last is not None else []


def picked(turn: Turn, *, busy: bool) -> str | None:
    """The `says` of the choice that the words mean.

    While no question stands open, the choices of a message that came by itself count first.
    """
    came = None if busy else _came_last(turn)
    for shown in (_rows(came) if came is not None else [], turn.conversation.shown):
        choices = tuple(Choice(str(row[0]), str(row[1])) for row in shown)
        question = str(shown[0][2]) if shown and len(shown[0]) > 2 else ""
        text = turn.said.text
        said = choice_said(text, choices) or said_by_yes(text, choices, question)
        said = said or _cancels(text, choices)
        if said is not None:
            return said
    return None


def _cancels(text: str, choices: Sequence[Choice]) -> str | None:
    """A bare 取消 where one button cancels something by name: that is meant, not to stop talking about it."""
    if safety_word(text) != CANCEL:
        return None
    return next((c.says for c in choices if c.says.startswith(CANCEL)), None)


def _rows(reply: Reply) -> list[list[str]]:
    return [[c.says, c.label, reply.text] for c in reply.choices]


def _came_last(turn: Turn) -> Reply | None:
    """A message with choices that reached this address after the last answer."""
    here = {"channel": turn.said.channel, "address": turn.said.who}
    # Nothing that waits to be written changes what was sent.
    with turn.session.no_autoflush:
        recent = turn.session.execute(_sent_lately(), here).all()
    last = max(recent, key=lambda row: (row[2] is not None, row[2], row[0]), default=None)
    if last is None or last[1] is Mail.ANSWER:
        return None
    reply = Reply.from_values(turn.session.get_one(Outbox, last[0]).reply)
    return reply if reply.choices else None


@functools.cache
def _sent_lately() -> Select[int, Mail, datetime | None]:
    """(id, kind, when it arrived). Made once, and without the messages: it is asked for every message heard."""
    return (
        select(Outbox.id, Outbox.kind, Outbox.settled_at)
        .where(
            Outbox.channel == bindparam("channel"),
            Outbox.address == bindparam("address"),
            Outbox.state == Sending.SENT,
        )
        .order_by(Outbox.id.desc())
        .limit(RECENT)
    )
