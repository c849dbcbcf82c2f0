"""/desk/visits for coordinators: the board, one visit, the day sheet, who was not seen for longest."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain import visits
from bot.domain.access.things import Level, Thing
from bot.domain.access.visits import access_visits
from bot.domain.people import Person
from bot.domain.visits import State, Visit, VisitSettings
from bot.feature import Action, Look, Need, Page, Touch, Waits
from bot.now import local_day
from bot.parts import Link, Links, Part, Press
from bot.talk import Rows
from handlers.visit import board, day_sheet, fresh, one
from handlers.visit.about import feature, is_over, stands_words, when_words
from handlers.visit.one import PATH

HERE = f"/desk/{PATH}"
View = Callable[[Rows, Look], Sequence[Part]]


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """What the query names: a visit, a day's sheet, who is long unseen, a form for somebody; else the board."""
    today = local_day(look.now)
    ways = {
        "": Link("走访板", HERE),
        "unseen": Link("最久没见的", f"{HERE}?unseen=1"),
        "sheet": Link("今天的走访单", f"{HERE}?sheet={today}"),
        "tomorrow": Link("明天的走访单", f"{HERE}?sheet={today + timedelta(days=1)}"),
    }
    views: dict[str, View] = {
        "id": one.view, "sheet": day_sheet.view, "unseen": board.unseen, "state": board.of_state, "person": fresh.view,
    }  # fmt: skip
    asked = next((name for name in views if look.query.get(name)), "")
    here = f"{HERE}?{asked}={look.query[asked]}" if asked else HERE
    return [Links(tuple(ways.values()), here=here), *views.get(asked, board.view)(rows, look)]


def waits(rows: Rows, viewer: Person, now: datetime, settings: Any) -> Iterable[Waits]:
    """Visits that nobody goes to yet, overdue ones, and those whose outcome is missing, for the Today page."""
    today = local_day(now)
    for visit in rows.all(visits.listed(access_visits(viewer, visits.by_urgency()))):
        late = visit.due_on < today
        gone = visit.state is State.ACCEPTED and is_over(visit, now, settings.visit)
        if late or gone or visit.state is State.REQUESTED:
            overdue = f"，逾期{(today - visit.due_on).days}天" if late else ""
            yield Waits(
                f"走访：{visit.name}",
                f"{when_words(visit)}，{stands_words(visit, now, settings.visit)}{overdue}",
                visit.created_at,
                late,
                "走访",
                kind=Need.VISIT,
                to=f"{HERE}?id={visit.id}",
                presses=_presses(visit, now, settings.visit),
            )


def _presses(visit: Visit, now: datetime, settings: VisitSettings) -> tuple[Press, ...]:
    """What settles it by one press: the outcome; going oneself; another day where nobody went in time."""
    number = ("id", str(visit.id))
    if visit.state is State.ACCEPTED and visit.day <= local_day(now):
        return tuple(
            Press(title, "close", (number, ("outcome", title)), PATH, visit.name)
            for title in ("见到了", "没见到")
        )
    if visit.state is State.REQUESTED and not is_over(visit, now, settings):
        return (Press("我自己去", "go", (number,), PATH, visit.name),)
    return _later(visit, now, settings) if is_over(visit, now, settings) else ()


def _later(visit: Visit, now: datetime, settings: VisitSettings) -> tuple[Press, ...]:
    """To the next half-day from tomorrow on; both sides are told, and somebody can be asked again."""
    today = local_day(now)
    for slot in visits.nearest(now, settings):
        if slot.day > today:
            to = (("id", str(visit.id)), ("day", slot.day.isoformat()), ("half", slot.half.value))
            return (Press(f"改到{slot.words(today)}", "move", to, PATH, visit.name),)
    return ()


ACTIONS: dict[str, Action] = {**one.ACTIONS, **fresh.ACTIONS, **day_sheet.ACTIONS}
feature.waiting, feature.waits_on = waits, (Visit,)
TOUCHES = {
    "look": Touch(Thing.VISIT, level=Level.SEE),
    "sheet": Touch(Thing.VISIT, by="", level=Level.SEE),
    "arrange": Touch(Thing.PERSON, by="person", level=Level.SEE),
}
feature.pages.append(Page(PATH, "走访", view, actions=ACTIONS, touches=TOUCHES, order=20))
