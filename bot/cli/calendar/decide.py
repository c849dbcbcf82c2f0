"""`yure calendar move|cancel|keep|add|restore|plan`: one day, with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, day, opened, show
from bot.cli.calendar.options import (
    AnyKind,
    BranchName,
    Clock,
    Kind,
    Place,
    Reason,
    Topic,
    Which,
    Who,
    branch_named,
    decider,
    hour,
    one_day,
)
from bot.db import SessionRows
from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.schedule import By, CalendarException, Day, DayKind, Held, StudyPlan
from handlers.calendar.about import (
    around,
    done_words,
    extra_day,
    in_the_way,
    take_back,
    would_be,
)
from handlers.calendar.about import decide as keep_decision

To = Annotated[str, typer.Option("--to", help="改到哪天 / the new day, YYYY-MM-DD")]
Material = Annotated[str, typer.Option("--material", help="材料 / what to bring")]
Done = tuple[str, str]
"""What was done, and what is in its way ("" where nothing is)."""
Deciding = Callable[[Session, Day, By], CalendarException]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which day is decided about, by whom and why, as the command line says it."""

    branch: str
    which: date
    kind: DayKind | None
    by: str | None
    reason: str = ""


def move(
    branch: BranchName, which: Which, to: To, reason: Reason, kind: AnyKind = None, at_time: Clock = None,
    place: Place = "", by: Who = None, config: Config = None, data: Data = None, at: At = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Another day.

    Example: yure calendar move --branch 三海 --kind service --day 2026-12-10 --to 2026-12-17 --reason 会议室维修
    """
    held = Held(day(to), hour(at_time), place)

    def deciding(session: Session, found: Day, who: By) -> CalendarException:
        others = around(SessionRows(session), held.day)
        return schedule.move(found, held, who, others)

    with opened(config, data, clock_at(at)) as house:
        _decide(house, _Asked(branch, day(which), kind, by, reason), deciding, as_json=as_json)


def cancel(
    branch: BranchName, which: Which, reason: Reason, kind: AnyKind = None, by: Who = None,
    config: Config = None, data: Data = None, at: At = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Not held. Example: yure calendar cancel --branch 三海 --day 2026-12-15 --reason 台风"""
    asked = _Asked(branch, day(which), kind, by, reason)
    with opened(config, data, clock_at(at)) as house:
        _decide(house, asked, lambda _, found, who: schedule.cancel(found, who), as_json=as_json)


def keep(
    branch: BranchName, which: Which, reason: Reason = "", kind: AnyKind = None, by: Who = None,
    config: Config = None, data: Data = None, at: At = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Held as shown, whatever the holidays say. Example: yure calendar keep --branch 三海 --day 2027-02-11"""
    asked = _Asked(branch, day(which), kind, by, reason)
    with opened(config, data, clock_at(at)) as house:
        _decide(house, asked, lambda _, found, who: schedule.keep(found, who), as_json=as_json)


def add(
    branch: BranchName, kind: Kind, which: Which, reason: Reason, at_time: Clock = None, place: Place = "",
    topic: Topic = "", by: Who = None, config: Config = None, data: Data = None, at: At = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """A day that no rule names.

    Example: yure calendar add --branch 三海 --kind event --day 2026-12-20 --time 15:00 --topic 联欢 --reason 节日
    """
    held = Held(day(which), hour(at_time), place, topic)
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> Done:
            rows = SessionRows(session)
            rows.all(schedule.one_at_a_time())
            where = branch_named(session, branch)
            who = decider(house, session, by, where.id, reason)
            row = schedule.add_day(where, kind, held, who, around(rows, held.day))
            rows.add(row)
            return f"加上了：{held.day} {topic or schedule.KIND_TITLE[kind]}。", in_the_way(
                rows, extra_day(rows, row)
            )

        _say(house.db.write_now(job), held.day, as_json=as_json)


def restore(
    branch: BranchName, which: Which, kind: AnyKind = None, by: Who = None,
    config: Config = None, data: Data = None, at: At = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take the last decision about a day back. Example: yure calendar restore --branch 三海 --day 2026-12-15"""
    asked = day(which)
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> Done:
            SessionRows(session).all(schedule.one_at_a_time())
            where = branch_named(session, branch)
            who = decider(house, session, by, where.id)
            decision = _last(session, where.id, asked, kind)
            for note in take_back(SessionRows(session), house.settings, decision, who):
                house.post.note(session, note, house.now())
            return f"照原来的办：{decision.day} {schedule.KIND_TITLE[decision.kind]}。", ""

        _say(house.db.write_now(job), asked, as_json=as_json)


def plan(
    branch: BranchName, which: Which, topic: Topic, place: Place = "", material: Material = "",
    kind: Kind = DayKind.STUDY, by: Who = None, config: Config = None, data: Data = None, at: At = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """What a day is about, in the year's plan.

    Example: yure calendar plan --branch 三海 --day 2026-12-15 --topic 《论十大关系》
    """
    named = day(which)
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> None:
            where = branch_named(session, branch)
            decider(house, session, by, where.id)
            row = session.scalars(schedule.plan_of(where.id, kind, named)).first()
            if row is None:
                row = StudyPlan(branch_id=where.id, kind=kind, day=named)
                session.add(row)
            row.topic, row.place, row.material = topic, place, material

        house.db.write_now(job)
        _say((f"记下了：{named} {topic}", ""), named, as_json=as_json)


def _decide(house: House, asked: _Asked, deciding: Deciding, *, as_json: bool) -> None:
    """Find the day, decide, tell whom it concerns, in one transaction."""

    def job(session: Session) -> Done:
        rows = SessionRows(session)
        rows.all(schedule.one_at_a_time())
        where = branch_named(session, asked.branch)
        found = one_day(session, where, asked.which, asked.kind)
        who = decider(house, session, asked.by, where.id, asked.reason)
        decision = deciding(session, found, who)
        clash = in_the_way(rows, would_be(rows, decision, found))
        for note in keep_decision(rows, house.settings, decision, found):
            house.post.note(session, note, house.now())
        return done_words(decision, found), clash

    _say(house.db.write_now(job), asked.which, as_json=as_json)


def _say(done: Done, about: date, *, as_json: bool) -> None:
    """What was done; what is in its way stands in `warning`, on paper behind 请留意."""
    words, clash = done
    warned = f"{words}请留意，{clash}" if clash else words
    show({"day": about, "done": words, "warning": clash}, as_json=as_json, words=warned)


def _last(session: Session, branch_id: int, which: date, kind: DayKind | None) -> CalendarException:
    """The last decision not taken back about what was or is held on `which`."""
    query = (
        select(CalendarException)
        .where(
            CalendarException.branch_id == branch_id,
            CalendarException.taken_back_at.is_(None),
            or_(CalendarException.day == which, CalendarException.to_day == which),
        )
        .order_by(CalendarException.id.desc())
    )
    if kind is not None:
        query = query.where(CalendarException.kind == kind)
    found = session.scalars(query).unique().first()
    if found is None:
        raise Refused(f"{which}没有改动可以撤销。")
    return found
