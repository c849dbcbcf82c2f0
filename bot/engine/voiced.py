"""Voice messages in a conversation: being listened to, heard, read back before anything is begun."""

from bot.engine.turn import Turn
from bot.talk import Choice, Reply, Said
from bot.voice.ears import HEARD, UNHEARD, is_voice

AGAIN = "再说一遍"
_SHOWN = 60


def is_listened_to(turn: Turn) -> bool:
    """Whether this clip is with the listener: the words come as a second message."""
    said = turn.said
    listens = bool(turn.settings.voice.listen_model and turn.people)
    return listens and is_voice(said) and not said.id.endswith(UNHEARD)


def is_heard(said: Said) -> bool:
    """Whether these words were spoken and written down by a machine."""
    return said.id.endswith(HEARD) and bool(said.text)


def told(words: str) -> Reply:
    """What was heard, for an answer that follows at once."""
    return Reply(f"我听到的是：“{_short(words)}”。")


def asked(words: str) -> Reply:
    """What was heard, before something is begun on the strength of it: 对 stands for the very words."""
    return Reply(f"我听到的是：“{_short(words)}”，对吗？", (Choice(words, "对"), Choice(AGAIN)))


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
