"""After a change of the settings: what is not sent yet goes by the new ones, what went out stays.

A moment that lies before the change, and only by the new settings, is not made up for: nobody should get
last week's reminder because somebody put "seven days before" today. It is kept as "retimed". What was due
by the old settings and missed is due as before.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.mail import Sending
from bot.domain.occurrence import ClockMark, not_due
from bot.domain.settings import SettingChange, newest
from bot.now import local_day
from bot.outbox import hush
from bot.reminding.agenda import Agenda, kind_of, reminder_key, settle, undecided
from bot.reminding.decide import Deciding
from bot.talk import Note
from bot.tuning import follow

RETIMED = "retimed"


@dataclass(frozen=True, slots=True)
class Retiming:
    """What follows from the changes up to number `seen`."""

    seen: int
    agenda: Agenda
    """Its `due` are the moments that are not made up for."""


def retiming(deciding: Deciding, session: Session, now: datetime) -> Retiming | None:
    """Put the latest settings in force for this turn; None where the clock goes by them already."""
    agendas = deciding.agendas
    follow(session, agendas.settings)
    mark = session.get(ClockMark, 1)
    latest = session.scalar(newest(phrases=False)) or 0
    if mark is None or mark.settings_seen == latest:
        return None
    since = session.get_one(SettingChange, latest).at
    passed, again = [], []
    rows = session.scalars(not_due(now, local_day(now))).all()
    for row, dues in agendas.each(session, rows, []):
        passed += [(row, due) for due in dues if due.at <= since]
        ahead = (due.at for due in dues if due.at > since)
        again.append((row, min(ahead, default=None if dues else row.next_at)))
    return Retiming(latest, Agenda(now, undecided(session, passed), again=again))


def give_up(deciding: Deciding, session: Session, part: Agenda) -> None:
    """Keep of a few people's reminders that they are not made up for."""
    known = deciding.post.addresses(session, {due.person_id for _, due in part.due})
    for row, due in undecided(session, part.due):
        note = Note(
            due.person_id, due.text, reminder_key(row, due), kind_of(due), due.plain, occurrence_id=row.id
        )  # fmt: skip
        deciding.post.queue(session, note, part.now, known, (Sending.CANCELLED, RETIMED))


def go_by(deciding: Deciding, session: Session, found: Retiming) -> None:
    """From now on the clock goes by these settings; what waits for its hour keeps the new quiet hours."""
    session.get_one(ClockMark, 1).settings_seen = found.seen
    hush(session, deciding.post.quiet, found.agenda.now)
    settle(session, found.agenda)
