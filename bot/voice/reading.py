"""Which of the messages to a device are read aloud there, and what of them."""

from sqlalchemy.orm import Session

from bot.domain.voice import ReadAloud
from bot.talk import Media, Reply
from bot.voice.speaking import clip_of


def clip_for(session: Session, channel: str, address: str, reply: Reply) -> Media | None:
    """The clip of a message and its buttons where this device asked for it, to be made when it is wanted."""
    chosen = session.get(ReadAloud, (channel, address))
    if chosen is None:
        return None
    labels = "，".join(choice.label for choice in reply.choices)
    return clip_of(f"{reply.text}\n可以说：{labels}。" if labels else reply.text, chosen.voice)
