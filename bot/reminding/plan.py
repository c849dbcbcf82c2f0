"""Planning: occurrences that say what is true now; whoever was told otherwise is told again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import outbox
from bot.db import SessionRows, insert_once
from bot.domain.mail import Mail, Outbox
from bot.domain.occurrence import ClockMark, Occurrence, OccurrenceState, named_on, of_rule
from bot.domain.phrase import Phrase, Slot
from bot.domain.schedule import was_told
from bot.domain.wording import day_words, time_words
from bot.feature import Occasion, Reminder
from bot.now import SHANGHAI, local_day
from bot.outbox import Post
from bot.talk import Note

AHEAD = timedelta(days=45)
BEHIND = timedelta(days=45)
"""How far back a start after an outage looks for occurrences never planned."""
MARGIN = timedelta(days=2)
_COMPARED = (
    Occurrence.id, Occurrence.rule, Occurrence.day, Occurrence.subject, Occurrence.moved_to, Occurrence.at,
    Occurrence.title, Occurrence.state,
)  # fmt: skip
Differences = tuple[list[Occasion], list[tuple[int, Occasion | None]]]
"""What isn't kept yet; and the ids of what is, with what is true now (None: it isn't held any more)."""
CALLED_OFF = Phrase(
    "calendar.cancelled", "日子取消了，发给已经提醒过的人", "{日子}的{活动}不办了，请您别跑空。",
    (Slot("when", "日子", "12月10日(周四)", needed=True), Slot("what", "活动", "学习", needed=True)),
)  # fmt: skip
PUT_OFF = Phrase(
    "calendar.moved", "日子改期了，发给已经提醒过的人", "{活动}改到{新日子}，请您留意。",
    (
        Slot("what", "活动", "学习", needed=True),
        Slot("when", "新日子", "12月11日(周五)上午9点", needed=True),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to come, and what is kept of it."""

    occasion: Occasion
    stored: Occurrence | None

    @property
    def kept_id(self) -> int | None:
        """Of the row that says the same; None where the next turn would write another."""
        row, wanted = self.stored, self.occasion
        if row is None or row.state is not OccurrenceState.PLANNED:
            return None
        return row.id if (row.moved_to, row.at) == (wanted.moved_to, wanted.at) else None

    def row(self) -> Occurrence:
        """The stored row where it says what is true, else the one that would stand in its place: of no session."""
        row, wanted = self.stored, self.occasion
        if row is not None and self.kept_id is not None:
            return row
        return Occurrence(
            rule=wanted.rule, day=wanted.day, subject=wanted.subject,
            revision=row.revision + 1 if row is not None else 0,
            moved_to=wanted.moved_to, at=wanted.at, title=wanted.title, state=OccurrenceState.PLANNED,
        )  # fmt: skip


class Planning:
    """Keeps the occurrences of a deployment's reminders."""

    def __init__(self, reminders: Sequence[Reminder], post: Post, settings: Any) -> None:
        """`settings` is handed to the features' own functions."""
        self.reminders, self.post, self.settings = reminders, post, settings

    def plan(self, session: Session, now: datetime, upto: datetime | None = None) -> int:
        """Make, move and cancel occurrences so that they say what is true now; returns how many changed.

        `upto`: how far ahead, 45 days at the least (a rehearsal may look further).
        """
        mark = session.get(ClockMark, 1) or ClockMark(id=1, first_at=now, last_at=now)
        changed = 0
        for new, others in self._differences(session, _window(mark, now, upto or now), now):
            changed += len(self._insert(session, new, now))
            for id_, wanted in others:
                changed += self._compare(session, session.get_one(Occurrence, id_), wanted, now)
        self.note(session, now)
        return changed

    def seen(self, session: Session, now: datetime) -> bool:
        """Whether all is planned already. Writes nothing: nobody who writes waits for this look."""
        mark = session.get(ClockMark, 1)
        window = _window(mark, now, now) if mark is not None else None
        return window is not None and not any(self._differences(session, window, now))

    def _differences(
        self, session: Session, window: tuple[date, date], now: datetime
    ) -> Iterator[Differences]:
        """Of each reminder for which something differs: what is new, and what of the kept is true otherwise."""
        for reminder in self.reminders:
            rows, others = SessionRows(session), list[tuple[int, Occasion | None]]()
            held = reminder.occasions(rows, *window, self.settings)
            wanted = {_key(o): o for o in held if window[0] <= o.day <= window[1]}
            kept = of_rule(reminder.name, *window).with_only_columns(*_COMPARED)
            for id_, rule, day, subject, *stands in rows.table(kept):
                occasion = wanted.pop((rule, day, subject), None)
                if _differs(occasion, day, stands, local_day(now)):
                    others.append((id_, occasion))
            if wanted or others:
                yield list(wanted.values()), others

    def foreseen(
        self, session: Session, reminder: Reminder, first: date, last: date
    ) -> list["Ahead"]:
        """What really is on these days, as the next turn would have it. Writes nothing."""
        found = reminder.occasions(SessionRows(session), first, last, self.settings)
        wanted = [one for one in found if first <= one.on <= last]
        kept = named_on(reminder.name, {one.day for one in wanted})
        stored = {_key(o): o for o in session.scalars(kept)}
        return [Ahead(one, stored.get(_key(one))) for one in wanted]

    def note(self, session: Session, now: datetime) -> None:
        """Remember that the clock was here; the first time, since when it is."""
        mark = session.get(ClockMark, 1) or ClockMark(id=1, first_at=now, last_at=now)
        mark.first_at, mark.last_at = min(mark.first_at, now), now
        session.add(mark)

    def _insert(self, session: Session, occasions: Iterable[Occasion], now: datetime) -> list[Any]:
        rows = [
            {
                "rule": o.rule, "day": o.day, "subject": o.subject, "revision": 0, "moved_to": o.moved_to,
                "at": o.at, "title": o.title, "state": OccurrenceState.PLANNED, "created_at": now,
                "next_at": datetime.combine(o.day - BEHIND, o.at, SHANGHAI),
            }
            for o in occasions
        ]  # fmt: skip
        return insert_once(session, Occurrence, rows, returning=Occurrence.id)

    def _compare(
        self, session: Session, row: Occurrence, wanted: Occasion | None, now: datetime
    ) -> int:
        planned = row.state is OccurrenceState.PLANNED
        if wanted is None:
            if not planned or row.on < local_day(now):
                return 0
            row.state, row.next_at = OccurrenceState.CANCELLED, None
            words = CALLED_OFF(self.settings, when=day_words(row.on), what=row.title)
            self._tell_again(session, row, now, words)
            return 1
        if planned and (row.moved_to, row.at) == (wanted.moved_to, wanted.at):
            row.title = wanted.title
            return 0
        row.state, row.title = OccurrenceState.PLANNED, wanted.title
        row.moved_to, row.at = wanted.moved_to, wanted.at
        row.next_at = datetime.combine(row.day - BEHIND, row.at, SHANGHAI)
        when = f"{day_words(row.on)}{time_words(row.at)}"
        words = PUT_OFF(self.settings, what=row.title, when=when)
        self._tell_again(session, row, now, words)
        row.revision += 1
        return 1

    def _tell_again(self, session: Session, row: Occurrence, now: datetime, text: str) -> None:
        """Withdraw what is not sent yet; tell those who were told, or may have been, what has changed."""
        of_it = Outbox.occurrence_id == row.id
        session.execute(outbox.withdrawing(of_it))
        told = session.scalars(select(Outbox.person_id).where(of_it, was_told()).distinct())
        for person_id in list(told):
            if person_id is not None and row.title:
                key = f"change:{row.id}:{row.revision}:{row.state}:{person_id}"
                self.post.note(session, Note(person_id, text, key, Mail.VISIT), now)


def _window(mark: ClockMark, now: datetime, upto: datetime) -> tuple[date, date]:
    """From the last tick (nothing before the first one was missed) to 45 days ahead."""
    today, last = local_day(now), local_day(mark.last_at)
    first = max(min(today, last - MARGIN), today - BEHIND, local_day(mark.first_at))
    return min(first, today), max(today, local_day(upto)) + AHEAD


def _differs(wanted: Occasion | None, day: date, stands: Sequence[Any], today: date) -> bool:
    """Whether a kept occurrence of this day says something else than what is true now.

    `stands`: where it was moved, its hour, its title and its state.
    """
    moved_to, at, title, state = stands
    planned = state is OccurrenceState.PLANNED
    if wanted is None:
        return planned and (moved_to or day) >= today
    return not planned or (moved_to, at, title) != (wanted.moved_to, wanted.at, wanted.title)


def _key(o: Occasion | Occurrence) -> tuple[str, Any, str]:
    return o.rule, o.day, o.subject
