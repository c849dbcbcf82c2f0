"""Every outgoing message is a row with a unique key: put, claim, settle, fetch, recover.

`sending` is committed before the call, with the attempt counted, so a copy that may have gone out is
never forgotten. What doubt means depends on the kind: answers, reminders, visit messages and what a
person wrote are sent a second time (a reminder's copy marked 重发); a notice waits for a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import Enum, auto

from sqlalchemy import ColumnElement, Select, Update, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.db import insert_once
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.people import Person, Sender, Status, senders_of
from bot.now import SHANGHAI, local
from bot.talk import LESS, Can, Note, Reply
from bot.text import to_traditional

LEASE = timedelta(seconds=60)
WEB_REACH = timedelta(days=30)
"""A page that was not opened for so long reaches nobody."""
COPIES = 2
"""At most so many copies on the wire, ever."""
TWICE = frozenset({Mail.ANSWER, Mail.REMINDER, Mail.VISIT, Mail.PERSON, Mail.ALARM})
PHONE = "phone"
"""The channel of those whom somebody has to call."""
READY = (Sending.QUEUED, Sending.WAITING)


class Outcome(Enum):
    """How one attempt ended."""

    SENT = auto()
    BUSY = auto()
    UNREACHABLE = auto()
    DOUBTFUL = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message on its way to a channel."""

    id: int
    channel: str
    address: str
    reply: Reply


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
        can = self.channels.get(to[0], Can())
        text = note.text if can.private or not note.plain else note.plain
        fixed = (*Reply("").fixed, LESS) if note.kind is Mail.REMINDER else Reply("").fixed
        own = note.kind in (Mail.NOTICE, Mail.PERSON)
        reply = Reply(text, note.choices, fixed, note.media, own_words=own)
        return self._put(session, note, to, reply, now, person)

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
    ) -> Outbox | None:
        due, state, reason = self._when(note, to[0], now, person)
        if person is not None and person.traditional:
            reply = replace(reply, text=to_traditional(reply.text, [person.name]))
        values = {
            "key": note.key, "kind": note.kind, "lane": _lane(note.kind), "person_id": note.person_id or None,
            "channel": to[0], "address": to[1], "reply": reply.values(), "state": state, "due_at": due,
            "useful_until": note.useful_until, "reason": reason, "occurrence_id": note.occurrence_id,
            "notice_id": note.notice_id, "created_at": now, "attempts": 0, "claimed_by": "",
        }  # fmt: skip
        new = insert_once(session, Outbox, [values], returning=Outbox.id)
        return session.get(Outbox, new[0]) if new else None

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


def is_due(now: datetime) -> ColumnElement[bool]:
    """Its moment has come; what was due when it was made is due on every clock (a command may run on a
    calendar ahead of the product's).
    """
    return or_(Outbox.due_at <= now, Outbox.due_at <= Outbox.created_at)


def live(now: datetime, channels: Iterable[str]) -> Select[int]:
    """Ids of messages that are due on these channels: answers first, then the rest, oldest first."""
    return (
        select(Outbox.id)
        .where(Outbox.state == Sending.QUEUED, is_due(now), Outbox.channel.in_(list(channels)))
        .order_by(Outbox.lane, Outbox.due_at, Outbox.id)
    )


def claim(
    session: Session,
    worker: str,
    channels: Mapping[str, Iterable[str]],
    now: datetime,
    real: datetime,
    most: int,
) -> list[Outgoing]:
    """Take up to `most` due messages, one an address and in order, and commit them as `sending`.

    `channels`: name → addresses whose turn has not come yet (a chat that was just written to).
    """
    earlier = aliased(Outbox)
    ahead = select(earlier.id).where(
        earlier.channel == Outbox.channel,
        earlier.address == Outbox.address,
        (earlier.state == Sending.SENDING)
        | ((earlier.state == Sending.QUEUED) & (earlier.due_at <= now) & (earlier.lane == Outbox.lane)
           & (earlier.id < Outbox.id)),
    )  # fmt: skip
    query = (
        select(Outbox)
        .where(
            Outbox.state == Sending.QUEUED,
            is_due(now),
            Outbox.channel.in_(list(channels)),
            Outbox.address.not_in([a for resting in channels.values() for a in resting]),
            ~ahead.exists(),
        )
        .order_by(Outbox.lane, Outbox.due_at, Outbox.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Outbox)
    )
    taken: dict[tuple[str, str], Outgoing] = {}
    for row in session.scalars(query):
        if (row.channel, row.address) in taken or not _still_wanted(session, row, now, real):
            continue
        row.state, row.claimed_by, row.lease_until = Sending.SENDING, worker, real + LEASE
        row.attempts += 1
        taken[row.channel, row.address] = Outgoing(
            row.id, row.channel, row.address, _marked(Reply.from_values(row.reply), row)
        )
    return list(taken.values())


def _still_wanted(session: Session, row: Outbox, now: datetime, real: datetime) -> bool:
    """Settle what is too late or must not arrive any more; True for the rest."""
    person = session.get(Person, row.person_id) if row.person_id else None
    if row.useful_until is not None and row.useful_until < now:
        row.state, row.reason, row.settled_at = Sending.EXPIRED, "too_late", real
    elif person is not None and person.status is not Status.ACTIVE:
        row.state, row.reason, row.settled_at = Sending.CANCELLED, person.status.value, real
    return row.state in READY


def _marked(reply: Reply, row: Outbox) -> Reply:
    """A reminder's second copy says so."""
    if row.kind is Mail.REMINDER and row.reason == "doubt":
        return replace(reply, text=f"（重发）{reply.text}")
    return reply


def settle(session: Session, id_: int, outcome: Outcome, real: datetime, reason: str = "") -> None:
    """Write how an attempt ended; a late confirmation lifts a doubt."""
    row = session.get(Outbox, id_)
    if row is None or row.state not in (Sending.SENDING, Sending.DOUBTFUL):
        return
    if outcome is Outcome.BUSY:
        row.state, row.attempts, row.lease_until = Sending.QUEUED, row.attempts - 1, None
        return
    if outcome is Outcome.DOUBTFUL:
        _doubt(row, real)
        return
    states = {
        Outcome.SENT: Sending.SENT,
        Outcome.UNREACHABLE: Sending.UNREACHABLE,
        Outcome.FAILED: Sending.FAILED,
    }
    row.state, row.settled_at, row.lease_until = states[outcome], real, None
    row.reason = row.reason if outcome is Outcome.SENT else reason
    if outcome is Outcome.UNREACHABLE:
        session.execute(
            update(Sender)
            .where(Sender.channel == row.channel, Sender.address == row.address)
            .values(unreachable_at=real)
        )


def _doubt(row: Outbox, real: datetime) -> None:
    row.lease_until, row.reason = None, "doubt"
    again = row.kind in TWICE and row.attempts < COPIES
    row.state = Sending.QUEUED if again else Sending.DOUBTFUL
    row.settled_at = None if again else real


def recover(session: Session, real: datetime, *, every: bool) -> int:
    """Messages whose sender died while sending become doubtful. `every`: no other process sends.

    Returns how many there were.
    """
    query = select(Outbox).where(Outbox.state == Sending.SENDING)
    if not every:
        query = query.where(Outbox.lease_until < real)
    rows = session.scalars(query).all()
    for row in rows:
        _doubt(row, real)
    return len(rows)


def fetch(
    session: Session, channel: str, addresses: Sequence[str], now: datetime, real: datetime
) -> list[tuple[str, Outgoing]]:
    """What waits for addresses of a channel that fetches, oldest first, marked as sent: (kind, message)."""
    query = (
        select(Outbox)
        .where(
            Outbox.channel == channel,
            Outbox.address.in_(addresses),
            Outbox.state.in_(READY),
            is_due(now),
        )
        .order_by(Outbox.id)
    )
    taken = []
    for row in session.scalars(query):
        if not _still_wanted(session, row, now, real):
            continue
        row.state, row.settled_at, row.attempts = Sending.SENT, real, row.attempts + 1
        taken.append(
            (
                row.kind.value,
                Outgoing(row.id, row.channel, row.address, Reply.from_values(row.reply)),
            )
        )
    return taken


def cancel_for(session: Session, person_id: int, real: datetime, reason: str) -> int:
    """Cancel everything not yet sent to a person who was paused, moved or died."""
    done = session.execute(cancelling(person_id, real, reason))
    return done.rowcount  # type: ignore[attr-defined,no-any-return]


def cancelling(person_id: int, real: datetime, reason: str) -> Update:
    """The same as a value, for dialogs."""
    return (
        update(Outbox)
        .where(Outbox.person_id == person_id, Outbox.state.in_([*READY, Sending.HELD]))
        .values(state=Sending.CANCELLED, reason=reason, settled_at=real)
    )
