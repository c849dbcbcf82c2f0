"""One person added by command, or one role more for somebody known."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.people import (
    ROLE_TITLE,
    Branch,
    Grant,
    Person,
    Role,
    Status,
    called,
    holding,
    with_number,
)
from bot.domain.registration import plain_phone
from bot.domain.roster import cells, find_branch, is_new_branch
from bot.domain.roster.days import Misread
from bot.members.numbers import OF_A_BRANCH, Numbers


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is to be added: a name (or the 编号 of somebody known), a role, a branch, a phone."""

    who: str
    role: Role
    branch: str = ""
    phone: str = ""
    namesake: bool = False
    """There is somebody of that name, and this is another."""


def add(session: Session, wish: Wish, by: Person | None, now: datetime) -> Person:
    """Add a person, or a role. Raises Refused where `by` may not, or the name is taken or no name."""
    check_may_add(session, by)
    branch = _branch(session, wish.branch)
    known = session.scalars(with_number(wish.who.strip())).unique().first()
    person = known or _new(session, wish, branch, now)
    reach = branch.id if branch and wish.role in OF_A_BRANCH else None
    if any(g.role is wish.role and g.branch_id == reach for g in person.grants):
        raise Refused(f"{person.name}已经是{ROLE_TITLE[wish.role]}了。")
    person.grants.append(Grant(role=wish.role, branch_id=reach))
    session.flush()
    return person


def check_may_add(session: Session, by: Person | None) -> None:
    """Once there is an administrator, only administrators add people."""
    first = session.scalars(holding(Role.ADMINISTRATOR).limit(1)).unique().first()
    if first is not None and (by is None or Role.ADMINISTRATOR not in by.powers):
        raise Refused("已经有管理员了，请加上 --as 管理员的编号或姓名。")


def _new(session: Session, wish: Wish, branch: Branch | None, now: datetime) -> Person:
    try:
        name = cells.read_name(wish.who)
    except Misread as misread:
        raise Refused(str(misread)) from None
    same = session.scalars(called(name)).unique().all()
    if same and not wish.namesake:
        listed = "、".join(f"{p.number} {p.name}" for p in same)
        raise Refused(
            f"名册里已有{listed}。给这一位加身份，请写编号；真是另一位同名的，请加 --namesake。"
        )
    person = Person(
        number=Numbers(SessionRows(session)).next(), name=name, branch_id=branch.id if branch else None,
        phone=plain_phone(wish.phone), status=Status.ACTIVE, created_at=now,
    )  # fmt: skip
    session.add(person)
    session.flush()
    return person


def _branch(session: Session, said: str) -> Branch | None:
    """The branch meant; one that is named in full and like no other is made."""
    if not said:
        return None
    branches = {branch.name: branch for branch in session.scalars(select(Branch))}
    found = find_branch(said, list(branches))
    if found:
        if branches[found].ended_at is not None:
            raise Refused(f"“{found}”已经停了，请写现在的支部。")
        return branches[found]
    if not is_new_branch(said, list(branches)):
        raise Refused(
            f"没有“{said}”这个支部，有：{'、'.join(branches)}。新的支部请先用 yure branch add 加上。"
        )
    branch = Branch(name=said)
    session.add(branch)
    session.flush()
    return branch
