"""What the commands about people share: options, who acts, and how a person is printed."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.base import person
from bot.domain.access.people import access_person
from bot.domain.base import Refused
from bot.domain.people import ROLE_TITLE, STAFF_ROLES, STATUS_TITLE, Person, Role, Sender

Who = Annotated[str, typer.Argument(help="编号或姓名 / number or unambiguous name")]
By = Annotated[str | None, typer.Option("--as", help="谁办的，编号或姓名 / who does it")]
Reason = Annotated[str, typer.Option("--reason", help="为什么 / why")]


def actor(session: Session, by: str | None) -> Person | None:
    """Who acts; None where the command doesn't say. Raises Refused for anybody but staff."""
    if by is None:
        return None
    found = person(session, by)
    if not found.powers & STAFF_ROLES:
        raise Refused(f"{found.name}不是联络员，也不是管理员，不能办这件事。")
    return found


def actor_on(session: Session, by: str | None, one: Person) -> Person | None:
    """The same, of somebody who may change this person. Raises Refused otherwise."""
    found = actor(session, by)
    if found is not None:
        access_person(found, one, change=True)
    return found


def senders(session: Session, people: Iterable[int] | None = None) -> dict[int, list[Sender]]:
    """Live bindings by person."""
    query = select(Sender).where(Sender.ended_at.is_(None)).order_by(Sender.id)
    if people is not None:
        query = query.where(Sender.person_id.in_(list(people)))
    found: defaultdict[int, list[Sender]] = defaultdict(list)
    for sender in session.scalars(query).unique():
        found[sender.person_id].append(sender)
    return found


def person_value(one: Person, bound: Iterable[Sender]) -> dict[str, Any]:
    """A person as one JSON document: stable, scripts rely on it."""
    return {
        "number": one.number,
        "name": one.name,
        "branch": one.branch.name if one.branch else None,
        "status": one.status.value,
        "roles": [role.value for role in Role if role in one.roles],
        "joined_on": one.joined_on,
        "full_member_on": one.full_member_on,
        "born_on": one.born_on,
        "senders": [{"channel": s.channel, "id": s.address} for s in bound],
    }


def person_words(one: Person, bound: Iterable[Sender]) -> str:
    """The same as a line for people."""
    roles = "、".join(ROLE_TITLE[role] for role in Role if role in one.roles)
    channels = "、".join(sorted({s.channel for s in bound})) or "没登记"
    branch = one.branch.name if one.branch else "-"
    return f"{one.number}  {one.name}  {branch}  {STATUS_TITLE[one.status]}  {roles}  {channels}"
