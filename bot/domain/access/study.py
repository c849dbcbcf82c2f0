"""The gates of what belongs to a day of a branch's calendar: decisions, leaves, tasks to make up, study at home."""

from bot.domain.access.reach import reaches
from bot.domain.base import OutOfReach
from bot.domain.coverage import Delivery
from bot.domain.people import Person
from bot.domain.schedule.tables import CalendarException, Leave, MakeUpTask


def access_decision(viewer: Person, row: CalendarException | None) -> CalendarException:
    """What was decided about a day of a branch in reach."""
    if row is None or not reaches(viewer, row.branch_id):
        raise OutOfReach("没有这次改动，或者不归您这个支部。")
    return row


def access_leave(viewer: Person, row: Leave | None) -> Leave:
    """A leave from a day of a branch in reach."""
    if row is None or not reaches(viewer, row.branch_id):
        raise OutOfReach("没有这次请假，或者不归您这个支部。")
    return row


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
