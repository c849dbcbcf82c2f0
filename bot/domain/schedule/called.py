"""The days that are called by what is held on them: 服务日, 学习日, 党日."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from bot.domain.people import Person
from bot.domain.schedule.branches import Reads
from bot.domain.schedule.days import coming
from bot.domain.schedule.tables import DayKind

AHEAD = timedelta(days=100)
"""How far ahead the next day of a kind is looked for: a rule may rest for a season."""


def days_called(rows: Reads, people: Iterable[Person]) -> Callable[[str, date], date | None]:
    """(服务日, a day) → the next such day from then on, of the branch of the first of `people` who has one.

    None where none is coming, or nobody has a branch.
    """
    branch_id = next((p.branch_id for p in people if p.branch_id is not None), None)

    def called(name: str, first: date) -> date | None:
        if branch_id is None:
            return None
        kind = DayKind.SERVICE if "服务" in name else DayKind.STUDY
        days = coming(rows, branch_id, first, first + AHEAD)
        return next((day.day for day in days if day.kind is kind), None)

    return called
