"""The rehearsal: what would be decided in a stretch of days, and what was decided about it already."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.mail import Outbox, Sending
from bot.domain.occurrence import held_between
from bot.now import local_day
from bot.outbox import Addresses
from bot.reminding.agenda import Pair, counts, reminder_key
from bot.reminding.decide import SENT_OR_WILL_BE, Deciding, Decision
from bot.reminding.plan import AHEAD

ALREADY = "already_sent"
_DAY = timedelta(days=1)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when is rehearsed, and by which moment addresses are judged (all aware)."""

    start: datetime
    end: datetime
    reach_at: datetime


def rehearse(deciding: Deciding, session: Session, stretch: Stretch) -> Iterator[Decision]:
    """Every reminder of these days, in order of time; of those decided by an earlier turn, as it was decided.

    Occurrences must have been planned. Stores nothing that stays.
    """
    first, last = local_day(stretch.start) - _DAY, local_day(stretch.end) + AHEAD
    pairs = [
        (row, due)
        for row in session.scalars(held_between(first, last)).all()
        for due in deciding.agendas.dues(session, row)
        if stretch.start <= due.at <= stretch.end
    ]
    pairs.sort(key=lambda pair: (pair[1].at, pair[1].person_id))
    yield from judged(deciding, session, pairs, stretch)


def judged(
    deciding: Deciding,
    session: Session,
    pairs: Sequence[Pair],
    stretch: Stretch,
    known: Addresses | None = None,
) -> Iterator[Decision]:
    """What becomes of each of these, which are in order of time and all that their people get in the stretch.

    `known`: the addresses of these people, where the caller has read them.
    """
    sent: defaultdict[tuple[int, date], int] = defaultdict(int)
    decided = _decided(session, pairs)
    known = known or deciding.post.addresses(session, {due.person_id for _, due in pairs})
    for row, due in pairs:
        day = (due.person_id, local_day(due.at))
        before = decided.get(reminder_key(row, due))
        if before is None:
            decision = deciding.judge(known, (row, due), due.at, sent[day], stretch.reach_at)
        else:
            decision = Decision(due, reminder_key(row, due), due.at, due.text, before)
        sent[day] += decision.withheld in (None, ALREADY) and counts(due)
        yield decision


def _decided(session: Session, pairs: Sequence[Pair]) -> dict[str, str]:
    """By key, what became of reminders that were decided: already_sent, or why not."""
    keys = [reminder_key(row, due) for row, due in pairs]
    found = {}
    for start in range(0, len(keys), _AT_ONCE):
        query = select(Outbox.key, Outbox.state, Outbox.reason).where(
            Outbox.key.in_(keys[start : start + _AT_ONCE])
        )
        for key, state, reason in session.execute(query):
            found[key] = ALREADY if state in SENT_OR_WILL_BE else _why(state, reason)
    return found


def _why(state: Sending, reason: str) -> str:
    return state.value if state is Sending.UNREACHABLE or not reason else reason
