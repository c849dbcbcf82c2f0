"""The rehearsal as the desk shows it: what the clock would do, planned and decided without writing anything.

Everything of the days asked for is counted, a page of it is judged; so a page costs what its people cost.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from bot.domain.foreseen import Foreseen, Foresight, Wanted
from bot.domain.mail import Outbox
from bot.domain.occurrence import Occurrence, held_between
from bot.domain.people import Person
from bot.now import SHANGHAI, local_day
from bot.outbox import PHONE
from bot.reminding.agenda import Pair
from bot.reminding.decide import Deciding, Decision
from bot.reminding.plan import AHEAD, Planning
from bot.reminding.rehearse import Stretch, judged

BACK = timedelta(days=31)
"""So far a day may have been moved from the one that its rule names."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Foreseeing:
    """Answers `Wanted` for one deployment."""

    planning: Planning
    deciding: Deciding

    def foresee(self, session: Session, wanted: Wanted, now: datetime) -> Foresight:
        """What would be sent; addresses are judged by `now`, for nobody knows who will open the page."""
        start = datetime.combine(wanted.first, time(0), SHANGHAI)
        end = datetime.combine(wanted.last + _DAY, time(0), SHANGHAI) - timedelta(seconds=1)
        stretch = Stretch(start, end, now)
        pairs = self._pairs(session, wanted, stretch)
        asked = [pair for pair in pairs if _asked(pair[0], wanted)]
        by_day = Counter(local_day(due.at) for _, due in asked)
        listed = [pair for pair in asked if wanted.on in (None, local_day(pair[1].at))]
        page = listed[wanted.start : wanted.start + wanted.most]
        return Foresight(self._judged(session, pairs, page, stretch), len(listed), by_day)

    def _pairs(self, session: Session, wanted: Wanted, stretch: Stretch) -> list[Pair]:
        """Who is reminded of what in these days, in order of time."""
        people = _people(session, wanted)
        found = [
            (row, due)
            for row in self._rows(session, wanted, stretch)
            for due in self.deciding.agendas.dues(session, row)
            if stretch.start <= due.at <= stretch.end
            and (people is None or due.person_id in people)
        ]
        return sorted(found, key=lambda pair: (pair[1].at, pair[1].person_id))

    def _rows(self, session: Session, wanted: Wanted, stretch: Stretch) -> Iterator[Occurrence]:
        """What may be reminded of in these days: not what has its next reminder later, and never had one."""
        first, last = wanted.first - _DAY, wanted.last + AHEAD
        may = or_(
            Occurrence.next_at <= stretch.end, exists().where(Outbox.occurrence_id == Occurrence.id)
        )
        live = set(
            session.scalars(held_between(first, last).where(may).with_only_columns(Occurrence.id))
        )
        for reminder, row in self.planning.foreseen(session, first - BACK, last):
            before = timedelta(days=reminder.days_before(self.planning.settings))
            near = first <= row.on <= min(last, wanted.last + before)
            if near and (row.id is None or row.id in live):
                yield row

    def _judged(
        self, session: Session, pairs: Sequence[Pair], page: Sequence[Pair], stretch: Stretch
    ) -> list[Foreseen]:
        """The page's reminders; what its people get besides counts towards the most of a day."""
        people = {due.person_id for _, due in page}
        theirs = [pair for pair in pairs if pair[1].person_id in people]
        shown = {id(due) for _, due in page}
        known = self.deciding.post.addresses(session, people)
        found = []
        for decision in judged(self.deciding, session, theirs, stretch):
            person = known.people.get(decision.due.person_id)
            if id(decision.due) in shown and person is not None:
                sender = known.reach(person.id, stretch.reach_at)
                found.append(_foreseen(decision, person, sender.channel if sender else PHONE))
        return found


def _people(session: Session, wanted: Wanted) -> set[int] | None:
    """The ids of those whose reminders are asked for; None: everybody's."""
    if wanted.person_id is None and wanted.branches is None:
        return None
    query = select(Person.id)
    if wanted.person_id is not None:
        query = query.where(Person.id == wanted.person_id)
    if wanted.branches is not None:
        # Not who belongs to no branch: what is sent to staff of all branches names people of all.
        query = query.where(Person.branch_id.in_(wanted.branches))
    return set(session.scalars(query))


def _asked(row: Occurrence, wanted: Wanted) -> bool:
    return not wanted.rule or row.rule == wanted.rule or row.rule.startswith(f"{wanted.rule}.")


def _foreseen(decision: Decision, person: Person, channel: str) -> Foreseen:
    due = decision.due
    text = due.plain or decision.text
    return Foreseen(decision.at, due.occasion.rule, person, channel, text, decision.withheld)
