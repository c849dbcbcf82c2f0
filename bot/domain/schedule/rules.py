"""The rules by which a branch meets: added, paused, resumed, ended; a rule that ended keeps what was held."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Select, select

from bot.domain.base import Refused
from bot.domain.holidays import Holidays, Moved
from bot.domain.people import Branch
from bot.domain.recurrence import next_days, parse_rule, paused, resumed
from bot.domain.schedule.change import By
from bot.domain.schedule.days import placed, rule_of
from bot.domain.schedule.tables import KIND_TITLE, CalendarRule, DayKind
from bot.domain.wording import day_words
from bot.now import local_day

SHOWN = 12
"""So many days to come are shown of a rule before it is kept."""
_YEAR = timedelta(days=365)
_YEARS_AHEAD = 12
"""So far ahead the twelve are looked for: over long pauses, and for what is yearly."""


def add_rule(
    branch: Branch, kind: DayKind, text: str, by: By, existing: Iterable[CalendarRule]
) -> CalendarRule:
    """A new rule. Raises Refused where it is not understood, names no day to come, or is there already."""
    rule = parse_rule(text)
    if not next_days(rule, local_day(by.at), 1):
        raise Refused("照这条规律，以后一天也没有。请核对日期。")
    if any(row.kind is kind and row.rule == str(rule) for row in existing):
        raise Refused(f"{branch.name}的{KIND_TITLE[kind]}已经有这条规律了。")
    return CalendarRule(
        branch_id=branch.id, branch=branch, kind=kind, rule=str(rule), place="", topic="",
        by_id=by.person_id, created_at=by.at,
    )  # fmt: skip


def ended(row: CalendarRule, last: date) -> str:
    """The rule naming no day after `last`. Raises Refused where it ends earlier already."""
    rule = parse_rule(row.rule)
    if rule.until is not None and rule.until <= last:
        raise Refused(f"这条规律到{day_words(rule.until, last)}就停了，不用再停。")
    return str(replace(rule, until=last))


def rested(row: CalendarRule, first: date, last: date | None, today: date) -> str:
    """The rule resting from `first` to `last`, both included, or until it is resumed.

    Raises Refused for days gone by, days in the wrong order, and days on which it rests already.
    """
    if first < today:
        raise Refused(f"{day_words(first)}已经过去了，请从今天或以后暂停。")
    rule = parse_rule(row.rule)
    days = [first, last or first]
    if any(pause.covers(day) for pause in rule.pauses for day in days):
        raise Refused("这些日子里已经暂停了。要提前恢复，请先按“恢复”。")
    return str(paused(rule, first, last))


def going_on(row: CalendarRule, day: date, today: date) -> str:
    """The rule running again from `day` on. Raises Refused where it doesn't rest then, or for the past."""
    if day < today:
        raise Refused(f"{day_words(day)}已经过去了，请从今天或以后恢复。")
    rule = parse_rule(row.rule)
    if not any(pause.covers(day) for pause in rule.pauses):
        raise Refused(f"{day_words(day)}这条规律没有暂停，不用恢复。")
    return str(resumed(rule, day))


def next_of(row: CalendarRule, today: date, holidays: Holidays) -> list[date]:
    """The next twelve days of a rule, without anybody's decisions."""
    return [moved.day for moved in next_placed(row.rule, row.kind, today, holidays)]


def next_placed(text: str, kind: DayKind, today: date, holidays: Holidays) -> list[Moved]:
    """The same with what holidays do to them. Raises Refused where the rule is not understood."""
    rule = rule_of(text, kind)
    found: list[Moved] = []
    first = today + timedelta(days=1)
    for _ in range(_YEARS_AHEAD):
        if len(found) >= SHOWN:
            break
        found += placed(rule, first, first + _YEAR - timedelta(days=1), holidays)
        first += _YEAR
    return found[:SHOWN]


def rules_of(branch_id: int | None = None) -> Select[CalendarRule]:
    """The rules of a branch, or of all."""
    query = select(CalendarRule).order_by(CalendarRule.branch_id, CalendarRule.id)
    return query if branch_id is None else query.where(CalendarRule.branch_id == branch_id)
