"""Putting messages into the outbox: to which address, at what hour, in which words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import insert_once
from bot.domain.mail import Mail, Outbox, Sending, said_as
from bot.domain.people import Person, Sender, Status, bound_to, senders_of
from bot.now import SHANGHAI, local
from bot.outbox.claiming import READY
from bot.talk import LESS, Can, Media, Note, Reply
from bot.text import to_traditional
from bot.voice.reading import clip_for, follow

WEB_REACH = timedelta(days=30)
"""A page that was not opened for so long reaches nobody."""
PHONE = "phone"
"""The channel of those whom somebody has to call."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours of the night (local) in which nobody is written to unasked."""

    start: time = time(21)
    end: time = time(7)

    def after(self, moment: datetime) -> datetime:
        """`moment`, or the end of the quiet hours in which it falls."""
        clock = local(moment)
        overnight = self.start > self.end
        late, early = clock.time() >= self.start, clock.time() < self.end
        if not (late or early if overnight else late and early):
            return moment
        day = clock.date() + timedelta(days=1 if overnight and late else 0)
        return datetime.combine(day, self.end, SHANGHAI)


class Post:
    """Puts messages into the outbox: finds the address, keeps quiet hours, chooses the plain words."""

    def __init__(self, channels: Mapping[str, Can], quiet: Quiet) -> None:
        """`channels`: the channels that this deployment runs, by name."""
        self.channels, self.quiet = channels, quiet

    def answer(
        self, session: Session, key: str, channel: str, address: str, reply: Reply, now: datetime
    ) -> None:
        """Queue an answer to somebody who just wrote; `key` is unique."""
        self._put(
            session, Note(0, reply.text, key, Mail.ANSWER), (channel, address), reply, now, None
        )

    def note(self, session: Session, note: Note, now: datetime) -> Outbox | None:
        """Queue a message to a person; None where the key was queued before.

        Somebody who can't be written to gets a row on the call list (channel "phone").
        """
        person = session.get(Person, note.person_id) if note.person_id else None
        to = note.address or self._address(session, person, now)
        if to is None:
            return None
        text = self._words(session, note, to, person)
        fixed = (*Reply("").fixed, LESS) if note.kind is Mail.REMINDER else Reply("").fixed
        own = note.kind in (Mail.NOTICE, Mail.PERSON)
        reply = Reply(text, note.choices, fixed, note.media, own_words=own)
        id_ = self._put(session, note, to, reply, now, person)
        return None if id_ is None else session.get(Outbox, id_)

    def reword(self, session: Session, note: Note) -> bool:
        """Give the message of this key other words, as long as it has not gone out; whether it got them."""
        query = select(Outbox).where(Outbox.key == note.key, Outbox.state.in_(READY))
        row = session.scalars(query.with_for_update(of=Outbox)).first()
        if row is not None:
            person = session.get(Person, note.person_id)
            text = self._words(session, note, (row.channel, row.address), person)
            traditional = person is not None and person.traditional
            row.reply = row.reply | {"text": to_traditional(text) if traditional else text}
        return row is not None

    def _words(
        self, session: Session, note: Note, to: tuple[str, str], person: Person | None
    ) -> str:
        """`plain` where the channel isn't private; on a phone that several share, with the name in front."""
        private = self.channels.get(to[0], Can()).private
        text = note.text if private or not note.plain else note.plain
        if person is None or note.kind not in (Mail.REMINDER, Mail.VISIT) or person.name in text:
            return text
        at_home = {sender.person_id for sender in session.scalars(bound_to(*to)).unique()}
        return f"{person.name}：{text}" if len(at_home) > 1 else text

    def _address(
        self, session: Session, person: Person | None, now: datetime
    ) -> tuple[str, str] | None:
        if person is None:
            return None
        sender = self.reach(session, person, now)
        return (sender.channel, sender.address) if sender else (PHONE, "")

    def reach(self, session: Session, person: Person, now: datetime) -> Sender | None:
        """The best address of a person: own before a relative's, last seen first; None: must be called."""
        for sender in session.scalars(senders_of(person.id)).unique():
            can = self.channels.get(sender.channel)
            if can is None or sender.unreachable_at is not None:
                continue
            seen = sender.seen_at or sender.bound_at
            if can.push or sender.channel == "terminal" or now - seen <= WEB_REACH:
                return sender
        return None

    def _put(
        self,
        session: Session,
        note: Note,
        to: tuple[str, str],
        reply: Reply,
        now: datetime,
        person: Person | None,
    ) -> int | None:
        due, state, reason = self._when(note, to[0], now, person)
        if person is not None and person.traditional:
            reply = replace(reply, text=to_traditional(reply.text, [person.name]))
        clip = self._clip(session, to, reply)
        if clip is not None and state is Sending.WAITING:
            reply = replace(reply, media=(*reply.media, clip))
        values = {
            "key": note.key, "kind": note.kind, "lane": _lane(note.kind), "person_id": note.person_id or None,
            "channel": to[0], "address": to[1], "state": state,
            **Outbox.reply.values(said_as(note.key, note.notice_id), reply.values()), "due_at": due,
            "useful_until": note.useful_until, "reason": reason, "occurrence_id": note.occurrence_id,
            "notice_id": note.notice_id, "created_at": now, "attempts": 0, "claimed_by": "",
        }  # fmt: skip
        new: list[int] = insert_once(session, Outbox, [values], returning=Outbox.id)
        if new and clip is not None and state is Sending.QUEUED:
            follow(session, values, clip)
        return new[0] if new else None

    def _clip(self, session: Session, to: tuple[str, str], reply: Reply) -> Media | None:
        """The message read aloud, where this device asked for it and its channel carries sound."""
        return clip_for(session, *to, reply) if self.channels.get(to[0], Can()).voice else None

    def _when(
        self, note: Note, channel: str, now: datetime, person: Person | None
    ) -> tuple[datetime, Sending, str]:
        due = note.due_at or now
        if person is not None and person.status is not Status.ACTIVE:
            return due, Sending.CANCELLED, person.status.value
        staff = person is not None and person.is_staff
        if note.kind in (Mail.REMINDER, Mail.NOTICE) or (note.kind is Mail.VISIT and not staff):
            due = self.quiet.after(due)
        if channel == PHONE:
            return due, Sending.UNREACHABLE, "no_address"
        waits = channel in self.channels and not self.channels[channel].push
        return due, Sending.WAITING if waits else Sending.QUEUED, ""


def _lane(kind: Mail) -> int:
    return 0 if kind in (Mail.ANSWER, Mail.ALARM, Mail.PERSON) else 1
