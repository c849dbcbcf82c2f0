"""Putting messages into the outbox: to which address, at what hour, in which words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import insert_once
from bot.domain.mail import Mail, Outbox, Sending, said_as
from bot.domain.people import Person, Sender, Status
from bot.now import SHANGHAI, local
from bot.outbox.addresses import PHONE, Addresses
from bot.outbox.claiming import READY
from bot.outbox.script import in_characters
from bot.talk import LESS, Can, Media, Note, Reply
from bot.voice.reading import clip_for, follow

Kept = tuple[Sending, str]
"""The state in which a message is kept instead of being sent, and why."""


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


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a message at first (`now` and `due_at` aware)."""

    now: datetime
    due_at: datetime
    state: Sending
    reason: str = ""
    settled_at: datetime | None = None


class Post:
    """Puts messages into the outbox: finds the address, keeps quiet hours, chooses the plain words."""

    def __init__(self, channels: Mapping[str, Can], quiet: Quiet, settings: Any = None) -> None:
        """`channels`: the channels that this deployment runs, by name; `settings` know the words of phrases."""
        self.channels, self.quiet, self.settings = channels, quiet, settings

    def answer(
        self, session: Session, key: str, channel: str, address: str, reply: Reply, now: datetime
    ) -> None:
        """Queue an answer to somebody who just wrote; `key` is unique."""
        note = Note(0, reply.text, key, Mail.ANSWER)
        fate = self._fate(note, channel, now, None)
        self._put(session, note, (channel, address), reply, fate)

    def note(self, session: Session, note: Note, now: datetime) -> Outbox | None:
        """Queue a message to a person; None where the key was queued before.

        Somebody who can't be written to gets a row on the call list (channel "phone").
        """
        id_ = self.queue(session, note, now, self.addresses(session, [note.person_id]))
        return None if id_ is None else session.get(Outbox, id_)

    def addresses(self, session: Session, people: Iterable[int]) -> Addresses:
        """Where these people (by id) can be written to; for `queue`."""
        return Addresses(session, self.channels, people)

    def queue(
        self,
        session: Session,
        note: Note,
        now: datetime,
        known: Addresses,
        kept: Kept | None = None,
    ) -> int | None:
        """`note` for somebody among `known`; returns the row's id.

        `kept`: it doesn't go out, and the row says why.
        """
        person = known.people.get(note.person_id)
        to = note.address or known.of(person, now)
        if to is None:
            return None
        text = self._words(known, note, to, person)
        fixed = (*Reply("").fixed, LESS) if note.kind is Mail.REMINDER else Reply("").fixed
        own = note.kind in (Mail.NOTICE, Mail.PERSON)
        plain = Reply(text, note.choices, fixed, note.media, own_words=own)
        reply = in_characters(session, plain, person)
        fate = self._fate(note, to[0], now, person)
        if kept is not None:
            fate = replace(fate, state=kept[0], reason=kept[1], settled_at=now)
        return self._put(session, note, to, reply, fate)

    def reword(self, session: Session, note: Note) -> bool:
        """Give the message of this key other words, as long as it has not gone out; whether it got them."""
        query = select(Outbox).where(Outbox.key == note.key, Outbox.state.in_(READY))
        row = session.scalars(query.with_for_update(of=Outbox)).first()
        if row is not None:
            known = self.addresses(session, [note.person_id])
            person = known.people.get(note.person_id)
            text = self._words(known, note, (row.channel, row.address), person)
            said = in_characters(session, Reply(text), person)
            row.reply = row.reply | {"text": said.text}
        return row is not None

    def _words(
        self, known: Addresses, note: Note, to: tuple[str, str], person: Person | None
    ) -> str:
        """`plain` where the channel isn't private; on a phone that several share, with the name in front."""
        private = self.channels.get(to[0], Can()).private
        text = note.text if private or not note.plain else note.plain
        if person is None or note.kind not in (Mail.REMINDER, Mail.VISIT) or person.name in text:
            return text
        return f"{person.name}：{text}" if known.shared(to) else text

    def reach(self, session: Session, person: Person, now: datetime) -> Sender | None:
        """The best address of a person; None: must be called."""
        return self.addresses(session, [person.id]).reach(person.id, now)

    def _put(
        self,
        session: Session,
        note: Note,
        to: tuple[str, str],
        reply: Reply,
        fate: _Fate,
    ) -> int | None:
        clip = self._clip(session, to, reply)
        if clip is not None and fate.state is Sending.WAITING:
            reply = replace(reply, media=(*reply.media, clip))
        values = {
            "key": note.key, "kind": note.kind, "lane": _lane(note.kind), "person_id": note.person_id or None,
            "channel": to[0], "address": to[1], "state": fate.state,
            **Outbox.reply.values(said_as(note.key, note.notice_id), reply.values()),
            "due_at": fate.due_at, "useful_until": note.useful_until, "reason": fate.reason,
            "occurrence_id": note.occurrence_id, "notice_id": note.notice_id, "created_at": fate.now,
            "attempts": 0, "claimed_by": "", "settled_at": fate.settled_at,
        }  # fmt: skip
        new: list[int] = insert_once(session, Outbox, [values], returning=Outbox.id)
        if new and clip is not None and fate.state is Sending.QUEUED:
            follow(session, values, clip)
        return new[0] if new else None

    def _clip(self, session: Session, to: tuple[str, str], reply: Reply) -> Media | None:
        """The message read aloud, where this device asked for it and its channel carries sound."""
        return clip_for(session, *to, reply) if self.channels.get(to[0], Can()).voice else None

    def _fate(self, note: Note, channel: str, now: datetime, person: Person | None) -> _Fate:
        due = note.due_at or now
        if person is not None and person.status is not Status.ACTIVE:
            return _Fate(now, due, Sending.CANCELLED, person.status.value)
        staff = person is not None and person.is_staff
        if note.kind in (Mail.REMINDER, Mail.NOTICE) or (note.kind is Mail.VISIT and not staff):
            due = self.quiet.after(due)
        if channel == PHONE:
            return _Fate(now, due, Sending.UNREACHABLE, "no_address")
        waits = channel in self.channels and not self.channels[channel].push
        return _Fate(now, due, Sending.WAITING if waits else Sending.QUEUED)


def _lane(kind: Mail) -> int:
    return 0 if kind in (Mail.ANSWER, Mail.ALARM, Mail.PERSON) else 1
