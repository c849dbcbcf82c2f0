"""Keeps what was not understood for sure, of people who agreed, so that a coordinator can say what it means."""

from bot.domain import consent
from bot.domain.doubt import DoubtfulText, pseudonymous, said_before
from bot.engine.turn import Turn
from bot.now import local_day
from bot.understand import Understood


def note(turn: Turn, words: str, meant: Understood) -> None:
    """Keep `words` without their sender where the sender agreed; the same words are kept once."""
    me = turn.me
    if meant.action == "act" or me is None:
        return
    if turn.session.scalars(consent.live(me.id, consent.LEARN)).first() is None:
        return
    text = pseudonymous(words, [person.name for person in turn.people])
    if text and turn.session.scalars(said_before(text)).first() is None:
        options = list(meant.options or (meant.intent,))[:3]
        today = local_day(turn.now)
        turn.session.add(DoubtfulText(text=text, options=options, heard_on=today))
