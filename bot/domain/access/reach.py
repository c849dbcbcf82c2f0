"""The branches that somebody looks after: what all gates stand on."""

from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from bot.domain.people import Person, looked_after


def reaches(viewer: Person, branch_id: int | None) -> bool:
    """Whether a coordinator's reach covers this branch; what belongs to no branch is every coordinator's."""
    branches = looked_after(viewer)
    return branches is None or (bool(branches) and (branch_id is None or branch_id in branches))


def within(viewer: Person, branch_id: Any) -> ColumnElement[bool]:
    """The same of a column, for queries."""
    branches = looked_after(viewer)
    if branches is None:
        return true()
    return or_(branch_id.in_(branches), branch_id.is_(None)) if branches else false()


def covers(viewer: Person, branches: frozenset[int] | None) -> bool:
    """Whether somebody looks after all of these branches (None: every one there is)."""
    mine = looked_after(viewer)
    return mine is None or (branches is not None and bool(branches) and branches <= mine)
