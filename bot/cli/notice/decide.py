"""`yure notice approve|cancel|freeze|thaw`: a second yes, and three ways to stop and go on."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot import notices
from bot.cli.base import AsJson, At, Config, Data, Where, clock_at, opened, person, show
from bot.cli.notice.about import By, Number, author_of, notice_of, show_report
from bot.db import SessionRows
from bot.domain import notices as rules
from bot.domain.people import Person
from bot.now import real_now
from bot.talk import Note

Switch = Callable[[SessionRows, Person, datetime, Any], list[Note]]


def approve(
    number: Number, by: By, config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False
) -> None:  # fmt: skip
    """A second coordinator agrees. Example: yure notice approve 1 --as 陆明"""
    with opened(config, data, clock_at(at)) as house:
        now = house.now()

        def job(session: Session) -> None:
            notice = notice_of(session, number)
            rows, second = SessionRows(session), person(session, by)
            for note in notices.approve(
                rows, notice, second, rules.digest(notice), house.settings, now
            ):
                house.post.note(session, note, now)

        house.db.write_now(job)
        house.clock.turn_now()
        show_report(house, number, as_json=as_json)


def cancel(
    number: Number, by: By, config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False
) -> None:  # fmt: skip
    """Stop at once; what has not gone out is withdrawn. Example: yure notice cancel 1 --as 韦小兰"""
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> None:
            rows, staff = SessionRows(session), person(session, by)
            notices.cancel(rows, notice_of(session, number), staff, house.now(), real_now())

        house.db.write_now(job)
        show_report(house, number, as_json=as_json)


def freeze(
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="为什么 / why")] = "",
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Stop all notices and reminders at once. Example: yure notice freeze --as 韦小兰 --reason "发错了" """

    def job(rows: SessionRows, staff: Person, now: datetime, settings: Any) -> list[Note]:
        return notices.freeze(rows, staff, reason, now, settings)

    _switch(Where(config, data), at, by, job, as_json=as_json)


def thaw(
    by: By, config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False
) -> None:
    """Let notices and reminders go on. Example: yure notice thaw --as 韦小兰"""
    _switch(Where(config, data), at, by, notices.thaw, as_json=as_json)


def _switch(where: Where, at: str | None, by: str, job: Switch, *, as_json: bool) -> None:
    """Set or lift it, tell the others, and say how things stand."""
    with opened(where.config, where.data, clock_at(at)) as house:
        now = house.now()

        def change(session: Session) -> str:
            rows, staff = SessionRows(session), author_of(session, by)
            for note in job(rows, staff, now, house.settings):
                house.post.note(session, note, now)
            return notices.frozen_words(rows, now)

        words = house.db.write_now(change)
        value = {"frozen": bool(words)}
        show(value, as_json=as_json, words=words or "恢复了，通知和提醒照常发。")
