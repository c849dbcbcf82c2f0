"""A rule as a value: a kind of recurrence, a time of day, and what bends it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Literal

from bot.domain.anniversary import LeapRule
from bot.domain.base import Refused
from bot.domain.recurrence.kind import Kind, full_words
from bot.domain.recurrence.yearly import Anniversary, MemberDate
from bot.domain.wording import time_words

OnHoliday = Literal["skip", "shift"]
Side = Literal["before", "after", "around"]

_SIDES_ZH: dict[Side, str] = {"before": "前", "after": "后", "around": "前后"}
_ON_HOLIDAY_ZH: dict[OnHoliday, str] = {"skip": "遇节假日跳过", "shift": "遇节假日顺延"}


@dataclass(frozen=True, slots=True)
class Offset:
    """So many days before or after; around means every day from so many before to so many after."""

    days: int
    """1 to 366."""
    side: Side

    def steps(self) -> range:
        """The distances in days from the day itself."""
        if self.side == "around":
            return range(-self.days, self.days + 1)
        step = -self.days if self.side == "before" else self.days
        return range(step, step + 1)

    def __str__(self) -> str:
        return f"{self.days} day{'s' * (self.days > 1)} {self.side}"


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which the rule rests, both included; without an end until it is resumed."""

    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the rule rests on `day`."""
        return self.start <= day and (self.end is None or day <= self.end)

    def __str__(self) -> str:
        return f"pause {self.start}..{self.end or ''}"

    def words(self) -> str:
        """2027年1月1日至2027年2月28日暂停."""
        until = f"至{full_words(self.end)}" if self.end else "起"
        return f"{full_words(self.start)}{until}暂停"


@dataclass(frozen=True, slots=True)
class Rule:
    """When something recurs. `parse_rule(str(rule))` and `parse_rule(describe(rule))` are it."""

    when: Kind
    at: time | None = None
    """Time of day in Asia/Shanghai, to the minute; None is the whole day."""
    offset: Offset | None = None
    on_holiday: OnHoliday | None = None
    """What becomes of a day on which people don't work. The offset counts from where it went."""
    until: date | None = None
    """The last day, included."""
    pauses: tuple[Pause, ...] = ()

    def allows(self, day: date) -> bool:
        """Whether `day` is neither past the end nor inside a pause."""
        if self.until is not None and day > self.until:
            return False
        return not any(pause.covers(day) for pause in self.pauses)

    def __str__(self) -> str:
        parts = (
            self.offset,
            self.when,
            self.at and f"{self.at:%H:%M}",
            self.on_holiday and f"{self.on_holiday} holidays",
            self.until and f"until {self.until}",
            *self.pauses,
        )
        return " ".join(str(part) for part in parts if part is not None)


def describe(rule: Rule) -> str:
    """The rule in Chinese for a coordinator: 每月第二个星期四 上午9点，遇节假日顺延."""
    when = rule.when.words()
    if rule.offset:
        when += f"{_SIDES_ZH[rule.offset.side]}{rule.offset.days}天"
    parts = [when if rule.at is None else f"{when} {time_words(rule.at)}"]
    if rule.on_holiday:
        parts.append(_ON_HOLIDAY_ZH[rule.on_holiday])
    if rule.until:
        parts.append(f"到{full_words(rule.until)}为止")
    parts.extend(pause.words() for pause in rule.pauses)
    return "，".join(parts)


def bound(rule: Rule, dates: Mapping[MemberDate, date], leap_rule: LeapRule | None = None) -> Rule:
    """The rule for one member: the name of a date replaced by the member's own.

    `leap_rule` None keeps the rule's. Raises KeyError where the member's date is not known. A rule
    that names no date of a member comes back as it is.
    """
    kind = rule.when
    if not isinstance(kind, Anniversary) or isinstance(kind.of, date):
        return rule
    return replace(rule, when=Anniversary(dates[kind.of], leap_rule or kind.leap_rule))


def paused(rule: Rule, start: date, end: date | None = None) -> Rule:
    """The rule with a pause from `start` to `end`, both included, or until it is resumed.

    Raises Refused where `end` lies before `start`.
    """
    if end is not None and end < start:
        raise Refused("暂停的结束日子早于开始日子，请核对")
    return replace(rule, pauses=(*rule.pauses, Pause(start, end)))


def resumed(rule: Rule, day: date) -> Rule:
    """The rule running again from `day` on: the pause that covers it ends the day before."""
    ended = (
        replace(pause, end=day - timedelta(days=1)) if pause.covers(day) else pause
        for pause in rule.pauses
    )
    return replace(rule, pauses=tuple(p for p in ended if p.end is None or p.start <= p.end))
