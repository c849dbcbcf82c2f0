"""Visits by state as cards, with the month's goal; and the list of those not seen for longest."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select

from bot.domain import visits
from bot.domain.access.people import access_people
from bot.domain.access.visits import access_visits
from bot.domain.people import Person
from bot.domain.period import Period
from bot.domain.schedule import reached
from bot.domain.visits import OPEN, REASON_TITLE, STATE_TITLE, State, Visit
from bot.domain.wording import day_words
from bot.feature import Look
from bot.listing import AFTER, SHOWN, Merging, Place, day_and_number, page_of
from bot.now import local_day
from bot.parts import Board, Card, Cell, Column, Link, Part, Progress, Table, Text
from bot.talk import Rows
from handlers.visit.about import when_words

A_COLUMN = 40
"""Cards of one column of the board."""
LATELY = timedelta(days=14)
"""So long what is over stays on the board."""
COLUMNS = {
    State.REQUESTED: "待请人", State.INVITED: "等志愿者答复", State.ACCEPTED: "有人去",
    State.DONE: "最近见到了", State.NOT_HOME: "最近没见到",
}  # fmt: skip


def view(rows: Rows, look: Look) -> list[Part]:
    """What is open, and what was done lately; late ones say so."""
    today = local_day(look.now)
    over = access_visits(look.viewer, visits.closed_since(look.now - LATELY))
    columns = []
    for state, title in COLUMNS.items():
        query = _open(look, state) if state in OPEN else over.where(Visit.state == state)
        found = rows.all(visits.with_invitations(query).limit(A_COLUMN + 1))
        whole = len(found) <= A_COLUMN and state in OPEN
        more = None if whole else Link(f"看全部“{title}”的", f"?state={state.value}")
        columns.append(Column(title, tuple(_card(v, today) for v in found[:A_COLUMN]), more))
    return [*_goals(rows, look, today), Board(tuple(columns))]


def _open(look: Look, state: State, after: str = "") -> Select[Visit]:
    return access_visits(look.viewer, visits.so_far(state, day_and_number(after)))


def of_state(rows: Rows, look: Look) -> Sequence[Part]:
    """All visits that stand so, page by page: open ones the most urgent first, others the latest first."""
    state = next((one for one in COLUMNS if one.value == look.query["state"]), State.REQUESTED)
    today, after = local_day(look.now), look.query.get(AFTER, "")
    if state in OPEN:
        query, key = _open(look, state, after).limit(SHOWN + 1), _due
    else:
        over = access_visits(look.viewer, visits.made(state))
        query, key = Merging(Place.of(after), SHOWN).of(over, Visit.closed_at, Visit.id, 0), _closed
    shown, more = page_of(rows.all(visits.with_invitations(query)), look.query, key)
    cards = tuple(_card(visit, today) for visit in shown)
    return [Board((Column(COLUMNS[state], cards),)), *more]


def _due(visit: Visit) -> str:
    return f"{visit.due_on}_{visit.id}"


def _closed(visit: Visit) -> str:
    return str(Place(visit.closed_at or visit.created_at, 0, visit.id))


def unseen(rows: Rows, look: Look) -> Sequence[Part]:
    """Who was never visited, or not for longest, with a way to arrange it."""
    today = local_day(look.now)
    query = access_people(look.viewer, visits.longest_unseen(_seen_and_number(look)))
    people, more = page_of(rows.table(query.limit(SHOWN + 1)), look.query, _key)
    lines = tuple(_unseen(row, today) for row in people)
    links = tuple(f"/desk/members?id={id_}" for id_, *_ in people)
    return [
        Text("从没走访过的在最前面，后面按上一次见到的日子排。"),
        Table(("姓名", "编号", "上次见到", "几天了", "走访"), lines, "名册上还没有会员。", links),
        *more,
    ]


def _key(row: tuple[Any, ...]) -> str:
    _, _, number, last, _ = row
    return f"{last or date.min}_{number}"


def _seen_and_number(look: Look) -> tuple[date, str] | None:
    """Behind whom the page begins: last seen when, and the 编号."""
    day, _, number = look.query.get(AFTER, "").partition("_")
    try:
        return date.fromisoformat(day), number
    except ValueError:
        return None


def _unseen(row: tuple[Any, ...], today: date) -> tuple[Cell, ...]:
    id_, name, number, last, arranged = row
    when = (day_words(last, today), f"{(today - last).days}天") if last else ("没有见过", "")
    to = Link("约好的", f"?id={arranged}") if arranged else Link("约一次", f"?person={id_}")
    return (name, number, *when, to)


def _card(visit: Visit, today: date) -> Card:
    late = visit.is_open and visit.due_on < today
    return Card(f"{visit.id}号 {visit.name}", tuple(_lines(visit, today)), f"?id={visit.id}", late)


def _lines(visit: Visit, today: date) -> list[str]:
    lines = [f"{when_words(visit)}，{REASON_TITLE[visit.reason]}"]
    who = goes(visit)
    if who is not None:
        lines.append(f"{who.name}{'' if visit.state is not State.INVITED else '（还没答复）'}")
    if not visit.is_open:
        return [*lines, STATE_TITLE[visit.state]]
    waited = (today - local_day(visit.created_at)).days
    since = f"等了{waited}天" if waited else "今天约的"
    return [*lines, f"{since}，最迟{day_words(visit.due_on, today)}"]


def goes(visit: Visit) -> Person | None:
    """Who accepted, or is asked."""
    return visit.volunteer or (visit.asked.volunteer if visit.asked else None)


def _goals(rows: Rows, look: Look, today: date) -> list[Part]:
    """How far each branch has come this month, where there is a goal."""
    goal = look.settings.visit.goal_a_month
    if not goal:
        return []
    month = Period(today.replace(day=1))
    mine = reached(rows, look.viewer)
    made = dict(rows.table(visits.made_in([branch.id for branch in mine], month.first, month.last)))
    return [
        Progress(min(made.get(b.id, 0), goal), goal, f"{b.name}这个月走访了{made.get(b.id, 0)}次，目标{goal}次")
        for b in mine
    ]  # fmt: skip
