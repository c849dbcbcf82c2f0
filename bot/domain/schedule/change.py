"""What a coordinator may decide about one day: to move, cancel, keep or add it, always with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import Select, false, or_, select

from bot.domain.base import Refused
from bot.domain.holidays import read_year
from bot.domain.people import Branch
from bot.domain.schedule.day import Day
from bot.domain.schedule.days import FURTHEST
from bot.domain.schedule.tables import (
    KIND_TITLE,
    CalendarException,
    DayKind,
    HolidayYear,
    StudyPlan,
    What,
)
from bot.domain.wording import day_words
from bot.now import local_day


@dataclass(frozen=True, slots=True)
class By:
    """Who decides (None: on the command line), when (aware), and why."""

    at: datetime
    person_id: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """When and where something is held; None and "" leave what the rule says."""

    day: date
    at: time | None = None
    place: str = ""
    topic: str = ""


def move(day: Day, to: Held, by: By, others: Iterable[Day]) -> CalendarException:
    """Another day, time or place. `others`: what else the branch holds on the new day.

    Raises Refused without a reason, for the past, for more than 31 days, where nothing changes,
    and where the branch holds the same kind of day there already.
    """
    _still_to_come(day, by)
    if to.day < local_day(by.at):
        raise Refused(f"{day_words(to.day)}已经过去了。请您另选一天。")
    if abs(to.day - day.named) > FURTHEST:
        raise Refused(f"离原来的{day_words(day.named)}太远了，最多挪{FURTHEST.days}天。")
    if to.day == day.day and to.at in (None, day.at) and to.place in ("", day.place):
        raise Refused(f"本来就是{day_words(day.day)}，不用改。")
    _free(day, to.day, others)
    return _decision(day, What.MOVED, by, to)


def keep(day: Day, by: By) -> CalendarException:
    """It is held on the day that the calendar shows, whatever the holidays say."""
    _still_to_come(replace(day, cancelled=False), by, reason_wanted=False)
    return _decision(day, What.KEPT, by, Held(day.day))


def cancel(day: Day, by: By) -> CalendarException:
    """It is not held. Raises Refused without a reason, or where it is past or cancelled already."""
    _still_to_come(day, by)
    return _decision(day, What.CANCELLED, by, None)


def add_day(
    branch: Branch, kind: DayKind, held: Held, by: By, others: Iterable[Day]
) -> CalendarException:
    """A day that no rule names: an event, or one study day more. Raises Refused as `move` does."""
    if held.day < local_day(by.at):
        raise Refused(f"{day_words(held.day)}已经过去了。请您另选一天。")
    if kind is DayKind.EVENT and not held.topic:
        raise Refused("请写明是什么活动，比如“重阳节联欢”。")
    _reason(by)
    new = Day(held.day, held.day, kind, branch.id, branch.name, "", held.at)
    _free(new, held.day, others)
    return CalendarException(
        branch_id=branch.id, branch=branch, kind=kind, source="", day=held.day, what=What.EXTRA,
        to_day=None, at=held.at, place=held.place, topic=held.topic, reason=by.reason,
        by_id=by.person_id, created_at=by.at,
    )  # fmt: skip


def take_back(decision: CalendarException, by: By, later: Iterable[CalendarException] = ()) -> None:
    """As if it had not been decided. `later`: what was decided of the same day since, not taken back.

    Raises Refused where the day has passed, it was taken back before, or something was decided since.
    """
    if decision.taken_back_at is not None:
        raise Refused("这个改动已经撤销过了。")
    if decision.day < local_day(by.at):
        raise Refused("原来的日子已经过去了，撤销不了。要改请再说“改日程”。")
    if any(row.id > decision.id for row in later):
        raise Refused("这一天后来又改过了，请先看一看现在是哪一天。")
    decision.taken_back_at = by.at


def decided_about(decision: CalendarException) -> Select[CalendarException]:
    """All decisions about the same day that hold, the last first; an extra day itself is the first of its own."""
    return _decided(decision.source or f"extra:{decision.id}", decision.branch_id, decision.day)


def decisions_about(day: Day) -> Select[CalendarException]:
    """The same of a day of the calendar."""
    return _decided(day.source, day.branch_id, day.named)


def _decided(source: str, branch_id: int, named: date) -> Select[CalendarException]:
    extra = source.removeprefix("extra:")
    itself = CalendarException.id == int(extra) if extra.isdigit() else false()
    return (
        select(CalendarException)
        .where(
            or_(CalendarException.source == source, itself),
            CalendarException.branch_id == branch_id,
            CalendarException.day == named,
            CalendarException.taken_back_at.is_(None),
        )
        .order_by(CalendarException.id.desc())
    )


def holiday_year(text: str, by: By) -> HolidayYear:
    """The office's own file of a year; raises Refused naming every faulty line."""
    table = read_year(text)
    return HolidayYear(
        year=table.year, text=text, confirmed=table.confirmed, by_id=by.person_id, at=by.at
    )


def plan_of(branch_id: int, kind: DayKind, named: date) -> Select[StudyPlan]:
    """The plan's row of one day."""
    return select(StudyPlan).where(
        StudyPlan.branch_id == branch_id, StudyPlan.kind == kind, StudyPlan.day == named
    )


def _still_to_come(day: Day, by: By, *, reason_wanted: bool = True) -> None:
    if day.cancelled:
        raise Refused(f"{day_words(day.day)}的{day.title}已经取消了。")
    if day.day < local_day(by.at):
        raise Refused(f"{day_words(day.day)}的{day.title}已经过去了，不能再改。")
    if reason_wanted:
        _reason(by)


def _reason(by: By) -> None:
    if not by.reason.strip():
        raise Refused("请写明原因，比如“会议室维修”。")


def _free(day: Day, to: date, others: Iterable[Day]) -> None:
    for other in others:
        same = other.kind is day.kind and other.branch_id == day.branch_id and other.day == to
        if same and day.kind is not DayKind.EVENT and other.source != day.source:
            raise Refused(f"{day_words(to)}已经有{KIND_TITLE[day.kind]}了。请您另选一天。")


def _decision(day: Day, what: What, by: By, to: Held | None) -> CalendarException:
    return CalendarException(
        branch_id=day.branch_id, kind=day.kind, source=day.source, day=day.named, what=what,
        to_day=to.day if to else None, at=to.at if to else None, place=to.place if to else "",
        topic="", reason=by.reason, by_id=by.person_id, created_at=by.at,
    )  # fmt: skip
