"""Deciding: each due reminder goes out, joins another, or is withheld for a reason that is kept."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.occurrence import ClockMark, Occurrence, falling_due
from bot.domain.people import Person, Status
from bot.feature import Due, Occasion, Reminder
from bot.now import SHANGHAI, local_day
from bot.outbox import Post
from bot.talk import Note

LATE = timedelta(minutes=30)
"""From here on a reminder sent late says so."""
ROOM = 150
"""Characters that joined reminders may have together; on a shared phone a name comes in front."""
SENT_OR_WILL_BE = (
    Sending.SENT, Sending.WAITING, Sending.DOUBTFUL, Sending.QUEUED, Sending.SENDING,
)  # fmt: skip
Pair = tuple[Occurrence, Due]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one reminder: sent at `at` (aware) with `text`, or withheld and why."""

    due: Due
    key: str
    at: datetime
    text: str
    withheld: str | None = None
    """quiet_hours, opted_out, unreachable, paused, limit, merged, too_late, superseded; None: it goes out.

    In a rehearsal also already_sent.
    """


class Deciding:
    """Decides for one deployment."""

    def __init__(self, reminders: Sequence[Reminder], post: Post, settings: Any) -> None:
        """`settings.limits.reminders_a_day` bounds what a person gets unasked."""
        self.reminders, self.post, self.settings = reminders, post, settings
        self.limit: int = settings.limits.reminders_a_day

    def decide(self, session: Session, now: datetime) -> list[Decision]:
        """Decide every reminder due up to `now` that was not decided before, and queue it."""
        rows = session.scalars(falling_due(now)).all()
        ready = []
        for row in rows:
            dues = list(self.dues(session, row))
            ready += [(row, due) for due in dues if due.at <= now]
            later = [due.at for due in dues if due.at > now]
            # With nobody to remind yet, look again tomorrow: somebody may join until then.
            again = None if dues or row.on < local_day(now) else now + timedelta(days=1)
            row.next_at = min(later, default=again)
        ready.sort(key=lambda pair: pair[1].at)
        return self._queue_all(session, self._undecided(session, ready), now)

    def _latest(self, session: Session, pairs: list[Pair], now: datetime) -> list[Pair]:
        """Of several reminders of one thing to one person that are due together, only the last is true now.

        The others are kept as superseded; what was over before this deployment began is not even that.
        """
        mark = session.get(ClockMark, 1)
        last: dict[tuple[int, int], Pair] = {}
        for row, due in pairs:
            last[row.id, due.person_id] = (row, due)
        kept = []
        for row, due in pairs:
            if last[row.id, due.person_id][1] is due:
                kept.append((row, due))
            elif mark is None or due.at >= mark.first_at:
                key = reminder_key(row, due)
                self._queue(session, row, Decision(due, key, now, due.text, "superseded"), now)
        return [p for p in kept if mark is None or p[1].useful_until >= mark.first_at]

    def dues(self, session: Session, row: Occurrence) -> Iterator[Due]:
        """Who is reminded of an occurrence, when and in which words."""
        reminder = next((r for r in self.reminders if _covers(r, row)), None)
        if reminder is not None:
            occasion = Occasion(row.rule, row.day, row.subject, row.at, row.title, row.moved_to)
            yield from reminder.dues(SessionRows(session), occasion, self.settings)

    def _queue_all(self, session: Session, pairs: list[Pair], now: datetime) -> list[Decision]:
        """Queue in order; the last message a person may get today takes along what else comes today."""
        made: list[Decision] = []
        pairs = self._latest(session, pairs, now)
        rest: dict[int, list[Pair]] | None = None
        taken: set[str] = set()
        for row, due in pairs:
            if reminder_key(row, due) in taken:
                continue
            sent = self._sent_today(session, due.person_id, now) if counts(due) else 0
            decision = self.judge(session, row, due, now, sent)
            if decision.withheld is None and counts(due) and sent == self.limit - 1:
                rest = self._rest_of_day(session, now, pairs) if rest is None else rest
                others = [p for p in rest.get(due.person_id, []) if reminder_key(*p) not in taken]
                decision, joined = self._joined(session, decision, others, now)
                made += joined
                taken |= {other.key for other in joined}
            self._queue(session, row, decision, now)
            made.append(decision)
        return made

    def _rest_of_day(
        self, session: Session, now: datetime, pairs: list[Pair]
    ) -> dict[int, list[Pair]]:
        """What else falls due today, by person."""
        end = datetime.combine(local_day(now) + timedelta(days=1), datetime.min.time(), SHANGHAI)
        later = [
            (row, due)
            for row in session.scalars(falling_due(end)).all()
            for due in self.dues(session, row)
            if now < due.at < end
        ]
        by_person: defaultdict[int, list[Pair]] = defaultdict(list)
        for pair in [*pairs, *later]:
            if counts(pair[1]):
                by_person[pair[1].person_id].append(pair)
        return by_person

    def _joined(
        self, session: Session, decision: Decision, others: list[Pair], now: datetime
    ) -> tuple[Decision, list[Decision]]:
        """`decision` with the words of the others that fit; those are kept as merged."""
        merged = []
        for row, due in others:
            key = reminder_key(row, due)
            if key == decision.key or not self._undecided(session, [(row, due)]):
                continue
            if len(decision.text) + 1 + len(due.text) > ROOM:
                continue
            media = (*decision.due.media, *due.media)
            whole = replace(decision.due, text=f"{decision.text}\n{due.text}", media=media)
            decision = replace(decision, due=whole, text=whole.text)
            other = Decision(due, key, decision.at, due.text, "merged")
            self._queue(session, row, other, now)
            merged.append(other)
        return decision, merged

    def judge(
        self,
        session: Session,
        row: Occurrence,
        due: Due,
        now: datetime,
        sent: int,
        reach_at: datetime | None = None,
    ) -> Decision:
        """What becomes of one reminder at `now`, `sent` others having gone out to the person that day.

        `reach_at`: by whose moment addresses are judged; a rehearsal doesn't know who will open the page.
        """
        person = session.get(Person, due.person_id)
        at = max(now, due.at)
        staff = person is not None and person.is_staff
        quiet = at if staff else self.post.quiet.after(at)
        reached = person is not None and self.post.reach(session, person, reach_at or at)
        withheld = self._withheld(person, due, (at, quiet), sent, reached=bool(reached))
        late = at - due.at > LATE and withheld is None
        text = f"（补发）{due.text}" if late else due.text
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

    def _queue(self, session: Session, row: Occurrence, decision: Decision, now: datetime) -> None:
        due = decision.due
        note = Note(
            due.person_id, decision.text, decision.key, _kind(due), due.plain, media=due.media,
            due_at=decision.at if decision.at > now else None, useful_until=due.useful_until,
            occurrence_id=row.id,
        )  # fmt: skip
        queued = self.post.note(session, note, now)
        if queued is not None and decision.withheld not in (None, "unreachable"):
            too_late = decision.withheld in ("too_late", "quiet_hours", "superseded")
            queued.state = Sending.EXPIRED if too_late else Sending.CANCELLED
            queued.reason, queued.settled_at = str(decision.withheld), now

    def _sent_today(self, session: Session, person_id: int, now: datetime) -> int:
        start = datetime.combine(local_day(now), datetime.min.time(), SHANGHAI)
        query = select(func.count(Outbox.id)).where(
            Outbox.person_id == person_id,
            Outbox.kind == Mail.REMINDER,
            Outbox.state.in_(SENT_OR_WILL_BE),
            Outbox.created_at >= start,
            Outbox.created_at < start + timedelta(days=1),
        )
        return session.scalar(query) or 0

    def _undecided(self, session: Session, pairs: Sequence[Pair]) -> list[Pair]:
        keys = [reminder_key(row, due) for row, due in pairs]
        known: set[str] = set()
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            known |= set(session.scalars(select(Outbox.key).where(Outbox.key.in_(some))))
        return [pair for pair, key in zip(pairs, keys, strict=True) if key not in known]


def _covers(reminder: Reminder, row: Occurrence) -> bool:
    return row.rule == reminder.name or row.rule.startswith(f"{reminder.name}.")


def reminder_key(row: Occurrence, due: Due) -> str:
    """Unique for ever: a hundred ticks make one reminder."""
    return f"r:{row.rule}:{row.day}:{row.subject}:{row.revision}:{due.lead}:{due.person_id}"


def _kind(due: Due) -> Mail:
    return Mail.VISIT if due.occasion.rule.startswith("visit") else Mail.REMINDER


def counts(due: Due) -> bool:
    """Visit messages don't count among a person's reminders of a day."""
    return _kind(due) is Mail.REMINDER
