"""What the commands of notices share: who acts, which notice, how it stands."""

from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from bot import notices
from bot.app import House
from bot.cli.base import person, show
from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.notices import STATE_TITLE, Notice
from bot.domain.people import STAFF_ROLES, Person

By = Annotated[str, typer.Option("--as", help="哪位联络员 / the coordinator")]
Number = Annotated[int, typer.Argument(help="第几号通知 / the notice's number")]


def author_of(session: Session, by: str) -> Person:
    """The coordinator who acts; Refused for everybody else."""
    author = person(session, by)
    if not author.powers & STAFF_ROLES:
        raise Refused(f"{author.name}不是联络员，不能发通知。")
    return author


def notice_of(session: Session, number: int) -> Notice:
    """The notice of this number. Raises Refused where there is none."""
    notice = session.get(Notice, number)
    if notice is None:
        raise Refused(f"没有第{number}号通知。")
    return notice


def show_report(house: House, number: int, *, as_json: bool, brief: bool = False) -> None:
    """How a notice stands."""
    value, words = house.db.read_now(lambda s: _report(s, number))
    if brief:
        del value["not_reached"]
        words = words.split("\n", 1)[0]
    show(value, as_json=as_json, words=words)


def _report(session: Session, number: int) -> tuple[dict[str, Any], str]:
    notice = notice_of(session, number)
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
