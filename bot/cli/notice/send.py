"""`yure notice send|correct`: shown first, then on their way."""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot import notices
from bot.app import House
from bot.cli.base import AsJson, At, Config, Data, clock_at, moment, opened, show
from bot.cli.notice.about import By, Number, author_of, notice_of, show_report
from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.notices import Draft, Notice
from bot.domain.organisations import organisations
from bot.domain.people import Person
from bot.notices import Preview
from bot.now import local_day

JUST_NOW = timedelta(minutes=1)
"""A script that names the present minute means at once."""
Audience = Annotated[
    str,
    typer.Option(
        "--audience",
        help="all | branch:支部 org:组织 role:角色 age:70-80 silent:通知号 channel:渠道，用 & 连 | member:谁",
    ),
]


def send(
    audience: Audience,
    text: Annotated[str, typer.Option("--text", help="通知的话 / the words")],
    by: By,
    when: Annotated[str | None, typer.Option("--when", help="什么时候发 / ISO, Asia/Shanghai")] = None,
    sign: Annotated[str, typer.Option("--sign", help="用哪个组织的名义 / an organisation's name")] = "",
    public: Annotated[bool, typer.Option("--public", help="也放到公开栏 / on the public page, too")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再问 / don't ask again")] = False,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write a notice; shown before it goes. Example: yure notice send --audience all --text "明天停水" --as 韦小兰"""
    with opened(config, data, clock_at(at)) as house:
        starts = moment(when) if when else house.now()
        if when and starts < house.now() - JUST_NOW:
            raise Refused("这个时间已经过了。请写以后的时间，或者不写 --when。")
        wish = Wish(text, audience, starts, sign, public)
        title, seen = house.db.read_now(lambda s: _preview(house, s, wish, by))
        _ask(seen, title, yes=yes, as_json=as_json)
        id_ = house.db.write_now(lambda s: _send(house, s, wish, by))
        house.clock.turn_now()
        show_report(house, id_, as_json=as_json)


def correct(
    number: Number,
    text: Annotated[str, typer.Option("--text", help="对的应该怎么写 / the right words")],
    by: By,
    yes: Annotated[bool, typer.Option("--yes", help="不再问 / don't ask again")] = False,
    config: Config = None,
    data: Data = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Put right what was sent, to those who got it. Example: yure notice correct 1 --text "是后天停水" --as 韦小兰"""
    with opened(config, data, clock_at(at)) as house:
        now, settings = house.now(), house.settings
        reach = notices.reach_of(house.post.channels, now)

        def preview(session: Session) -> tuple[str, Preview]:
            audience = notices.corrected(notice_of(session, number))
            draft = Draft(text, audience, now)
            return audience.title, notices.preview(
                SessionRows(session), draft, reach, settings, now
            )

        def send(session: Session) -> int:
            rows, author = SessionRows(session), author_of(session, by)
            first = notices.get(rows, author, number)
            notice = notices.correct(rows, first, text, author, reach, now)
            return _confirmed(house, session, notice, author)

        title, seen = house.db.read_now(preview)
        _ask(seen, title, yes=yes, as_json=as_json)
        id_ = house.db.write_now(send)
        house.clock.turn_now()
        show_report(house, id_, as_json=as_json)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a command was told to send."""

    text: str
    audience: str
    starts: datetime
    sign: str
    public: bool

    def draft(self, rows: SessionRows, author: Person, now: datetime) -> Draft:
        """Read within what the author looks after."""
        if self.sign and self.sign not in {one.name for one in rows.all(organisations())}:
            raise Refused(f"没有组织“{self.sign}”。看有哪些，请用 yure organisation list。")
        audience = notices.read_audience(rows, author, self.audience, local_day(now))
        return Draft(self.text, audience, self.starts, (), self.public, self.sign)


def _ask(seen: Preview, title: str, *, yes: bool, as_json: bool) -> None:
    """Show it, and go on only with a yes."""
    if not (as_json and yes):
        show(_seen_value(seen, title), as_json=as_json, words=_shown(seen, title))
    if not yes and not (sys.stdin.isatty() and typer.confirm("发吗？")):
        raise Refused("没有发。确定要发，请加上 --yes。")


def _preview(house: House, session: Session, wish: Wish, by: str) -> tuple[str, Preview]:
    """The audience's name, and how the notice will look."""
    rows, now = SessionRows(session), house.now()
    draft = wish.draft(rows, author_of(session, by), now)
    reach = notices.reach_of(house.post.channels, now)
    return draft.audience.title, notices.preview(rows, draft, reach, house.settings, now)


def _send(house: House, session: Session, wish: Wish, by: str) -> int:
    rows, author, now = SessionRows(session), author_of(session, by), house.now()
    draft = wish.draft(rows, author, now)
    notice = notices.put_down(rows, draft, author, notices.reach_of(house.post.channels, now), now)
    return _confirmed(house, session, notice, author)


def _confirmed(house: House, session: Session, notice: Notice, author: Person) -> int:
    now, rows = house.now(), SessionRows(session)
    reach = notices.reach_of(house.post.channels, now)
    for note in notices.confirm(rows, notice, author, reach, house.settings, now):
        house.post.note(session, note, now)
    return notice.id


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
