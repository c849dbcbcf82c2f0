"""The feature itself, whose calendar a coordinator may change, and what follows from a decision."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Branch, Person
from bot.domain.schedule import By, CalendarException, Day, What
from bot.domain.wording import day_words
from bot.feature import Feature
from bot.talk import Note, Rows, Talk

feature = Feature("calendar", "日程")

AHEAD = timedelta(days=100)
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
    for branch in schedule.reached(talk.rows, me):
        if str(branch.id) == form.get("branch"):
            return branch
    raise Refused("请选一个您负责的支部。")


def ahead(rows: Rows, viewer: Person, today: date) -> list[Day]:
    """What lies ahead of these branches: what still has to be decided first, then by date."""
    days = schedule.held(rows, viewer, today, today + AHEAD)
    return sorted(days, key=lambda day: (not day.asks, day.day))


def around(rows: Rows, branch_id: int, day: date) -> list[Day]:
    """What a branch holds on a day."""
    return schedule.coming(rows, branch_id, day, day)


def decide(rows: Rows, decision: CalendarException, day: Day) -> list[Note]:
    """Keep a decision about `day`; returns what those are told whom no reminder has reached.

    Who was reminded already is told by the clock, which also withdraws what was not sent yet.
    """
    rows.add(decision)
    return _follow(rows, day, f"calendar:{decision.id}", decision.reason)


def take_back(rows: Rows, decision: CalendarException, by: By) -> list[Note]:
    """Undo a decision, and tell those who were told of it."""
    before = _as_it_stands(rows, decision)
    schedule.take_back(decision, by)
    rows.flush()
    if before is None:
        return []
    return _follow(rows, before, f"calendar:{decision.id}:back", "")


def done_words(decision: CalendarException, day: Day) -> str:
    """ "已经改期：12月10日(周四)的志愿服务日，改到12月17日(周四)。" """
    to = (
        f"，改到{day_words(decision.to_day)}"
        if decision.what is What.MOVED and decision.to_day
        else ""
    )
    return f"{_DONE[decision.what]}：{schedule.what_words(day)}{to}。"


def _follow(rows: Rows, before: Day, key: str, reason: str) -> list[Note]:
    after = _now(rows, before)
    people = rows.all(schedule.bound_to_come(before))
    schedule.follow(rows.all(schedule.tasks_about(before.source, before.named)), after)
    rows.flush()
    if after is not None and (after.day, after.at, after.place) == (
        before.day, before.at, before.place,
    ):  # fmt: skip
        return []
    text = f"{schedule.what_words(before)}{_change(after)}{f'：{reason}' if reason else ''}。"
    return [Note(person.id, text, f"{key}:{person.id}") for person in people]


def _change(after: Day | None) -> str:
    if after is None:
        return "取消了，请您别跑空"
    where = f"，在{after.place}" if after.place else ""
    return f"改到{schedule.when_words(after)}{where}"


def _as_it_stands(rows: Rows, decision: CalendarException) -> Day | None:
    """The day that a decision is about, cancelled or not, before the decision is taken back."""
    source = decision.source or f"extra:{decision.id}"
    every = _every(rows, decision.branch_id, decision.day)
    return next((d for d in every if d.source == source and d.named == decision.day), None)


def _now(rows: Rows, day: Day) -> Day | None:
    """The same thing as it is held now; None where it isn't."""
    every = _every(rows, day.branch_id, day.named)
    same = (d for d in every if (d.source, d.named) == (day.source, day.named) and not d.cancelled)
    return next(same, None)


def _every(rows: Rows, branch_id: int, named: date) -> Sequence[Day]:
    sheet = schedule.read_sheet(rows, branch_id, named, named)
    return schedule.calendar_of(sheet, named, named, schedule.holidays_in(rows))
