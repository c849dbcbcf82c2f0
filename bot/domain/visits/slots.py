"""Half-days for visits: which are offered, when they begin, when people are reminded of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.base import Refused
from bot.domain.occurrence import Lead
from bot.domain.wording import day_words, near_day_words
from bot.now import SHANGHAI, local_day


class Half(StrEnum):
    """Half of a day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


HALF_TITLE = {Half.MORNING: "上午", Half.AFTERNOON: "下午"}


class VisitSettings(BaseModel):
    """[visit] What a community decides about visits; times are in Asia/Shanghai."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="上门走访")

    lead_days: tuple[Lead, ...] = Field((1,), title="提前几天提醒双方")
    """How many days before a visit both sides are reminded."""
    remind_at: time = Field(time(9), title="那天几点提醒")
    late_remind_at: time = Field(time(18), title="约得晚的，几点提醒")
    """For a visit that was booked after `remind_at` of that day."""
    morning: time = time(9)
    afternoon: time = time(15)
    """When visitors set out."""
    morning_over: time = time(12)
    afternoon_over: time = time(18)
    """When a half-day counts as past: whom nobody came to see is told then."""
    weekdays: frozenset[int] = frozenset(range(1, 8))
    """ISO weekdays on which visits are offered."""
    notice_hours: int = Field(2, ge=0)
    """A half-day that begins sooner can't be booked any more."""
    furthest_days: int = Field(60, ge=1, le=366)
    illness_due_days: int = Field(3, ge=0, le=60, title="病了的几天里去看")
    """有病必访: days within which somebody ill is visited."""
    goal_a_month: int = Field(
        0, ge=0, le=1000, title="每个支部每月想走访几次", description="写0就是不定。"
    )
    """How many visits a branch means to make a month; 0: no goal."""
    address_days: int = Field(7, ge=0, le=60, title="走访后志愿者还能看几天住址")
    """How long after the visit its volunteer still sees the address (PIPL art. 51: need to know)."""


@dataclass(frozen=True, slots=True, order=True)
class HalfDay:
    """The morning or the afternoon of a day in Asia/Shanghai."""

    day: date
    half: Half

    def words(self, today: date) -> str:
        """ "明天上午", "12月10日(周四)上午" as a button says it."""
        return near_day_words(self.day, today) + HALF_TITLE[self.half]


def begins(slot: HalfDay, settings: VisitSettings) -> datetime:
    """When visitors set out, aware."""
    at = settings.morning if slot.half is Half.MORNING else settings.afternoon
    return datetime.combine(slot.day, at, SHANGHAI)


def over(slot: HalfDay, settings: VisitSettings) -> datetime:
    """When the half-day is past, aware."""
    at = settings.morning_over if slot.half is Half.MORNING else settings.afternoon_over
    return datetime.combine(slot.day, at, SHANGHAI)


def still_to_come(slot: HalfDay, now: datetime, settings: VisitSettings) -> None:
    """Raises Refused where the half-day is over: nobody is asked to go then, nor promised to somebody."""
    if over(slot, settings) <= now:
        raise Refused(
            f"{day_words(slot.day)}{HALF_TITLE[slot.half]}已经过去了。"
            "请先改时间，再请人去；已经去过的，请登记结果。"
        )


def bookable(slot: HalfDay, now: datetime, settings: VisitSettings) -> HalfDay:
    """`slot` itself; raises Refused where it is past, too soon, too far or on a day not offered."""
    today = local_day(now)
    if slot.day < today:
        raise Refused("这一天已经过去了。请您另选一天，比如“后天上午”。")
    if begins(slot, settings) < now + timedelta(hours=settings.notice_hours):
        raise Refused("这个时间来不及安排了。请您选晚一点的时间，好吗？")
    if slot.day > today + timedelta(days=settings.furthest_days):
        raise Refused(f"现在只能约{settings.furthest_days}天以内的。请您选近一点的日子。")
    if slot.day.isoweekday() not in settings.weekdays:
        raise Refused("这一天没有人上门。请您另选一天，好吗？")
    return slot


def nearest(now: datetime, settings: VisitSettings, count: int = 4) -> list[HalfDay]:
    """The next half-days that can be booked, the soonest first."""
    return list(islice(_offered(now, settings), count))


def _offered(now: datetime, settings: VisitSettings) -> Iterator[HalfDay]:
    today = local_day(now)
    for ahead in range(settings.furthest_days + 1):
        for half in Half:
            slot = HalfDay(today + timedelta(days=ahead), half)
            try:
                yield bookable(slot, now, settings)
            except Refused:
                continue


def reminder_moments(
    slot: HalfDay, lead: int, settled_at: datetime, settings: VisitSettings
) -> list[datetime]:
    """When to remind of `slot`, `lead` days before it: in the morning, and in the evening for what is later.

    Only moments after `settled_at`: who agreed on the time a minute ago needs no reminder.
    """
    day = slot.day - timedelta(days=lead)
    moments = [
        datetime.combine(day, at, SHANGHAI) for at in (settings.remind_at, settings.late_remind_at)
    ]
    return [moment for moment in moments if moment > settled_at]
