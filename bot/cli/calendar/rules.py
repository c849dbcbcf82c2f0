"""`yure calendar rule add|list|end|pause|resume`: when a branch meets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, day, opened, show
from bot.cli.calendar.options import (
    AnyBranch,
    BranchName,
    Kind,
    Place,
    RuleText,
    Topic,
    Who,
    branch_named,
    decider,
)
from bot.db import SessionRows
from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Branch
from bot.domain.recurrence import describe, parse_rule
from bot.domain.schedule import KIND_TITLE, CalendarRule, DayKind
from bot.now import local_day
from handlers.calendar.ruling import change_rule, meetings

rule_app = typer.Typer(
    help="规律 / when a branch meets. Example: yure calendar rule list", no_args_is_help=True
)

OneRule = Annotated[str | None, typer.Option("--rule", help="哪一条 / which, if there are several")]
PauseFrom = Annotated[str, typer.Option("--from", help="从哪天起停 / first day of the rest")]
PauseTo = Annotated[str | None, typer.Option("--to", help="停到哪天 / last day of the rest")]
ResumeFrom = Annotated[str | None, typer.Option("--on", help="从哪天恢复 / from then on (today)")]
LastDay = Annotated[str | None, typer.Option("--on", help="最后一天 / last day (default: today)")]


@rule_app.command()
def add(
    branch: BranchName, kind: Kind, rule: RuleText, place: Place = "", topic: Topic = "", by: Who = None,
    config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Add a rule; its next twelve days are shown.

    Example: yure calendar rule add --branch 三海 --kind service --rule "2nd thu 09:00"
    """
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> dict[str, Any]:
            where = branch_named(session, branch)
            there = session.scalars(schedule.rules_of(where.id)).unique().all()
            who = decider(house, session, by, where.id)
            row = schedule.add_rule(where, kind, rule, who, there)
            row.place, row.topic = place, topic
            session.add(row)
            session.flush()
            met = meetings(SessionRows(session), row, local_day(house.now()))
            return _value(house, session, row) | {"warnings": met}

        value = house.db.write_now(job)
        _show(value, as_json=as_json)
        for words in value["warnings"]:
            typer.echo(f"请留意，{words}", err=True)


@rule_app.command("list")
def every(
    branch: AnyBranch = None, config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False
) -> None:  # fmt: skip
    """The rules and their next days. Example: yure calendar rule list --json"""
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> list[dict[str, Any]]:
            where = branch_named(session, branch).id if branch else None
            rows = session.scalars(schedule.rules_of(where)).unique().all()
            return [_value(house, session, row) for row in rows]

        for value in house.db.read_now(job):
            _show(value, as_json=as_json)


@rule_app.command()
def end(
    branch: BranchName, kind: Kind, rule: OneRule = None, last: LastDay = None, by: Who = None,
    config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Let a rule end; what was held stays, and who signed up for what falls away is told.

    Example: yure calendar rule end --branch 三海 --kind study --on 2026-12-31
    """
    with opened(config, data, clock_at(at)) as house:
        until = day(last) if last else local_day(house.now())
        asked = _Asked(branch, kind, rule, by)
        _show(_change(house, asked, lambda row, _: schedule.ended(row, until)), as_json=as_json)


@rule_app.command()
def pause(
    branch: BranchName, kind: Kind, first: PauseFrom, last: PauseTo = None, rule: OneRule = None,
    by: Who = None, config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Let a rule rest; without --to until it is resumed.

    Example: yure calendar rule pause --branch 三海 --kind study --from 2027-01-01 --to 2027-02-28
    """
    start, end = day(first), day(last) if last else None
    with opened(config, data, clock_at(at)) as house:
        asked = _Asked(branch, kind, rule, by)
        found = _change(house, asked, lambda row, today: schedule.rested(row, start, end, today))
        _show(found, as_json=as_json)


@rule_app.command()
def resume(
    branch: BranchName, kind: Kind, start: ResumeFrom = None, rule: OneRule = None, by: Who = None,
    config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Let a resting rule go on. Example: yure calendar rule resume --branch 三海 --kind study --on 2027-02-01"""
    with opened(config, data, clock_at(at)) as house:
        on = day(start) if start else local_day(house.now())
        asked = _Asked(branch, kind, rule, by)
        found = _change(house, asked, lambda row, today: schedule.going_on(row, on, today))
        _show(found, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which rule is changed, and by whom."""

    branch: str
    kind: DayKind
    rule: str | None
    by: str | None


def _change(
    house: House, asked: _Asked, reads: Callable[[CalendarRule, date], str]
) -> dict[str, Any]:
    """Let the rule read otherwise and tell whom that concerns, in one transaction; the rule as it is then."""

    def job(session: Session) -> dict[str, Any]:
        rows = SessionRows(session)
        rows.all(schedule.one_at_a_time())
        where = branch_named(session, asked.branch)
        who = decider(house, session, asked.by, where.id)
        row = _one(session, where, asked.kind, asked.rule)
        changed = schedule.reworded(row, reads(row, local_day(house.now())))
        for note in change_rule(rows, house.settings, row, changed, who):
            house.post.note(session, note, house.now())
        return _value(house, session, row)

    return house.db.write_now(job)


def _one(session: Session, branch: Branch, kind: DayKind, rule: str | None) -> CalendarRule:
    """The rule meant; raises Refused where it isn't there or there are several."""
    wanted = str(parse_rule(rule)) if rule else None
    rows = session.scalars(schedule.rules_of(branch.id)).unique()
    found = [row for row in rows if row.kind is kind and wanted in (None, row.rule)]
    if len(found) == 1:
        return found[0]
    listed = "；".join(row.rule for row in found)
    title = f"{branch.name}的{KIND_TITLE[kind]}"
    if found:
        raise Refused(f"{title}有{len(found)}条规律，请用 --rule 说是哪一条：{listed}")
    raise Refused(f"{title}没有这条规律。请用 yure calendar rule list 看一看。")


def _value(house: House, session: Session, row: CalendarRule) -> dict[str, Any]:
    holidays = schedule.holidays_in(SessionRows(session))
    return {
        "id": row.id, "branch": row.branch.name, "kind": row.kind, "rule": row.rule,
        "words": describe(parse_rule(row.rule)), "place": row.place, "topic": row.topic,
        "next": schedule.next_of(row, local_day(house.now()), holidays),
    }  # fmt: skip


def _show(value: dict[str, Any], *, as_json: bool) -> None:
    following = " ".join(str(found) for found in value["next"]) or "已经结束 / has ended"
    words = f"{value['id']} {value['branch']} {value['kind']}  {value['words']} ({value['rule']})\n   {following}"
    show(value | {"next": [str(d) for d in value["next"]]}, as_json=as_json, words=words)
