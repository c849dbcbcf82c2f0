"""The gates of what belongs to a day of a branch's calendar: tasks to make up, study brought home."""

from bot.domain.access.reach import reaches
from bot.domain.base import OutOfReach
from bot.domain.coverage import Delivery
from bot.domain.people import Person
from bot.domain.schedule.tables import MakeUpTask


def access_task(viewer: Person, task: MakeUpTask | None) -> MakeUpTask:
    """Something that somebody of a branch in reach has still to make up for."""
    if task is None or not reaches(viewer, task.leave.branch_id):
        raise OutOfReach("没有这件补课，或者不归您这个支部。")
    return task


def access_delivery(viewer: Person, row: Delivery | None) -> Delivery:
    """Study that was brought to somebody of a branch in reach."""
    if row is None or not reaches(viewer, row.branch_id):
        raise OutOfReach("没有这一条送学，或者不归您这个支部。")
    return row
