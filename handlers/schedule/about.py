"""The feature itself, and what its dialogs share: settings, whose calendar, which days were asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from pydantic import ConfigDict, Field

from bot.config import Section
from bot.domain import schedule
from bot.domain.access.things import Thing
from bot.domain.occurrence import Lead
from bot.domain.people import Branch, Person
from bot.domain.schedule import By, Day
from bot.feature import Feature
from bot.now import local
from bot.talk import Talk
from bot.understand.when import parse_when

MOST_BRANCHES = 3
"""So many branches fit into one answer to somebody who belongs to none."""
OVER = schedule.LASTS
"""So long after its beginning a day counts as past."""


class ScheduleSettings(Section):
    """[schedule] Reminders of study days, and making up; times are in Asia/Shanghai."""

    model_config = ConfigDict(title="学习日")

    lead_days: tuple[Lead, ...] = Field((1,), title="提前几天提醒")
    """How many days before members are reminded; on the day itself they always are."""
    remind_at: time = Field(time(9), title="那天几点提醒")
    morning_at: time = Field(time(7, 30), title="当天几点提醒")
    starts: time = time(9)
    """When a study day begins whose rule has no time."""
    make_up_days: int = Field(14, ge=1, le=366, title="缺了课几天里补")
    """Within how many days a missed study day is made up for."""


feature = Feature("schedule", "学习安排", about=Thing.DAY, settings=ScheduleSettings)


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked about, both included."""

    first: date
    last: date

    @property
    def single(self) -> bool:
        """Whether one day was asked about."""
        return self.first == self.last


def settings_of(talk: Talk) -> ScheduleSettings:
    """The section [schedule]."""
    settings: ScheduleSettings = talk.settings.schedule
    return settings


def by_of(talk: Talk, reason: str = "") -> By:
    """The true actor."""
    return By(talk.now, talk.me.id if talk.me else None, reason)


def span_of(talk: Talk, words: str) -> Span | None:
    """The days that `words` name, seen from when they were said; None where they name none."""
    named = schedule.days_called(talk.rows, talk.people)
    when = parse_when(words, talk.said.at, named=named) if words else None
    if when is None or not when.has_day:
        return None
    last = (when.end - timedelta(microseconds=1)).date() if when.end > when.start else when.day
    return Span(when.day, max(when.day, last))


async def branches_of(talk: Talk) -> Sequence[Branch]:
    """The branches of those for whom this address stands; all branches for everybody else."""
    own = {p.branch.id: p.branch for p in talk.people if p.branch is not None}
    return list(own.values()) or await talk.all(schedule.branches())


def days_of(talk: Talk, person: Person) -> list[Day]:
    """What lies ahead of a person's branch, what is over today left out."""
    if person.branch_id is None:
        return []
    return ahead(talk, person.branch_id)


def ahead(talk: Talk, branch_id: int) -> list[Day]:
    """What lies ahead of a branch, what is over today left out."""
    days = schedule.coming(talk.rows, branch_id, talk.today, talk.today + schedule.AHEAD)
    return [day for day in days if not _over(talk, day)]


def _over(talk: Talk, day: Day) -> bool:
    here = local(talk.now)
    return (
        day.day == here.date()
        and day.at is not None
        and (here - OVER).time() > day.at
        and ((here - OVER).date() == here.date())
    )
