"""The rehearsal as the desk shows it: what the clock would do, planned and decided without writing anything.

Who is reminded is read as numbers, for everything of the days asked for is counted; words are made, people read and
reminders judged for one page. So a page costs what it shows, and a number a reminder.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import merge
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Select, exists, or_, select, union
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.foreseen import Foreseen, Foresight, Wanted
from bot.domain.mail import Outbox
from bot.domain.occurrence import Occurrence
from bot.domain.people import Grant, Person, Role
from bot.domain.schedule import SignUp
from bot.feature import Due, Reminder, Round
from bot.now import SHANGHAI, local_day
from bot.outbox import PHONE
from bot.reminding.agenda import PERSON, Pair, people_about
from bot.reminding.decide import Deciding, Decision
from bot.reminding.plan import AHEAD, Ahead, Planning
from bot.reminding.rehearse import Stretch, judged
from bot.reminding.who import who

_DAY = timedelta(days=1)
_BRANCH = "branch:"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Lot:
    """One reminder and whom it goes to, without its words."""

    ahead: Ahead
    one: Due | Round
    ids: Sequence[int]
    """Of the people, ascending."""
    day: date
    """When it falls due."""


_Entry = tuple[_Lot, int]
"""One reminder to one person."""


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
        every = self._lots(session, wanted, stretch)
        asked = [lot for lot in every if _asked(lot.ahead.occasion.rule, wanted)]
        by_day = Counter[date]()
        for lot in asked:
            by_day[lot.day] += len(lot.ids)
        listed = [lot for lot in asked if wanted.on in (None, lot.day)]
        page = list(islice(_in_order(listed), wanted.start, wanted.start + wanted.most))
        total = sum(len(lot.ids) for lot in listed)
        return Foresight(self._judged(session, every, page, stretch), total, +by_day)

    def _lots(self, session: Session, wanted: Wanted, stretch: Stretch) -> list[_Lot]:
        """What is reminded of in these days, in order of time, and whom."""
        people = _people(wanted)
        found: list[tuple[Ahead, Due | Round]] = []
        for reminder, ahead in self._near(session, wanted, stretch, people):
            dues = reminder.dues(SessionRows(session), ahead.occasion, self.planning.settings)
            found += [(ahead, one) for one in dues if stretch.start <= one.at <= stretch.end]
        ids = who(session, [one for _, one in found], people)
        among = None if people is None else set(session.scalars(people))
        lots = [
            _Lot(ahead, one, theirs, local_day(one.at))
            for (ahead, one), theirs in zip(found, ids, strict=True)
            if among is None or not among.isdisjoint(theirs)
        ]
        return sorted(lots, key=lambda lot: lot.one.at)

    def _near(
        self, session: Session, wanted: Wanted, stretch: Stretch, people: Select[int] | None
    ) -> Iterator[tuple[Reminder, Ahead]]:
        """What may be reminded of in these days, and may concern these people."""
        branches = None if people is None else _branches(session, people)
        for reminder in self.planning.reminders:
            before = timedelta(days=min(AHEAD.days, reminder.days_before(self.planning.settings)))
            near = self.planning.foreseen(
                session, reminder, wanted.first - _DAY, wanted.last + before
            )
            theirs = _of_these(session, near, people, branches)
            live = _live(session, theirs, stretch.end)
            held = people_about(session, [one.occasion.subject for one in theirs])
            yield from (
                (reminder, one) for one in theirs if one.kept_id is None or one.kept_id in live
            )
            # Up to here the session must know these people: the feature is asked between two yields.
            del held

    def _judged(
        self, session: Session, every: Sequence[_Lot], page: Sequence[_Entry], stretch: Stretch
    ) -> list[Foreseen]:
        """The page's reminders; what its people get besides counts towards the most of a day."""
        people = {id_ for _, id_ in page}
        pairs = _pairs(_in_order(every, people))
        shown = {id(pairs[id(lot), id_][1]) for lot, id_ in page}
        known = self.deciding.post.addresses(session, people)
        found = []
        for decision in judged(self.deciding, session, [*pairs.values()], stretch, known):
            person = known.people.get(decision.due.person_id)
            if id(decision.due) in shown and person is not None:
                sender = known.reach(person.id, stretch.reach_at)
                found.append(_foreseen(decision, person, sender.channel if sender else PHONE))
        return found


def _people(wanted: Wanted) -> Any:
    """The ids of those whose reminders are asked for; None: everybody's."""
    if wanted.person_id is None and wanted.branches is None:
        return None
    query = select(Person.id)
    if wanted.person_id is not None:
        query = query.where(Person.id == wanted.person_id)
    if wanted.branches is not None:
        # Not who belongs to no branch: what is sent to staff of all branches names people of all.
        query = query.where(Person.branch_id.in_(wanted.branches))
    return query


def _branches(session: Session, people: Any) -> frozenset[int | None]:
    """The branches whose days may concern these people: their own, those they signed up with, those they look
    after. None among them: all.
    """
    own = select(Person.branch_id).where(Person.id.in_(people), Person.branch_id.is_not(None))
    joined = select(SignUp.branch_id).where(SignUp.person_id.in_(people), SignUp.ended_at.is_(None))
    held = select(Grant.branch_id).where(Grant.person_id.in_(people), Grant.role != Role.MEMBER)
    return frozenset(session.scalars(union(own, joined, held)))


def _of_these(
    session: Session, near: Sequence[Ahead], people: Any, branches: frozenset[int | None] | None
) -> list[Ahead]:
    """What may concern these people: of branches those of theirs, of single people only their own; of all else
    nothing is known beforehand.
    """
    if people is None or branches is None:
        return list(near)
    numbers = [_number(one, PERSON) for one in near]
    named = people.where(Person.id.in_([number for number in numbers if number is not None]))
    theirs = set(session.scalars(named))
    every = None in branches
    return [
        one
        for one, number in zip(near, numbers, strict=True)
        if (
            number in theirs
            if number is not None
            else every or _number(one, _BRANCH) in (None, *branches)
        )
    ]


def _number(one: Ahead, kind: str) -> int | None:
    """The number of what it is about, where that is of this kind ("branch:", also "branch:1:extra:1")."""
    subject = one.occasion.subject
    return int(subject[len(kind) :].partition(":")[0]) if subject.startswith(kind) else None


def _live(session: Session, every: Sequence[Ahead], end: datetime) -> set[int]:
    """Those of the kept rows of which something falls due up to `end`, or did: not what has its next reminder
    later and never had one.
    """
    ids = [id_ for one in every if (id_ := one.kept_id) is not None]
    may = or_(Occurrence.next_at <= end, exists().where(Outbox.occurrence_id == Occurrence.id))
    found: set[int] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = Occurrence.id.in_(ids[start : start + _AT_ONCE])
        found |= set(session.scalars(select(Occurrence.id).where(some, may)))
    return found


def _in_order(lots: Sequence[_Lot], people: set[int] | None = None) -> Iterator[_Entry]:
    """One by one, in order of time and person, as far as they are asked for. `people`: only theirs.

    `lots` are in order of time.
    """
    for _, same in groupby(lots, key=lambda lot: lot.one.at):
        yield from merge(*(_each(lot, people) for lot in same), key=lambda entry: entry[1])


def _each(lot: _Lot, people: set[int] | None) -> Iterator[_Entry]:
    ids = lot.ids if people is None else sorted(people.intersection(lot.ids))
    return ((lot, id_) for id_ in ids)


def _pairs(entries: Iterable[_Entry]) -> dict[tuple[int, int], Pair]:
    """By lot (its `id`) and person, the reminder in its words; the words of a round are made once."""
    words: dict[int, str] = {}
    rows: dict[int, Occurrence] = {}
    found = {}
    for lot, person_id in entries:
        one = lot.one
        if isinstance(one, Round):
            if id(one) not in words:
                words[id(one)] = one.say()
            one = one.due(person_id, words[id(one)])
        if id(lot.ahead) not in rows:
            rows[id(lot.ahead)] = lot.ahead.row()
        found[id(lot), person_id] = (rows[id(lot.ahead)], one)
    return found


def _asked(rule: str, wanted: Wanted) -> bool:
    return not wanted.rule or rule == wanted.rule or rule.startswith(f"{wanted.rule}.")


def _foreseen(decision: Decision, person: Person, channel: str) -> Foreseen:
    due = decision.due
    text = due.plain or decision.text
    return Foreseen(decision.at, due.occasion.rule, person, channel, text, decision.withheld)
