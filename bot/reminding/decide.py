"""Deciding: each due reminder goes out, joins another, or is withheld for a reason that is kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.occurrence import ClockMark, Occurrence
from bot.domain.people import Person, Status
from bot.domain.undelivered import LATE_MARK
from bot.feature import Due, Reminder
from bot.now import SHANGHAI, local_day
from bot.outbox import Addresses, Post
from bot.reminding.agenda import (
    Agenda,
    Agendas,
    Pair,
    counts,
    kind_of,
    reminder_key,
    settle,
    unchanged,
    undecided,
)
from bot.talk import Note

LATE = timedelta(minutes=30)
"""From here on a reminder sent late says so."""
ROOM = 150
"""Characters that joined reminders may have together; on a shared phone a name comes in front."""
SENT_OR_WILL_BE = (
    Sending.SENT, Sending.WAITING, Sending.DOUBTFUL, Sending.QUEUED, Sending.SENDING,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one reminder: sent at `at` (aware) with `text`, or withheld and why."""

    due: Due
    key: str
    at: datetime
    text: str
    withheld: str | None = None
    """quiet_hours, opted_out, unreachable, paused, limit, merged, too_late, superseded, retimed; None: it goes out.

    In a rehearsal also already_sent.
    """


class Deciding:
    """Decides for one deployment."""

    def __init__(self, reminders: Sequence[Reminder], post: Post, settings: Any) -> None:
        """`settings.limits.reminders_a_day` bounds what a person gets unasked."""
        self.agendas = Agendas(reminders, settings)
        self.post = post

    @property
    def limit(self) -> int:
        """How many reminders a person gets a day."""
        return int(self.agendas.settings.limits.reminders_a_day)

    def decide(self, session: Session, now: datetime) -> list[Decision]:
        """Everything due up to `now` in one transaction; a running product takes it in parts (`bot.clock`)."""
        agenda = self.agendas.read(session, now)
        made = [one for part in agenda.parts() for one in self.take(session, part)]
        settle(session, agenda)
        agenda.blame()
        return made

    def take(self, session: Session, part: Agenda) -> list[Decision]:
        """Decide and queue a few people's reminders, as far as nobody did and they still stand."""
        due = undecided(session, unchanged(session, part.due))
        known = self.post.addresses(session, {one.person_id for _, one in due})
        return _Taking(self, session, part, known).all(due)

    def judge(
        self,
        known: Addresses,
        pair: Pair,
        now: datetime,
        sent: int,
        reach_at: datetime | None = None,
    ) -> Decision:
        """What becomes of one reminder at `now`, `sent` others having gone out to the person that day.

        `reach_at`: by whose moment addresses are judged; a rehearsal doesn't know who will open the page.
        """
        row, due = pair
        person = known.people.get(due.person_id)
        at = max(now, due.at)
        staff = person is not None and person.is_staff
        quiet = at if staff else self.post.quiet.after(at)
        reached = known.reach(due.person_id, reach_at or at)
        withheld = self._withheld(person, due, (at, quiet), sent, reached=bool(reached))
        late = at - due.at > LATE and withheld is None
        text = f"{LATE_MARK}{due.text}" if late else due.text
        return Decision(due, reminder_key(row, due), quiet, text, withheld)

    def _withheld(
        self,
        person: Person | None,
        due: Due,
        moments: tuple[datetime, datetime],
        sent: int,
        *,
        reached: bool,
    ) -> str | None:
        at, after_quiet = moments
        if person is None or person.status is not Status.ACTIVE:
            return "paused"
        reasons = {
            "opted_out": person.reminders_off and counts(due),
            "too_late": at > due.useful_until,
            "quiet_hours": after_quiet > due.useful_until,
            "limit": sent >= self.limit and counts(due),
            "unreachable": not reached,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)


class _Taking:
    """One transaction's reminders: the last message a person may get today takes along what else comes today."""

    def __init__(
        self, deciding: Deciding, session: Session, part: Agenda, known: Addresses
    ) -> None:
        self.deciding, self.session, self.known, self.now = deciding, session, known, part.now
        self.rest = part.rest
        self.mark = session.get(ClockMark, 1)
        self.sent = _sent_today(session, known.people, part.now)
        self.made: list[Decision] = []
        self.taken: set[str] = set()

    def all(self, due: Sequence[Pair]) -> list[Decision]:
        """Decide in order of time; returns what was sent, joined or withheld."""
        pairs = self._latest(due)
        coming = [*pairs, *self.rest]
        for pair in pairs:
            if reminder_key(*pair) not in self.taken:
                self._one(pair, coming)
        return self.made

    def _one(self, pair: Pair, coming: Sequence[Pair]) -> None:
        person, counted = pair[1].person_id, counts(pair[1])
        sent = self.sent[person] if counted else 0
        decision = self.deciding.judge(self.known, pair, self.now, sent)
        if decision.withheld is None and counted:
            if sent == self.deciding.limit - 1:
                others = [p for p in coming if p[1].person_id == person and counts(p[1])]
                decision = self._joined(decision, others)
            self.sent[person] += 1
        self._queue(pair[0], decision)
        self.made.append(decision)

    def _latest(self, pairs: Sequence[Pair]) -> list[Pair]:
        """Of several reminders of one thing to one person that are due together, only the last is true now.

        The others are kept as superseded; what was over before this deployment began is not even that.
        """
        began = self.mark.first_at if self.mark else None
        last = {(row.id, due.person_id): due for row, due in pairs}
        kept = []
        for row, due in pairs:
            if last[row.id, due.person_id] is due:
                kept.append((row, due))
            elif began is None or due.at >= began:
                key = reminder_key(row, due)
                self._queue(row, Decision(due, key, self.now, due.text, "superseded"))
        return [pair for pair in kept if began is None or pair[1].useful_until >= began]

    def _joined(self, decision: Decision, others: Sequence[Pair]) -> Decision:
        """`decision` with the words of the others that fit; those are kept as merged."""
        for row, due in undecided(self.session, others):
            key = reminder_key(row, due)
            if key == decision.key or len(decision.text) + 1 + len(due.text) > ROOM:
                continue
            media = (*decision.due.media, *due.media)
            until = max(decision.due.useful_until, due.useful_until)
            text = f"{decision.text}\n{due.text}"
            whole = replace(decision.due, text=text, media=media, useful_until=until)
            decision = replace(decision, due=whole, text=whole.text)
            other = Decision(due, key, decision.at, due.text, "merged")
            self._queue(row, other)
            self.made.append(other)
            self.taken.add(key)
        return decision

    def _queue(self, row: Occurrence, decision: Decision) -> None:
        due = decision.due
        note = Note(
            due.person_id, decision.text, decision.key, kind_of(due), due.plain, media=due.media,
            due_at=decision.at if decision.at > self.now else None, useful_until=due.useful_until,
            occurrence_id=row.id,
        )  # fmt: skip
        kept = None
        if decision.withheld not in (None, "unreachable"):
            late = decision.withheld in ("too_late", "quiet_hours", "superseded")
            kept = (Sending.EXPIRED if late else Sending.CANCELLED, str(decision.withheld))
        self.deciding.post.queue(self.session, note, self.now, self.known, kept)


def _sent_today(session: Session, people: Iterable[int], now: datetime) -> Counter[int]:
    """How many reminders went out to each of `people` today, or will."""
    start = datetime.combine(local_day(now), datetime.min.time(), SHANGHAI)
    query = (
        select(Outbox.person_id, func.count(Outbox.id))
        .where(
            Outbox.person_id.in_(list(people)),
            Outbox.kind == Mail.REMINDER,
            Outbox.state.in_(SENT_OR_WILL_BE),
            Outbox.created_at >= start,
            Outbox.created_at < start + timedelta(days=1),
        )
        .group_by(Outbox.person_id)
    )
    return Counter({id_: count for id_, count in session.execute(query) if id_ is not None})
