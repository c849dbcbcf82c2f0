"""Giving and taking roles: who coordinates which branch."""

from bot.domain.administrators import check_not_last
from bot.domain.base import Refused
from bot.domain.people import ROLE_TITLE, Branch, Grant, Person, Role, Status, called, with_number
from bot.members.numbers import OF_A_BRANCH
from bot.talk import Rows

GIVEN = (Role.COORDINATOR, Role.ADMINISTRATOR, Role.VOLUNTEER)
"""Roles that an administrator gives; members come with the roster."""


def meant(rows: Rows, who: str) -> Person:
    """The person with this number, or the only one of this name. Raises Refused naming the others."""
    named = rows.all(with_number(who.strip())) or rows.all(called(who))
    if len(named) == 1:
        return named[0]
    if not named:
        raise Refused(f"名册里没有“{who.strip()}”。请写编号，或者写全名。")
    listed = "、".join(f"{p.number} {p.name}" for p in named)
    raise Refused(f"叫“{who.strip()}”的有{len(named)}位，请写编号：{listed}")


def give(rows: Rows, person: Person, role: Role, branch: Branch | None) -> None:
    """One role more, from the next request on; `branch`: of a coordinator, None for all branches."""
    if role not in GIVEN:
        raise Refused("请选联络员、管理员或志愿者。")
    rows.hold(person)
    if person.status is not Status.ACTIVE:
        raise Refused(f"{person.name}现在不在册，不能给身份。")
    reach = branch.id if branch is not None and role in OF_A_BRANCH else None
    if any(grant.role is role and grant.branch_id == reach for grant in person.grants):
        raise Refused(f"{person.name}已经是{ROLE_TITLE[role]}了。")
    person.grants.append(Grant(role=role, branch_id=reach))
    rows.flush()


def take(rows: Rows, grant: Grant) -> Person:
    """Take a role from its holder, who loses it with the next request. Raises Refused for the last administrator."""
    person = rows.get(Person, grant.person_id)
    if person is None or grant.role not in GIVEN:
        raise Refused("这个身份不能在这里收回。")
    if grant.role is Role.ADMINISTRATOR:
        check_not_last(rows, person)
    person.grants.remove(grant)
    rows.flush()
    return person
