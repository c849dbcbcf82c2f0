"""Which of the messages to a device are read aloud there, and how they come after their words."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import insert_once
from bot.domain.mail import Mail, Outbox, Sending, said_as
from bot.domain.voice import ReadAloud, Voice
from bot.talk import Media, Reply
from bot.voice.speaking import clip_of, is_clip


def clip_for(session: Session, channel: str, address: str, reply: Reply) -> Media | None:
    """The clip of a message where this device asked for it; it is made when it is wanted."""
    chosen = session.get(ReadAloud, (channel, address))
    return _clip(reply, chosen.voice) if chosen is not None else None


def follow(session: Session, values: dict[str, Any], clip: Media) -> None:
    """Queue the voice behind a message on a channel that pushes: `values` are the row of its words.

    A row of its own in the slow lane: no words are delayed by a voice, or lost with it.
    """
    key = f"{values['key']}:voice"
    own = {"key": key, "kind": Mail.VOICE, "lane": 1, "notice_id": None}
    words = Outbox.reply.values(said_as(key, None), Reply("", media=(clip,)).values())
    insert_once(session, Outbox, [values | own | words], returning=Outbox.id)


def read_notice(session: Session, notice_id: int, since: int) -> None:
    """The same for a notice, whose messages are put into the outbox many at once: those of ids above `since`."""
    query = (
        select(Outbox, ReadAloud.voice)
        .join(ReadAloud, (ReadAloud.channel == Outbox.channel) & (ReadAloud.address == Outbox.address))
        .where(
            Outbox.id > since,
            Outbox.notice_id == notice_id,
            Outbox.state.in_((Sending.QUEUED, Sending.WAITING)),
        )
    )  # fmt: skip
    for row, voice in session.execute(query).all():
        reply = Reply.from_values(row.reply)
        clip = None if any(is_clip(media) for media in reply.media) else _clip(reply, voice)
        if clip is not None and row.state is Sending.WAITING:
            row.reply = row.reply | {
                "media": [*row.reply["media"], *Reply("", media=(clip,)).values()["media"]]
            }
        elif clip is not None:
            columns = (column.key for column in Outbox.__table__.columns if column.key != "id")
            follow(session, {name: getattr(row, name) for name in columns}, clip)


def _clip(reply: Reply, voice: Voice) -> Media | None:
    """The words, and the buttons as what may be said."""
    labels = "，".join(choice.label for choice in reply.choices)
    return clip_of(f"{reply.text}\n可以说：{labels}。" if labels else reply.text, voice)
