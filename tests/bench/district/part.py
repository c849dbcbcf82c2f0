"""What a district held, who came, who was on leave, what was brought to the door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain.coverage import Delivery
from bot.domain.schedule import (
    Attendance,
    By,
    DayKind,
    Leave,
    MakeUpTask,
    TaskState,
    add_rule,
    branches,
)
from bot.domain.sealed import new_row_key
from tests.bench.district.town import MONTHS, NOW, TODAY, Town, Values, at


def fill(town: Town) -> None:
    """The calendar, and two years of taking part in it."""
    town.db.write_now(partial(_calendar, town))
    _take_part(town)
    town.write(Delivery, (_delivery(town, number) for number in range(town.size.members // 2)))


def _calendar(town: Town, session: Session) -> None:
    by = By(NOW - timedelta(days=MONTHS * 31 + 60), town.administrator)
    for branch in SessionRows(session).all(branches()):
        for kind, rule in (
            (DayKind.STUDY, f"{branch.id % 28 + 1} 09:00"),
            (DayKind.SERVICE, "2nd thu 09:00"),
        ):
            row = add_rule(branch, kind, rule, by, ())
            row.id, row.place = branch.id * 2 - (kind is DayKind.STUDY), branch.place
            session.add(row)
    session.flush()


def _days(town: Town) -> Iterator[tuple[int, DayKind, date]]:
    """(branch, kind, day) of all that was held."""
    for back in range(MONTHS):
        year, month = divmod(TODAY.year * 12 + TODAY.month - 1 - back, 12)
        for branch in range(1, town.size.branches + 1):
            study = date(year, month + 1, branch % 28 + 1)
            service = date(year, month + 1, 8)
            service += timedelta(days=(3 - service.weekday()) % 7)
            yield from ((branch, kind, day) for kind, day in (
                (DayKind.STUDY, study), (DayKind.SERVICE, service)) if day <= TODAY)  # fmt: skip


def _take_part(town: Town) -> None:
    came, away, tasks = [], [], []
    of = {
        b: [i for i in town.members if town.branch(i) == b]
        for b in range(1, town.size.branches + 1)
    }
    for branch, kind, day in _days(town):
        for id_ in of[branch]:
            row = _part(town, id_, branch, kind, day)
            chance = town.random.random()
            if chance < (0.8 if kind is DayKind.STUDY else 0.4):
                came.append(row)
            elif chance > 0.95:
                key, number = new_row_key(), len(away) + 1
                reason = Leave.reason.values(key, "身体不舒服")
                away.append({**row, "id": number, "row_key": key, **reason})
                tasks.append(_task(town, number, day))
    town.write(Attendance, came)
    town.write(Leave, away)
    town.write(MakeUpTask, tasks)


def _part(town: Town, id_: int, branch: int, kind: DayKind, day: date) -> Values:
    rule = branch * 2 - (kind is DayKind.STUDY)
    return {
        "person_id": id_, "branch_id": branch, "kind": kind, "source": f"rule:{rule}", "named": day,
        "day": day, "at": at(day), "by_id": id_, "ended_at": None,
    }  # fmt: skip


def _task(town: Town, leave: int, day: date) -> Values:
    state = TaskState.OPEN if day > TODAY - timedelta(days=20) else TaskState.DONE
    return {
        "leave_id": leave,
        "due_on": day + timedelta(days=14),
        "topic": "学习党章",
        "state": state,
    }


def _delivery(town: Town, number: int) -> Values:
    id_ = town.anybody()
    day = TODAY - timedelta(days=number % (MONTHS * 30))
    return {
        "person_id": id_, "branch_id": town.branch(id_), "day": day, "brought_by": "韦小兰",
        "what": "《党员学习材料》", "at": at(day), "by_id": town.administrator,
    }  # fmt: skip
