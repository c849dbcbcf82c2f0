"""`yure notice send|approve|show|list|cancel`: notices from the command line, by the same rules as in chat."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot import notices
from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, Where, clock_at, moment, opened, person, show
from bot.db import SessionRows
from bot.domain import notices as rules
from bot.domain.base import Refused
from bot.domain.notices import STATE_TITLE, Draft, Notice
from bot.domain.people import STAFF_ROLES, Person
from bot.notices import Preview
from bot.now import real_now
from bot.talk import Note

Switch = Callable[[SessionRows, Person, datetime], list[Note]]

notice_app = typer.Typer(help="通知 / notices. Example: yure notice list", no_args_is_help=True)

JUST_NOW = timedelta(minutes=1)
"""A script that names the present minute means at once."""
Audience = Annotated[
    str, typer.Option("--audience", help="all | branch:支部 | role:角色 | member:姓名或编号")
]
By = Annotated[str, typer.Option("--as", help="哪位联络员 / the coordinator")]
Number = Annotated[int, typer.Argument(help="第几号通知 / the notice's number")]


@notice_app.command("send")
def send(
    audience: Audience,
    text: Annotated[str, typer.Option("--text", help="通知的话 / the words")],
    by: By,
    when: Annotated[str | None, typer.Option("--when", help="什么时候发 / ISO, Asia/Shanghai")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再问 / don't ask again")] = False,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write a notice; shown before it goes. Example: yure notice send --audience all --text "…" --as 韦小兰"""
    with opened(config, data, clock_at(at)) as house:
        starts = moment(when) if when else house.now()
        if when and starts < house.now() - JUST_NOW:
            raise Refused("这个时间已经过了。请写以后的时间，或者不写 --when。")
        title, seen = house.db.read_now(lambda s: _preview(house, s, audience, text, by, starts))
        if not (as_json and yes):
            show(_seen_value(seen, title), as_json=as_json, words=_shown(seen, title))
        if not yes and not (sys.stdin.isatty() and typer.confirm("发吗？")):
            raise Refused("没有发。确定要发，请加上 --yes。")
        id_ = house.db.write_now(lambda s: _send(house, s, audience, text, by, starts))
        house.clock.turn_now()
        _show_one(house, id_, as_json=as_json)


@notice_app.command("approve")
def approve(
    number: Number, by: By, config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False
) -> None:  # fmt: skip
    """A second coordinator agrees. Example: yure notice approve 12 --as 陆明"""
    with opened(config, data, clock_at(at)) as house:
        now = house.now()

        def job(session: Session) -> None:
            notice = _notice(session, number)
            rows, second = SessionRows(session), person(session, by)
            for note in notices.approve(rows, notice, second, rules.digest(notice), now):
                house.post.note(session, note, now)

        house.db.write_now(job)
        house.clock.turn_now()
        _show_one(house, number, as_json=as_json)


@notice_app.command("cancel")
def cancel(
    number: Number, by: By, config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False
) -> None:  # fmt: skip
    """Stop at once; what has not gone out is withdrawn. Example: yure notice cancel 12 --as 韦小兰"""
    with opened(config, data, clock_at(at)) as house:

        def job(session: Session) -> None:
            rows, staff = SessionRows(session), person(session, by)
            notices.cancel(rows, _notice(session, number), staff, house.now(), real_now())

        house.db.write_now(job)
        _show_one(house, number, as_json=as_json)


@notice_app.command("freeze")
def freeze(
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="为什么 / why")] = "",
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Stop all notices and reminders at once. Example: yure notice freeze --as 韦小兰 --reason "发错了" """

    def job(rows: SessionRows, staff: Person, now: datetime) -> list[Note]:
        return notices.freeze(rows, staff, reason, now)

    _switch(Where(config, data), at, by, job, as_json=as_json)


@notice_app.command("thaw")
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
            rows, staff = SessionRows(session), _author(session, by)
            for note in job(rows, staff, now):
                house.post.note(session, note, now)
            return notices.frozen_words(rows, now)

        words = house.db.write_now(change)
        value = {"frozen": bool(words)}
        show(value, as_json=as_json, words=words or "恢复了，通知和提醒照常发。")


@notice_app.command("show")
def show_one(
    number: Number,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Each recipient in exactly one state, and who must be called. Example: yure notice show 12 --json"""
    with opened(config, data, clock_at(at)) as house:
        _show_one(house, number, as_json=as_json)


@notice_app.command("list")
def list_all(
    config: Config = None, data: Data = None, at: At = None, as_json: AsJson = False
) -> None:
    """The latest notices. Example: yure notice list"""
    with opened(config, data, clock_at(at)) as house:
        for id_ in house.db.read_now(lambda s: [n.id for n in s.scalars(rules.recent()).unique()]):
            _show_one(house, id_, as_json=as_json, brief=True)


def _preview(
    house: House, session: Session, audience: str, text: str, by: str, starts: datetime
) -> tuple[str, Preview]:
    """The audience's name, and how the notice will look."""
    rows, author = SessionRows(session), _author(session, by)
    draft = Draft(text, notices.read_audience(rows, author, audience), starts)
    reach = notices.reach_of(house.post.channels, house.now())
    seen = notices.preview(rows, draft, reach, house.settings, house.now())
    return draft.audience.title, seen


def _send(
    house: House, session: Session, audience: str, text: str, by: str, starts: datetime
) -> int:
    rows, author, now = SessionRows(session), _author(session, by), house.now()
    draft = Draft(text, notices.read_audience(rows, author, audience), starts)
    notice = notices.put_down(rows, draft, author, notices.reach_of(house.post.channels, now), now)
    for note in notices.confirm(rows, notice, house.settings, now):
        house.post.note(session, note, now)
    return notice.id


def _author(session: Session, by: str) -> Person:
    author = person(session, by)
    if not author.powers & STAFF_ROLES:
        raise Refused(f"{author.name}不是联络员，不能发通知。")
    return author


def _notice(session: Session, number: int) -> Notice:
    notice = session.get(Notice, number, with_for_update=True)
    if notice is None:
        raise Refused(f"没有第{number}号通知。")
    return notice


def _seen_value(seen: Preview, title: str) -> dict[str, Any]:
    """The preview as scripts read it: nothing has gone out, so there is no id."""
    return {
        "id": None, "state": "preview", "audience": seen.count.all, "count": seen.count.words(title),
        "text": seen.text, "goes_at": seen.goes_at.isoformat(), "needs_approval": seen.needs_approval,
        "warnings": list(seen.warnings),
    }  # fmt: skip


def _shown(seen: Preview, title: str) -> str:
    lines = [seen.text, seen.count.words(title)]
    lines += [f"注意：{warning}" for warning in seen.warnings]
    if seen.waits_for_morning:
        lines.append("现在是夜里，明天早上发。")
    if seen.needs_approval:
        lines.append("人数多，要另一位联络员批准。")
    return "\n".join(lines)


def _show_one(house: House, number: int, *, as_json: bool, brief: bool = False) -> None:
    value, words = house.db.read_now(lambda s: _report(s, number))
    if brief:
        del value["not_reached"]
        words = words.split("\n", 1)[0]
    show(value, as_json=as_json, words=words)


def _report(session: Session, number: int) -> tuple[dict[str, Any], str]:
    notice = _notice(session, number)
    found = notices.report(SessionRows(session), notice)
    missed = [
        {"member": m.number, "name": m.name, "state": m.state, "reason": m.reason}
        for m in found.not_reached
    ]
    value = {
        "id": found.id, "state": found.state.value, "audience": found.audience,
        "states": dict(found.states), "received": found.read, "not_reached": missed,
    }  # fmt: skip
    lines = [f"第{found.id}号 {STATE_TITLE[found.state]} {found.words()}"]
    lines += [f"  请打电话：{m.number} {m.name}（{m.why}）" for m in found.not_reached]
    return value, "\n".join(lines)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(notice_app, name="notice")
