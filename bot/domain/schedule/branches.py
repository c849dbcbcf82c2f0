"""Which branches there are, and which one somebody chose on a page."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from sqlalchemy import Select, select

from bot.domain.base import Refused
from bot.domain.people import Branch

Row = TypeVar("Row")


class Reads(Protocol):
    """What the calendar needs of the database: `bot.talk.Rows`, seen from below."""

    def all(self, query: Select[Row]) -> Sequence[Row]:
        """Every row of the query's first column."""


def branches() -> Select[Branch]:
    """Every branch that there is now, by id."""
    return select(Branch).where(Branch.ended_at.is_(None)).order_by(Branch.id)


def one_at_a_time() -> Select[Branch]:
    """Every branch, held until the transaction ends: who decides about a calendar has it alone.

    To be asked before the calendar is read; SQLite has one writer anyway.
    """
    return branches().with_for_update(key_share=True)


def chosen_branch(rows: Reads, ref: str) -> Branch | None:
    """The branch with the id `ref`; None where nothing was chosen. Raises Refused where there is none."""
    if not ref:
        return None
    for branch in rows.all(branches()):
        if str(branch.id) == ref:
            return branch
    raise Refused("没有这个支部。请回到上一页，按支部的名字再选一次。")
