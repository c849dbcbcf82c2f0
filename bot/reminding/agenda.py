"""What a tick has to decide: read first, while others write, then decided a few people at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, lazyload

from bot.db import SessionRows
from bot.domain.mail import Mail, Outbox
from bot.domain.occurrence import Occurrence, OccurrenceState, falling_due
from bot.domain.people import Person
from bot.feature import Due, Occasion, Reminder
from bot.now import SHANGHAI, local_day
from bot.reminding.who import one_by_one

PEOPLE_AT_ONCE = 50
"""So many people's reminders are decided in one transaction; answers on SQLite wait for no more than these."""
_KEYS_AT_ONCE = 500
PERSON = "person:"
Pair = tuple[Occurrence, Due]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What one tick found, as plain values: the rows belong to no session any more."""

    now: datetime
    due: Sequence[Pair] = ()
    """Not decided yet, in order of time."""
    rest: Sequence[Pair] = ()
    """What else falls due today."""
    again: Sequence[tuple[Occurrence, datetime | None]] = ()
    """When each occurrence is to be looked at again."""
    failed: Sequence[tuple[str, Exception]] = ()
    """Occurrences (by rule, day and subject) that their feature could not tell about: looked at again next time."""

    def blame(self) -> None:
        """Raise the first failure, for callers who have nobody else to tell."""
        for _, error in self.failed:
            raise error

    def parts(self) -> Iterator["Agenda"]:
        """A few people's reminders at a time, whoever's is due first before the others."""
        due, rest = _by_person(self.due), _by_person(self.rest)
        people = list(due)
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            some = people[start : start + PEOPLE_AT_ONCE]
            found = sorted((pair for id_ in some for pair in due[id_]), key=lambda p: p[1].at)
            yield Agenda(self.now, found, [pair for id_ in some for pair in rest.get(id_, ())])


class Agendas:
    """Reads them, for one deployment."""

    def __init__(self, reminders: Sequence[Reminder], settings: Any) -> None:
        """`settings` is handed to the features' own functions."""
        self.reminders, self.settings = reminders, settings

    def read(self, session: Session, now: datetime) -> Agenda:
        """Every reminder due up to `now` that was not decided before; writes nothing."""
        due: list[Pair] = []
        again: list[tuple[Occurrence, datetime | None]] = []
        failed: list[tuple[str, Exception]] = []
        for row, dues in self.each(session, session.scalars(falling_due(now)).all(), failed):
            due += [(row, one) for one in dues if one.at <= now]
            later = [one.at for one in dues if one.at > now]
            # With nobody to remind yet, look again tomorrow: somebody may join until then.
            tomorrow = None if dues or row.on < local_day(now) else now + timedelta(days=1)
            again.append((row, min(later, default=tomorrow)))
        due = undecided(session, sorted(due, key=lambda pair: pair[1].at))
        rest = self._rest(session, now) if due else []
        return Agenda(now, due, rest, again, failed)

    def dues(self, session: Session, row: Occurrence) -> Iterator[Due]:
        """Who is reminded of an occurrence, when and in which words."""
        reminder = next((r for r in self.reminders if _covers(r, row)), None)
        if reminder is not None:
            occasion = Occasion(row.rule, row.day, row.subject, row.at, row.title, row.moved_to)
            for one in reminder.dues(SessionRows(session), occasion, self.settings):
                yield from one_by_one(session, one)

    def each(
        self,
        session: Session,
        rows: Sequence[Occurrence],
        failed: list[tuple[str, Exception]],
    ) -> Iterator[tuple[Occurrence, list[Due]]]:
        """Each occurrence with its reminders; the people it is about are looked up together."""
        for start in range(0, len(rows), _KEYS_AT_ONCE):
            some = rows[start : start + _KEYS_AT_ONCE]
            held = people_about(session, [row.subject for row in some])
            for row in some:
                try:
                    dues = list(self.dues(session, row))
                except Exception as error:  # one feature's fault must not silence the others
                    failed.append((f"{row.rule}:{row.day}:{row.subject}", error))
                else:
                    yield row, dues
            del held

    def _rest(self, session: Session, now: datetime) -> list[Pair]:
        end = datetime.combine(local_day(now) + timedelta(days=1), datetime.min.time(), SHANGHAI)
        rows = session.scalars(falling_due(end)).all()
        each = self.each(session, rows, [])
        return [(row, one) for row, dues in each for one in dues if now < one.at < end]


def people_about(session: Session, subjects: Iterable[str]) -> Sequence[Person]:
    """The people whom these occasions are about, read together.

    To be held until the features have asked for them: the session itself forgets what nobody holds.
    """
    about = {int(one[len(PERSON) :]) for one in subjects if one.startswith(PERSON)}
    query = select(Person).where(Person.id.in_(about))
    # Branch and posts cost more than the people, and hardly a reminder names them.
    return session.scalars(query.options(lazyload("*"))).all()


def settle(session: Session, agenda: Agenda) -> None:
    """All of `agenda` is decided: say when to look at its occurrences again, unless they changed meanwhile."""
    table = Occurrence.__table__
    same = (table.c.id == bindparam("row")) & (table.c.revision == bindparam("seen"))
    statement = update(Occurrence).where(same).values(next_at=bindparam("again"))
    values = [{"row": r.id, "seen": r.revision, "again": at} for r, at in agenda.again]
    if values:
        session.connection().execute(statement, values)


def unchanged(session: Session, pairs: Sequence[Pair]) -> list[Pair]:
    """Those whose occurrence still stands as it was read."""
    ids = {row.id for row, _ in pairs}
    query = select(Occurrence.id, Occurrence.revision).where(
        Occurrence.id.in_(ids), Occurrence.state == OccurrenceState.PLANNED
    )
    standing = {tuple(found) for found in session.execute(query)}
    return [pair for pair in pairs if (pair[0].id, pair[0].revision) in standing]


def undecided(session: Session, pairs: Sequence[Pair]) -> list[Pair]:
    """Those of which the outbox has no row yet."""
    keys = [reminder_key(row, due) for row, due in pairs]
    known: set[str] = set()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        known |= set(session.scalars(select(Outbox.key).where(Outbox.key.in_(some))))
    return [pair for pair, key in zip(pairs, keys, strict=True) if key not in known]


def reminder_key(row: Occurrence, due: Due) -> str:
    """Unique for ever: a hundred ticks make one reminder."""
    return f"r:{row.rule}:{row.day}:{row.subject}:{row.revision}:{due.lead}:{due.person_id}"


def kind_of(due: Due) -> Mail:
    """What kind of message a reminder is."""
    return Mail.VISIT if due.occasion.rule.startswith("visit") else Mail.REMINDER


def counts(due: Due) -> bool:
    """Visit messages don't count among a person's reminders of a day."""
    return kind_of(due) is Mail.REMINDER


def _covers(reminder: Reminder, row: Occurrence) -> bool:
    return row.rule == reminder.name or row.rule.startswith(f"{reminder.name}.")


def _by_person(pairs: Iterable[Pair]) -> dict[int, list[Pair]]:
    found: dict[int, list[Pair]] = {}
    for pair in pairs:
        found.setdefault(pair[1].person_id, []).append(pair)
    return found
