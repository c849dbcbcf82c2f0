"""The gates of people, and of branches."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, exists, or_, true

from bot.domain.access.reach import covers, reaches, within
from bot.domain.base import OutOfReach
from bot.domain.people import STAFF_ROLES, Branch, Grant, Person, Role, looked_after

T = TypeVar("T")


def access_person(viewer: Person, person: Person | None, *, change: bool = False) -> Person:
    """Somebody in the viewer's reach.

    `change`: to bind a phone to, make a card for, pause, correct. Whoever may do that to a coordinator can
    become that coordinator, so staff are left to administrators.
    """
    if person is None or not reaches(viewer, person.branch_id):
        raise OutOfReach("名册上没有这一位，或者不归您这个支部。")
    if change and not may_change(viewer, person):
        raise OutOfReach(f"{person.name}是联络员或者管理员，这件事要请管理员来办。")
    return person


def may_change(viewer: Person, person: Person) -> bool:
    """Whether somebody in reach is not staff over whom the viewer has no say."""
    return not person.is_staff or person.id == viewer.id or _is_over(viewer, person)


def access_people(viewer: Person, query: Select[T], *, change: bool = False) -> Select[T]:
    """The same of a query of Person."""
    found = query.where(within(viewer, Person.branch_id))
    return found.where(_left_to(viewer)) if change else found


def access_persons(viewer: Person, found: Iterable[Person]) -> list[Person]:
    """Those of them in the viewer's reach."""
    return [person for person in found if reaches(viewer, person.branch_id)]


def access_branch(viewer: Person, branch: Branch | None) -> Branch:
    """A branch that the viewer looks after, with its calendar."""
    if branch is None or not reaches(viewer, branch.id):
        raise OutOfReach("请选一个您负责的支部。")
    return branch


def access_branches(viewer: Person, query: Select[T]) -> Select[T]:
    """The same of a query of Branch."""
    return query.where(within(viewer, Branch.id))


def _is_over(viewer: Person, staff: Person) -> bool:
    """Whether an administrator looks after everything that the other does."""
    every = [grant.branch_id for grant in staff.grants if grant.role in STAFF_ROLES]
    branches = None if None in every else frozenset(b for b in every if b is not None)
    return Role.ADMINISTRATOR in viewer.roles and covers(viewer, branches)


def _left_to(viewer: Person) -> ColumnElement[bool]:
    """The condition on Person of not being staff over whom the viewer has no say."""
    mine = looked_after(viewer)
    staff = exists().where(Grant.person_id == Person.id, Grant.role.in_(STAFF_ROLES))
    if Role.ADMINISTRATOR not in viewer.roles:
        return or_(~staff, Person.id == viewer.id)
    if mine is None:
        return true()
    beyond = staff.where(or_(Grant.branch_id.is_(None), Grant.branch_id.not_in(mine)))
    return or_(~beyond, Person.id == viewer.id)
