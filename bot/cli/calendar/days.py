"""`yure calendar --from … --to …` and `yure calendar preview`."""

from datetime import timedelta

import typer
from sqlalchemy.orm import Session

from bot.cli.base import AsJson, At, Config, Data, clock_at, day, in_order, opened, show
from bot.cli.calendar.options import (
    AnyBranch,
    AnyKind,
    First,
    Last,
    RuleText,
    branch_named,
    clock_words,
    optional_day,
    value_of,
    words_of,
)
from bot.db import SessionRows
from bot.domain import schedule
from bot.now import local_day

SPAN = timedelta(days=60)
YEAR = timedelta(days=366)


def days(
    context: typer.Context, first: First = None, last: Last = None, branch: AnyBranch = None,
    config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """What is held. Example: yure calendar --from 2026-12-01 --to 2026-12-31 --json"""
    if context.invoked_subcommand is not None:
        if any((first, last, branch, config, data, at, as_json)):
            raise typer.BadParameter("选项写在子命令后面 / options go behind the subcommand")
        return
    with opened(config, data, clock_at(at)) as house:
        start = optional_day(first) or local_day(house.now())
        start, end = in_order(start, optional_day(last) or start + SPAN)

        def job(session: Session) -> tuple[list[schedule.Day], list[schedule.Day]]:
            where = branch_named(session, branch).id if branch else None
            every = schedule.coming(SessionRows(session), None, start, end)
            return [one for one in every if where in (None, one.branch_id)], every

        held, every = house.db.read_now(job)
        for found in held:
            show(value_of(found), as_json=as_json, words=words_of(found))
        for found in held:
            if clash := schedule.clash_words(found, every):
                what = f"{found.day} {found.branch} {found.title}"
                typer.echo(f"请留意，{what}：{clash}", err=True)


def preview(
    rule: RuleText, first: First = None, last: Last = None, kind: AnyKind = None,
    config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """The days of a rule, or its next twelve; stores nothing.

    Example: yure calendar preview --rule "每月15日"
    """
    with opened(config, data, clock_at(at)) as house:
        holidays = house.db.read_now(lambda s: schedule.holidays_in(SessionRows(s)))
        read = schedule.rule_of(rule, kind)
        start = optional_day(first) or local_day(house.now())
        start, end = in_order(start, day(last) if last else start + YEAR)
        found = schedule.placed(read, start, end, holidays)
        for moved in found if last else found[: schedule.SHOWN]:
            at_words = clock_words(read.at)
            value = {
                "day": moved.day, "time": at_words, "moved_from": moved.moved_from, "reason": moved.reason,
            }  # fmt: skip
            show(
                value,
                as_json=as_json,
                words=f"{moved.day} {at_words or ''} {moved.reason}".rstrip(),
            )
