"""What other settings would change: the reminders of the days to come as they are, beside what they would be.

Nothing is written. A reminder has no name that holds under both ("three days before" becomes "five"), so what
one person gets about one thing is compared by its moments.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.foreseen import Difference, Shift
from bot.domain.occurrence import Occurrence
from bot.domain.people import Person
from bot.now import SHANGHAI, local_day
from bot.reminding.agenda import Agenda, Pair
from bot.reminding.decide import Deciding
from bot.reminding.foresee import Foreseeing
from bot.reminding.rehearse import Stretch, judged

MOST: Final = 8000
"""So many reminders, of both sides together, are compared; the days after are left out, and it is said."""
DAYS: Final = 30
FEW: Final = 5
_LOOKED_AT: Final = 500
"""Among so many of the first shifts those are looked for that the viewer may see by name."""
_FAR: Final = timedelta(days=400)

What = tuple[str, date, str, int]
"""A thing (rule, day, subject) and whom it is told."""
Moments = Mapping[What, Sequence[datetime]]


@dataclass(frozen=True, slots=True)
class Comparing:
    """The clock as it goes by the settings in force, and as it would."""

    now_goes: Foreseeing
    would_go: Foreseeing

    def compare(
        self, session: Session, branches: frozenset[int] | None, now: datetime
    ) -> Difference:
        """Of the coming days; the few that are named are people of these branches (None: of all)."""
        last = local_day(now) + timedelta(days=DAYS - 1)
        ends = datetime.combine(last + timedelta(days=1), time(0), SHANGHAI)
        sides, until = self._sides(session, last, now)
        (before, after), stretch = sides, Stretch(now, now + _FAR, now)
        shifts = sorted(
            (
                shift
                for shift in _shifts(
                    _moments(self.now_goes.deciding, session, before, stretch),
                    _moments(self.would_go.deciding, session, after, stretch),
                )
                if _first(shift) < ends
            ),
            key=_first,
        )
        few = _named(session, shifts, branches)
        kinds = Counter((old is not None, new is not None) for _, old, new in shifts)
        return Difference(kinds[True, True], kinds[True, False], kinds[False, True], few, until)

    def _sides(
        self, session: Session, last: date, now: datetime
    ) -> tuple[tuple[list[Pair], list[Pair]], date | None]:
        """Both sides' reminders from now on, day by day as far as there is room; the last day that had some."""
        both = self.now_goes, self.would_go
        upto = last + timedelta(days=max(map(_days_before, both)))
        rows = [_by_day(side, session, local_day(now), upto) for side in both]
        sides: tuple[list[Pair], list[Pair]] = ([], [])
        reached = None
        for day in sorted({*rows[0], *rows[1]}):
            if len(sides[0]) + len(sides[1]) > MOST:
                return sides, reached
            for pairs, by_day, side in zip(sides, rows, both, strict=True):
                pairs.extend(_dues(side.deciding, session, by_day.get(day, []), now))
            reached = day
        return sides, None


Moved = tuple[What, datetime | None, datetime | None]


def _days_before(side: Foreseeing) -> int:
    """How many days before something its first reminder goes out, at the most."""
    settings = side.planning.settings
    return max((r.days_before(settings) for r in side.planning.reminders), default=0)


def _by_day(
    side: Foreseeing, session: Session, first: date, last: date
) -> dict[date, list[Occurrence]]:
    """What is held from the eve of `first` to `last`, by its day."""
    found: defaultdict[date, list[Occurrence]] = defaultdict(list)
    for reminder in side.planning.reminders:
        for ahead in side.planning.foreseen(session, reminder, first - timedelta(days=1), last):
            row = ahead.row()
            found[row.on].append(row)
    return found


def _dues(
    deciding: Deciding, session: Session, rows: Sequence[Occurrence], now: datetime
) -> Iterator[Pair]:
    failed: list[tuple[str, Exception]] = []
    for row, dues in deciding.agendas.each(session, rows, failed):
        yield from ((row, due) for due in dues if due.at > now)
    Agenda(now, failed=failed).blame()


def _moments(
    deciding: Deciding, session: Session, pairs: Sequence[Pair], stretch: Stretch
) -> Moments:
    """When each goes out of those that go; what is decided already stays as it is, whatever the settings."""
    found: defaultdict[What, list[datetime]] = defaultdict(list)
    inorder = sorted(pairs, key=lambda pair: (pair[1].at, pair[1].person_id))
    for decision in judged(deciding, session, inorder, stretch):
        if decision.withheld is None:
            of = decision.due.occasion
            found[of.rule, of.day, of.subject, decision.due.person_id].append(decision.at)
    return found


def _shifts(before: Moments, after: Moments) -> Iterator[Moved]:
    for what in {**before, **after}:
        old, new = Counter(before.get(what, ())), Counter(after.get(what, ()))
        gone, come = sorted((old - new).elements()), sorted((new - old).elements())
        yield from ((what, was, will) for was, will in zip_longest(gone, come))


def _first(shift: Moved) -> datetime:
    return min(moment for moment in shift[1:] if moment is not None)


def _named(
    session: Session, shifts: Sequence[Moved], branches: frozenset[int] | None
) -> tuple[Shift, ...]:
    looked_at = shifts[:_LOOKED_AT]
    query = select(Person).where(Person.id.in_({what[3] for what, _, _ in looked_at}))
    people = {
        person.id: person
        for person in session.scalars(query).unique()
        if branches is None or person.branch_id in branches
    }
    seen = [shift for shift in looked_at if shift[0][3] in people]
    return tuple(Shift(what[0], people[what[3]], old, new) for what, old, new in seen[:FEW])
