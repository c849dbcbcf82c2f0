"""Where a person may stand on the roster (在册, 暂停, 迁出, 去世)."""

from typing import Protocol, TypeVar

from bot.domain.base import Refused
from bot.domain.people import STATUS_TITLE, Branch, Person, Status

Row = TypeVar("Row")

ON_ROSTER = frozenset({Status.ACTIVE, Status.PAUSED})
"""They keep a branch from ending, and come into none that has."""


class Reads(Protocol):
    """What the rule needs of the database: `bot.talk.Rows`, seen from below."""

    def get(self, table: type[Row], key: object) -> Row | None:
        """One row by its primary key."""


def check_standing(rows: Reads, person: Person, status: Status) -> None:
    """Raises Refused where the person stands so already, or would be on the roster of a branch that has ended."""
    if person.status is status:
        raise Refused(f"{person.name}本来就是“{STATUS_TITLE[status]}”。")
    if status in ON_ROSTER and (ended := ended_branch(rows, person)) is not None:
        raise Refused(
            f"“{ended.name}”已经停了，{person.name}不能回到那里。请导入一行名册，写上编号、姓名和现在的支部，再来恢复。"
        )


def ended_branch(rows: Reads, person: Person) -> Branch | None:
    """The person's branch, where it is no more."""
    branch = None if person.branch_id is None else rows.get(Branch, person.branch_id)
    return branch if branch is not None and branch.ended_at is not None else None
