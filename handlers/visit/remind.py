"""Reminders: both sides the day before; coordinators where nobody goes, or it is overdue; who waited in vain."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import product
from typing import Any

from bot.domain import visits
from bot.domain.people import Person, Role
from bot.domain.phrase import Slot
from bot.domain.visits import Invited, State, Visit
from bot.domain.wording import day_words, near_day_words
from bot.feature import Due, Occasion, Reminder
from bot.now import SHANGHAI, local_day
from bot.talk import Rows, Staffing
from handlers.visit.about import address_of, feature, stands_words, when_words, where_to_read

SOON, IN_VAIN, OUTCOME, OVERDUE = (
    "visit.soon", "visit.in_vain", "visit.outcome", "visit.overdue",
)  # fmt: skip
_STANDS = time(9)
"""The hour of the occasion itself: it stays when the hour of the message is changed."""
_SOON = Slot("day", "什么时候", "明天上午", needed=True)
_WHEN = Slot("when", "什么时候", "12月10日(周四)上午", needed=True)
_NAME = Slot("name", "姓名", "王秀英", "去看谁", needed=True)
_WHO = Slot("who", "谁", "韦建国会", "还没请到人时是“社区会请人”")
COMES = feature.phrase(
    "soon",
    "走访前一天，发给等着的人",
    "{什么时候}{谁}来看您。要改时间，请说“我的上门”。",
    _SOON,
    _WHO,
)
COMES_TO = feature.phrase(
    "soon_asker", "走访前一天，发给替人约的人", "{什么时候}{谁}去看{姓名}。", _SOON, _WHO, _NAME
)
GOES = feature.phrase(
    "soon_volunteer", "走访前一天，发给去看的志愿者",
    "{什么时候}请您去看{姓名}。住址：{住址}。去不了请说“去不了”。",
    _SOON, _NAME, Slot("where", "住址", "青年路8号", needed=True),
)  # fmt: skip
GOES_PLAIN = feature.phrase(
    "soon_volunteer_plain", "走访前一天，发给志愿者，在不能写住址的地方（电报）",
    "{什么时候}请您去看{姓名}。{在哪看住址}", _SOON, _NAME,
    Slot("read", "在哪看住址", "住址请到网页上看。", needed=True),
)  # fmt: skip
NOBODY_YET = feature.phrase(
    "soon_nobody", "走访前一天还没有人去，发给联络员", "{什么时候}看{姓名}还没有人去，请说“走访”安排。",
    _SOON, _NAME,
)  # fmt: skip
IN_VAIN_SELF = feature.phrase(
    "in_vain", "到时候没请到人，发给等着的人",
    "对不起，{什么时候}没请到人来看您。社区会接着安排，定了就告诉您。要改日子，请说“我的上门”；着急的话，请说“找人帮忙”。",
    _WHEN,
)  # fmt: skip
IN_VAIN_OTHER = feature.phrase(
    "in_vain_asker", "到时候没请到人，发给替人约的人",
    "对不起，{什么时候}没请到人去看{姓名}。社区会接着安排，定了就告诉您。要改日子，请说“我的上门”。",
    _WHEN, _NAME,
)  # fmt: skip
HOW_WAS_IT = feature.phrase(
    "how_was_it", "走访的时候过了，问去的志愿者见到没有",
    "{什么时候}请您去看{姓名}，见到了吗？请说“见到了”或者“没见到”。", _WHEN, _NAME,
)  # fmt: skip
LATE = feature.phrase(
    "overdue", "走访过期了，发给联络员和管理员",
    "看{姓名}的走访过期了：最迟{最迟}，约在{什么时候}，{到哪一步}。请说“走访”处理。",
    _NAME, _WHEN, Slot("due", "最迟", "12月9日(周三)"), Slot("state", "到哪一步", "待请人"),
)  # fmt: skip
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who is reminded, in which words about the half-day, and since when the visit is settled for them."""

    person_id: int
    say: Callable[..., str]
    """Of `day`: "明天上午"."""
    settled_at: datetime
    plain: Callable[..., str] | None = None
    again: bool = False
    """Reminded once more in the evening: nobody goes there yet."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A visit, and who looks after branches: read once for all visits of one look."""

    visit: Visit
    staffing: Staffing


def upcoming(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """Open visits that take place on these days. Without a title: who changes one tells everybody at once."""
    staffing = Staffing(rows)
    for visit in rows.all(visits.on_days(first, last)):
        at = visits.begins(visit.slot, settings.visit).time()
        yield Occasion(SOON, visit.day, f"visit:{visit.id}", at, of=_Known(visit, staffing))


def before(rows: Rows, occasion: Occasion, settings: Any) -> Iterable[Due]:
    """T-1 to both sides; while nobody has accepted, to the coordinators instead of a volunteer."""
    known = _known(rows, occasion)
    if known is None or known.visit.day != occasion.day:
        return
    visit = known.visit
    until = visits.begins(visit.slot, settings.visit)
    for lead, reader in product(settings.visit.lead_days, list(_readers(known, settings))):
        moments = visits.reminder_moments(visit.slot, lead, reader.settled_at, settings.visit)
        for n, at in enumerate(moments if reader.again else moments[:1]):
            day = near_day_words(visit.day, local_day(at)) + visits.HALF_TITLE[visit.half]
            plain = reader.plain(day=day) if reader.plain else ""
            mark = f"T-{lead}" if n == 0 else f"T-{lead} evening"
            yield Due(occasion, mark, reader.person_id, at, until, reader.say(day=day), plain)


def _readers(known: _Known, settings: Any) -> Iterable[_Reader]:
    visit = known.visit
    going = visit.volunteer if visit.state is State.ACCEPTED else None
    who = f"{going.name}会" if going else "社区会请人"
    if visit.person_id is not None:
        yield _Reader(visit.person_id, partial(COMES, settings, who=who), visit.settled_at)
    elif visit.by_id is not None:
        say = partial(COMES_TO, settings, who=who, name=visit.name)
        yield _Reader(visit.by_id, say, visit.settled_at)
    if going is not None:
        yield _goes(visit, going, settings)
        return
    for person in known.staffing.of(visit.branch_id):
        say = partial(NOBODY_YET, settings, name=visit.name)
        yield _Reader(person.id, say, visit.settled_at, again=True)


def _goes(visit: Visit, volunteer: Person, settings: Any) -> _Reader:
    """The volunteer reads the address, on private channels only."""
    answered = [i.answered_at for i in visit.invitations if i.state is Invited.ACCEPTED]
    settled = max([visit.settled_at, *(at for at in answered if at is not None)])
    where = address_of(visit) or "请问联络员"
    say = partial(GOES, settings, name=visit.name, where=where)
    plain = partial(GOES_PLAIN, settings, name=visit.name, read=where_to_read(settings))
    return _Reader(volunteer.id, say, settled, plain)


def passing(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """The ends of the half-days of open visits on these days."""
    yield from _ends(IN_VAIN, rows, first, last, settings)


def gone(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """The same, for those who went."""
    yield from _ends(OUTCOME, rows, first, last, settings)


def _ends(rule: str, rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    staffing = Staffing(rows)
    for visit in rows.all(visits.on_days(first, last)):
        at = visits.over(visit.slot, settings.visit).time()
        yield Occasion(rule, visit.day, f"visit:{visit.id}", at, of=_Known(visit, staffing))


def nobody_came(rows: Rows, occasion: Occasion, settings: Any) -> Iterable[Due]:
    """The half-day is past and nobody had accepted: who waited hears it, and what happens next."""
    known = _known(rows, occasion)
    if known is None or known.visit.day != occasion.day or known.visit.state is State.ACCEPTED:
        return
    visit = known.visit
    at = visits.over(visit.slot, settings.visit)
    when = when_words(visit)
    if visit.person_id is not None:
        text = IN_VAIN_SELF(settings, when=when)
        yield Due(occasion, "over", visit.person_id, at, at + _DAY, text)
    if visit.by_id is not None and visit.by_id != visit.person_id:
        text = IN_VAIN_OTHER(settings, when=when, name=visit.name)
        yield Due(occasion, "over", visit.by_id, at, at + _DAY, text)


def how_was_it(rows: Rows, occasion: Occasion, settings: Any) -> Iterable[Due]:
    """The half-day is past: its volunteer is asked once how it went. Staff find it on Today."""
    known = _known(rows, occasion)
    if known is None or known.visit.day != occasion.day or known.visit.state is not State.ACCEPTED:
        return
    visit = known.visit
    if visit.volunteer is not None and Role.VOLUNTEER in visit.volunteer.roles:
        at = visits.over(visit.slot, settings.visit)
        text = HOW_WAS_IT(settings, when=when_words(visit), name=visit.name)
        yield Due(occasion, "over", visit.volunteer.id, at, at + _DAY, text)


def overdue(rows: Rows, first: date, last: date, settings: Any) -> Iterable[Occasion]:
    """Open visits on the day after the last one in time."""
    staffing = Staffing(rows)
    for visit in rows.all(visits.due_between(first - _DAY, last - _DAY)):
        known, day = _Known(visit, staffing), visit.due_on + _DAY
        yield Occasion(OVERDUE, day, f"visit:{visit.id}", _STANDS, "走访逾期", of=known)


def climbs(rows: Rows, occasion: Occasion, settings: Any) -> Iterable[Due]:
    """To the branch's coordinators and to the administrators: nobody can say it was not known."""
    known = _known(rows, occasion)
    if known is None or known.visit.due_on + _DAY != occasion.day:
        return
    visit, staffing = known.visit, known.staffing
    at = datetime.combine(occasion.day, settings.visit.remind_at, SHANGHAI)
    state, due = stands_words(visit, at, settings.visit), day_words(visit.due_on)
    text = LATE(settings, name=visit.name, when=when_words(visit), due=due, state=state)
    told = [*staffing.of(visit.branch_id), *staffing.administrators]
    for person_id in dict.fromkeys(person.id for person in told):
        yield Due(occasion, "day", person_id, at, at + _WEEK, text)


def _known(rows: Rows, occasion: Occasion) -> _Known | None:
    """The visit of an occasion, while it is open."""
    known: _Known | None = occasion.of
    if known is None:
        visit = rows.get(Visit, int(occasion.subject.removeprefix("visit:")))
        known = _Known(visit, Staffing(rows)) if visit is not None else None
    return known if known is not None and known.visit.is_open else None


feature.reminders += [
    Reminder(SOON, upcoming, before, lambda settings: max(settings.visit.lead_days, default=0)),
    Reminder(IN_VAIN, passing, nobody_came, lambda _: 0),
    Reminder(OUTCOME, gone, how_was_it, lambda _: 0),
    Reminder(OVERDUE, overdue, climbs, lambda _: 0),
]
