"""What the calendar's commands share: their options, finding branch, day and decider, and showing a day."""

from datetime import date, time
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import day, person
from bot.db import SessionRows
from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Branch
from bot.domain.schedule import By, Day, DayKind, reached

First = Annotated[str | None, typer.Option("--from", help="从哪天 / first day, YYYY-MM-DD")]
Last = Annotated[str | None, typer.Option("--to", help="到哪天 / last day, YYYY-MM-DD")]
BranchName = Annotated[
    str, typer.Option("--branch", help="支部 / branch: its name or a part of it")
]
AnyBranch = Annotated[str | None, typer.Option("--branch", help="只看这个支部 / only this branch")]
Kind = Annotated[DayKind, typer.Option("--kind", help="做什么 / what for")]
AnyKind = Annotated[DayKind | None, typer.Option("--kind", help="做什么 / what for")]
RuleText = Annotated[str, typer.Option("--rule", help='规律 / like "2nd thu 09:00"')]
Which = Annotated[str, typer.Option("--day", help="哪一天 / the day as it stands, YYYY-MM-DD")]
Clock = Annotated[str | None, typer.Option("--time", help="几点 / HH:MM")]
Place = Annotated[str, typer.Option("--place", help="地点 / where")]
Topic = Annotated[str, typer.Option("--topic", help="内容 / what it is about")]
Reason = Annotated[str, typer.Option("--reason", help="原因，大家看得到 / why; members read it")]
Who = Annotated[str | None, typer.Option("--as", help="谁定的 / the coordinator who decides")]


def branch_named(session: Session, name: str) -> Branch:
    """The branch of this name, or the only one with it in its name; raises Refused naming them all."""
    every = SessionRows(session).all(schedule.branches())
    found = [b for b in every if b.name == name] or [b for b in every if name and name in b.name]
    if len(found) == 1:
        return found[0]
    listed = "、".join(branch.name for branch in found or every) or "一个也没有，请先导入名册"
    raise Refused(f"“{name}”说不清是哪个支部。有：{listed}。")


def decider(
    house: House, session: Session, who: str | None, branch_id: int, reason: str = ""
) -> By:
    """Who decides; raises Refused for somebody who doesn't look after the branch."""
    if who is None:
        return By(house.now(), None, reason)
    found = person(session, who)
    if branch_id not in {branch.id for branch in reached(SessionRows(session), found)}:
        raise Refused(f"{found.name}不是这个支部的联络员，不能定。")
    return By(house.now(), found.id, reason)


def one_day(session: Session, branch: Branch, which: date, kind: DayKind | None) -> Day:
    """The one day of a branch that is held on `which`; raises Refused where there is none or several."""
    held = schedule.coming(SessionRows(session), branch.id, which, which)
    found = [d for d in held if kind in (None, d.kind)]
    if len(found) == 1:
        return found[0]
    listed = "、".join(f"{d.kind} {d.title}" for d in found)
    raise Refused(
        f"{branch.name}在{which}有{listed}，请用 --kind 说是哪一样。" if found
        else f"{branch.name}在{which}没有安排。请用 yure calendar 看一看。"
    )  # fmt: skip


def hour(text: str | None) -> time | None:
    """An HH:MM time from the command line."""
    if text is None:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r}: 要像 09:00 / expected like 09:00") from None


def optional_day(text: str | None) -> date | None:
    """A day from the command line, where one was given."""
    return None if text is None else day(text)


def clock_words(at: time | None) -> str | None:
    """ "09:00", or None."""
    return None if at is None else f"{at:%H:%M}"


def value_of(found: Day) -> dict[str, Any]:
    """A day as scripts read it."""
    return {
        "day": found.day, "kind": found.kind, "branch": found.branch, "time": clock_words(found.at),
        "place": found.place, "topic": found.topic, "moved_from": found.moved_from, "reason": found.reason,
    }  # fmt: skip


def words_of(found: Day) -> str:
    """A day as people read it."""
    parts = (
        f"{found.day} {clock_words(found.at) or '     '}", found.branch, found.title, found.place,
        found.topic if found.topic != found.title else "", schedule.note(found),
    )  # fmt: skip
    return "  ".join(part for part in parts if part)
