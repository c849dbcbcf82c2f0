"""The feature itself, whose calendar a coordinator may change, and what follows from a decision."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.domain import schedule
from bot.domain.access.people import access_branch
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.people import Branch, Person
from bot.domain.schedule import By, CalendarException, Day, Sheet, What
from bot.domain.wording import day_words
from bot.feature import Feature
from bot.reminding import CALLED_OFF, PUT_OFF
from bot.talk import Note, Rows, Talk, numbered
from handlers.calendar import phrases
from handlers.calendar.follow import follow, make_up_anew, on_again

feature = Feature("calendar", "日程", about=Thing.DAY)
feature.phrases += [PUT_OFF, phrases.MOVED, CALLED_OFF, phrases.CANCELLED, phrases.ON_AGAIN]

AHEAD = timedelta(days=100)
UNSAID = "还没有说"
"""Stands for the reason while only what follows is looked at."""
MOVE, CANCEL, KEEP, EXTRA = "改期", "取消这次", "照常办", "加一次"
_DONE = {
    What.MOVED: "已经改期", What.CANCELLED: "已经取消", What.KEPT: "照常办", What.EXTRA: "已经加上",
}  # fmt: skip


def by_of(talk: Talk, reason: str = "") -> By:
    """The coordinator who decides."""
    return By(talk.now, talk.staff().id, reason)


def branch_of(talk: Talk, form: Mapping[str, str]) -> Branch:
    """The branch that a form chose, among those the actor looks after."""
    me = talk.staff()
    return access_branch(me, numbered(talk.rows, Branch, form.get("branch", "")))


def ahead(rows: Rows, viewer: Person, today: date) -> list[Day]:
    """What lies ahead of these branches: what still has to be decided first, then by date."""
    return asking_first(schedule.held(rows, viewer, today, today + AHEAD))


def asking_first(days: Iterable[Day]) -> list[Day]:
    """Days that still have to be decided, then the others, by date."""
    return sorted(days, key=lambda day: (not day.asks, day.day))


def around(rows: Rows, day: date) -> list[Day]:
    """What all branches hold on a day: of the own branch it may be taken, in the same room it is in the way."""
    return schedule.coming(rows, None, day, day)


def as_seen(day: Day, version: str) -> Day:
    """`day`, where it is still as somebody has seen it; "": it was not kept how.

    Raises Refused saying what it is now.
    """
    if version in ("", day.version):
        return day
    now = f"{schedule.when_words(day)}的{day.title}{schedule.note(day)}"
    raise Refused(f"这一天刚才有人改过了，现在是{now}。请您再看一看，再决定。")


def would_be(rows: Rows, decision: CalendarException, day: Day) -> Day | None:
    """The day of this decision as it would be held; None where it would not."""
    sheet = schedule.with_decision(_sheet(rows, day.branch_id, day.named), decision)
    return _same(sheet, rows, day)


def decide(rows: Rows, settings: Any, decision: CalendarException, day: Day) -> list[Note]:
    """Keep a decision about `day`; returns what those are told whom no reminder has reached."""
    rows.add(decision)
    after = _same(_sheet(rows, day.branch_id, day.named), rows, day)
    return _told(rows, settings, (day, after), f"calendar:{decision.id}", decision.reason)


def take_back(rows: Rows, settings: Any, decision: CalendarException, by: By) -> list[Note]:
    """Undo a decision, and tell those who were told of it."""
    before = _as_it_stands(rows, decision)
    former = _every(_sheet(rows, decision.branch_id, decision.day), rows, decision.day)
    schedule.take_back(decision, by, rows.all(schedule.decided_about(decision)))
    rows.flush()
    if before is None:
        return []
    sheet = _sheet(rows, before.branch_id, before.named)
    after = _same(sheet, rows, before)
    gone = schedule.changes(former, _every(sheet, rows, before.named))
    lost = any(one.after is None and one.about != before.ref for one in gone)
    if lost or (after is None and decision.what is not What.EXTRA):
        raise Refused("原来那天现在排不上了：那天有别的安排，或者规律停了。请另外加一次。")
    return _told(rows, settings, (before, after), f"calendar:{decision.id}:back", "")


def extra_words(decision: CalendarException) -> str:
    """ "加上了：12月20日，联欢。" """
    what = decision.topic or schedule.KIND_TITLE[decision.kind]
    return f"加上了：{decision.day.month}月{decision.day.day}日，{what}。"


def extra_day(rows: Rows, decision: CalendarException) -> Day | None:
    """A day that no rule names, as it stands in the calendar."""
    return _as_it_stands(rows, decision)


def done_words(decision: CalendarException, day: Day) -> str:
    """ "已经改期：12月10日(周四)的志愿服务日，改到12月17日(周四)。" """
    to = (
        f"，改到{day_words(decision.to_day)}"
        if decision.what is What.MOVED and decision.to_day
        else ""
    )
    return f"{_DONE[decision.what]}：{schedule.what_words(day)}{to}。"


def in_the_way(rows: Rows, day: Day | None) -> str:
    """What else is held at that hour, in a sentence for who decides; "" where nothing is in the way."""
    return "" if day is None else schedule.clash_words(day, around(rows, day.day))


def _told(
    rows: Rows, settings: Any, change: tuple[Day, Day | None], key: str, reason: str
) -> list[Note]:
    before, after = change
    if before.cancelled and after is not None:
        make_up_anew(rows, before, after)
        return on_again(rows, settings, after, key)
    found = schedule.changes([before], [after] if after else [])
    if not found:
        make_up_anew(rows, before, after)
    return follow(rows, settings, found, key, reason)


def _as_it_stands(rows: Rows, decision: CalendarException) -> Day | None:
    """The day that a decision is about, cancelled or not, before the decision is taken back."""
    source = decision.source or f"extra:{decision.id}"
    every = _every(_sheet(rows, decision.branch_id, decision.day), rows, decision.day)
    return next((d for d in every if d.ref == (source, decision.day)), None)


def _same(sheet: Sheet, rows: Rows, day: Day) -> Day | None:
    """The same thing as it is held by `sheet`; None where it isn't."""
    same = (d for d in _every(sheet, rows, day.named) if d.ref == day.ref and not d.cancelled)
    return next(same, None)


def _sheet(rows: Rows, branch_id: int, named: date) -> Sheet:
    return schedule.read_sheet(rows, branch_id, named, named)


def _every(sheet: Sheet, rows: Rows, named: date) -> Sequence[Day]:
    return schedule.calendar_of(sheet, named, named, schedule.holidays_in(rows))
