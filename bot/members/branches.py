"""Branches as an administrator keeps them: added, renamed, ended with what follows."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Branch, Grant, Person
from bot.domain.schedule import CalendarFeed, CalendarRule
from bot.domain.standing import ON_ROSTER
from bot.now import local_day
from bot.talk import Rows
from bot.text import clean, same_name

LONGEST = 40
_TITLES = ("名字", "活动地点", "电话", "办公时间")
_NUMBER = re.compile(r"(\d\D*){3}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A branch as it was typed."""

    name: str
    place: str = ""
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Follows:
    """What stands in the way of ending a branch, and what follows from it."""

    people: int
    """On its roster, active or paused: they must go to another branch first."""
    rules: list[CalendarRule]
    grants: list[Grant]
    feeds: list[CalendarFeed]


def named(rows: Rows, branch: Branch | None, wanted: Wanted) -> Wanted:
    """What was typed, cleaned. Raises Refused for no name or another's, for too much, a phone without number."""
    said = zip(_TITLES, (wanted.name, wanted.place, wanted.phone, wanted.hours), strict=True)
    name, place, phone, hours = (_read(title, text) for title, text in said)
    if not name:
        raise Refused("支部要有名字。")
    for other in rows.all(select(Branch)):
        if other is not branch and same_name(other.name, name):
            stopped = "已经停了，名字还留着，请另取一个名字" if other.ended_at else "已经有了"
            raise Refused(f"“{other.name}”{stopped}。")
    if phone and not _NUMBER.search(phone):
        raise Refused(f"电话“{phone}”里没有号码。会员会照着打；还没有电话，就空着。")
    return Wanted(name, place, phone, hours)


def _read(title: str, said: str) -> str:
    text = clean(said)
    if len(text) > LONGEST:
        raise Refused(f"{title}太长了，写了{len(text)}个字，最多{LONGEST}个。请短一点。")
    return text


def add(rows: Rows, wanted: Wanted) -> Branch:
    """A branch more."""
    found = named(rows, None, wanted)
    branch = Branch(name=found.name, place=found.place, phone=found.phone, hours=found.hours)
    rows.add(branch)
    return branch


def change(rows: Rows, branch: Branch, wanted: Wanted) -> None:
    """Other words for it: everybody reads them from the next message on. Raises Refused where it has ended."""
    if branch.ended_at is not None:
        raise Refused(f"“{branch.name}”已经停了，不再改。")
    found = named(rows, branch, wanted)
    branch.name, branch.place = found.name, found.place
    branch.phone, branch.hours = found.phone, found.hours
    rows.flush()


def follows(rows: Rows, branch: Branch, now: datetime) -> Follows:
    """What ending it would mean."""
    on_it = (Person.branch_id == branch.id, Person.status.in_(ON_ROSTER))
    today, holidays = local_day(now), schedule.holidays_in(rows)
    rules = rows.all(schedule.rules_of(branch.id))
    return Follows(
        rows.all(select(func.count()).select_from(Person).where(*on_it))[0],
        [rule for rule in rules if schedule.next_of(rule, today, holidays)],
        list(rows.all(select(Grant).where(Grant.branch_id == branch.id))),
        list(rows.all(select(CalendarFeed).where(CalendarFeed.branch_id == branch.id))),
    )


def end(rows: Rows, branch: Branch, now: datetime) -> Follows:
    """It is chosen nowhere any more; what happened stays. Raises Refused while it has people."""
    found = follows(rows, branch, now)
    if branch.ended_at is not None:
        raise Refused(f"“{branch.name}”已经停了。")
    if found.people:
        raise Refused(
            f"“{branch.name}”还有{found.people}位在册或暂停的，请先把他们转到别的支部（导入名册，或者改为迁出）。"
        )
    for rule in found.rules:
        rule.rule = schedule.ended(rule, local_day(now) - timedelta(days=1))
    for row in (*found.grants, *found.feeds):
        rows.remove(row)
    branch.ended_at = now
    rows.flush()
    return found
