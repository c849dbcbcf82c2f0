"""Reminders: both sides the day before; coordinators where nobody goes, or it is overdue; who waited in vain."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

from bot.domain import visits
from bot.domain.people import Person, Role, holding
from bot.domain.visits import Invited, State, Visit
from bot.domain.wording import near_day_words
from bot.feature import Due, Occasion, Reminder
from bot.now import SHANGHAI, local_day
from bot.talk import Rows, staff_for
from handlers.visit.about import address_of, feature, when_words, where_to_read

SOON, OVERDUE, IN_VAIN = "visit.soon", "visit.overdue", "visit.in_vain"
_STANDS = time(9)
"""The hour of the occasion itself: it stays when the hour of the message is changed."""
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who is reminded, in which words behind the day, and since when the visit is settled for them."""

    person_id: int
    text: str
    settled_at: datetime
    plain: str = ""
    again: bool = False
    """Reminded once more in the evening: nobody goes there yet."""


def upcoming(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """Open visits that take place on these days. Without a title: who changes one tells everybody at once."""
    for visit in rows.all(visits.on_days(first, last)):
        at = visits.begins(visit.slot, settings.visit).time()
        yield Occasion(SOON, visit.day, f"visit:{visit.id}", at)


def before(rows: Rows, occasion: Occasion, settings: Any) -> Iterable[Due]:
    """T-1 to both sides; while nobody has accepted, to the coordinators instead of a volunteer."""
    visit = _visit(rows, occasion)
    if visit is None or visit.day != occasion.day:
        return
    until = visits.begins(visit.slot, settings.visit)
    for lead, reader in product(settings.visit.lead_days, list(_readers(rows, visit, settings))):
        moments = visits.reminder_moments(visit.slot, lead, reader.settled_at, settings.visit)
        for n, at in enumerate(moments if reader.again else moments[:1]):
            day = near_day_words(visit.day, local_day(at))
            plain = f"{day}{reader.plain}" if reader.plain else ""
            mark = f"T-{lead}" if n == 0 else f"T-{lead} evening"
            yield Due(occasion, mark, reader.person_id, at, until, f"{day}{reader.text}", plain)


def _readers(rows: Rows, visit: Visit, settings: Any) -> Iterable[_Reader]:
    going = visit.volunteer if visit.state is State.ACCEPTED else None
    half = visits.HALF_TITLE[visit.half]
    who = f"{going.name}会" if going else "社区会请人"
    if visit.person_id is not None:
        text = f"{half}{who}来看您。要改时间，请说“我的上门”。"
        yield _Reader(visit.person_id, text, visit.settled_at)
    elif visit.by_id is not None:
        yield _Reader(visit.by_id, f"{half}{who}去看{visit.name}。", visit.settled_at)
    if going is not None:
        yield _goes(visit, going, settings)
        return
    for person in staff_for(rows, visit.branch_id):
        text = f"{half}看{visit.name}还没有人去，请说“走访”安排。"
        yield _Reader(person.id, text, visit.settled_at, again=True)


def _goes(visit: Visit, volunteer: Person, settings: Any) -> _Reader:
    """The volunteer reads the address, on private channels only."""
    answered = [i.answered_at for i in visit.invitations if i.state is Invited.ACCEPTED]
    settled = max([visit.settled_at, *(at for at in answered if at is not None)])
    text = f"{visits.HALF_TITLE[visit.half]}请您去看{visit.name}。"
    where = f"住址：{address_of(visit) or '请问联络员'}。"
    plain = f"{text}{where_to_read(settings)}"
    return _Reader(volunteer.id, f"{text}{where}去不了请说“去不了”。", settled, plain)


def passing(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """The ends of the half-days of open visits on these days."""
    for visit in rows.all(visits.on_days(first, last)):
        at = visits.over(visit.slot, settings.visit).time()
        yield Occasion(IN_VAIN, visit.day, f"visit:{visit.id}", at)


def nobody_came(rows: Rows, occasion: Occasion, settings: Any) -> Iterable[Due]:
    """The half-day is past and nobody had accepted: who waited hears it, and what happens next."""
    visit = _visit(rows, occasion)
    if visit is None or visit.day != occasion.day or visit.state is State.ACCEPTED:
        return
    at = visits.over(visit.slot, settings.visit)
    when, next_step = when_words(visit), "社区会接着安排，定了就告诉您"
    if visit.person_id is not None:
        text = f"对不起，{when}没请到人来看您。{next_step}。要改日子，请说“我的上门”；着急的话，请说“找人帮忙”。"
        yield Due(occasion, "over", visit.person_id, at, at + _DAY, text)
    if visit.by_id is not None and visit.by_id != visit.person_id:
        text = f"对不起，{when}没请到人去看{visit.name}。{next_step}。要改日子，请说“我的上门”。"
        yield Due(occasion, "over", visit.by_id, at, at + _DAY, text)


def overdue(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """Open visits on the day after the last one in time."""
    for visit in rows.all(visits.due_between(first - _DAY, last - _DAY)):
        day = visit.due_on + _DAY
        yield Occasion(OVERDUE, day, f"visit:{visit.id}", _STANDS, "走访逾期")


def climbs(rows: Rows, occasion: Occasion, settings: Any) -> Iterable[Due]:
    """To the branch's coordinators and to the administrators: nobody can say it was not known."""
    visit = _visit(rows, occasion)
    if visit is None or visit.due_on + _DAY != occasion.day:
        return
    at = datetime.combine(occasion.day, settings.visit.remind_at, SHANGHAI)
    text = f"看{visit.name}的走访过期了（{when_words(visit)}，{visits.STATE_TITLE[visit.state]}）。请说“走访”处理。"
    told: dict[int, Person] = {p.id: p for p in staff_for(rows, visit.branch_id)}
    told |= {p.id: p for p in rows.all(holding(Role.ADMINISTRATOR))}
    for person_id in told:
        yield Due(occasion, "day", person_id, at, at + _WEEK, text)


def _visit(rows: Rows, occasion: Occasion) -> Visit | None:
    """The visit of an occasion, while it is open."""
    visit = rows.get(Visit, int(occasion.subject.removeprefix("visit:")))
    return visit if visit is not None and visit.is_open else None


feature.reminders += [
    Reminder(SOON, upcoming, before),
    Reminder(IN_VAIN, passing, nobody_came),
    Reminder(OVERDUE, overdue, climbs),
]
