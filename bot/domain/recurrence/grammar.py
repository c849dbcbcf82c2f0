"""Reading a rule: docs/calendar-rules.md has the grammar and an example of everything."""

import re
from datetime import time

from bot.domain.base import Refused
from bot.domain.recurrence.chinese import in_english
from bot.domain.recurrence.kind import Kind, read_day
from bot.domain.recurrence.monthly import LastDay, Monthly, NthWeekday
from bot.domain.recurrence.rule import Offset, OnHoliday, Pause, Rule, Side
from bot.domain.recurrence.weekly import Daily, EveryWeeks, Once, Weekly
from bot.domain.recurrence.yearly import Anniversary, LunarDate, Yearly
from bot.text import normal

KINDS: tuple[type[Kind], ...] = (
    Once,
    Daily,
    Weekly,
    EveryWeeks,
    Monthly,
    LastDay,
    NthWeekday,
    Yearly,
    Anniversary,
    LunarDate,
)

_LONGEST = 300
"""Characters; nobody's rule is longer."""
_FURTHEST = 366
_DAY = r"\d{4}-\d\d-\d\d"
_EXAMPLES = "每月第二个星期四 09:00；每月15日 09:00；每周一、三 15:00"

_SIDES: dict[str, Side] = {"before": "before", "after": "after", "around": "around"}
_ON_HOLIDAY: dict[str, OnHoliday] = {"skip": "skip", "shift": "shift"}
_PLAIN = (
    (r"\s*,\s*", ","),
    (r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s?day|nesday|rsday|urday|s|r|rs)\b", r"\1"),
    (r"\bfirst\b", "1st"),
    (r"\bsecond\b", "2nd"),
    (r"\bthird\b", "3rd"),
    (r"\bfourth\b", "4th"),
    (r"\bfifth\b", "5th"),
)


class _Rest:
    """What of a text has not been understood yet."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: str) -> re.Match[str] | None:
        """Remove the first match; None where there is none."""
        found = re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", self.text)
        if found:
            self.text = f"{self.text[: found.start()]} {self.text[found.end() :]}"
        return found


def parse_rule(text: str) -> Rule:
    """The rule that a coordinator typed, in the short grammar, in Chinese or mixed.

    Raises Refused, in Chinese with an example, where any part of it is not understood.
    """
    if len(text) > _LONGEST:
        raise Refused(f"规律太长了，请写短一些，例如：{_EXAMPLES}")
    rest = _Rest(in_english(_plain(text)))
    pauses = _pauses(rest)
    until = rest.take(f"until ({_DAY})")
    on_holiday = rest.take("(skip|shift) holidays")
    at = _time(rest)
    offset = _offset(rest)
    return Rule(
        when=_kind(rest.text, text),
        at=at,
        offset=offset,
        on_holiday=_ON_HOLIDAY[on_holiday[1]] if on_holiday else None,
        until=read_day(until[1]) if until else None,
        pauses=pauses,
    )


def _plain(text: str) -> str:
    plain = normal(text)
    for pattern, meaning in _PLAIN:
        plain = re.sub(pattern, meaning, plain)
    return plain


def _pauses(rest: _Rest) -> tuple[Pause, ...]:
    pauses = []
    while found := rest.take(rf"pause ({_DAY}) ?\.\. ?({_DAY})?"):
        pause = Pause(read_day(found[1]), read_day(found[2]) if found[2] else None)
        if pause.end is not None and pause.end < pause.start:
            raise Refused("暂停的结束日子早于开始日子，请写成：2027年1月1日至2027年2月28日暂停")
        pauses.append(pause)
    return tuple(pauses)


def _time(rest: _Rest) -> time | None:
    found = rest.take(r"(\d{1,2}):(\d{2})")
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        raise Refused(f"没有“{found[0]}”这个时间，请写成：09:00 或 下午3点")
    return time(hour, minute)


def _offset(rest: _Rest) -> Offset | None:
    found = rest.take(r"(\d{1,4}) days? (before|after|around)")
    if not found:
        return None
    if not 1 <= int(found[1]) <= _FURTHEST:
        raise Refused("提前或推后请写1到366天，例如：政治生日前7天 08:00")
    return Offset(int(found[1]), _SIDES[found[2]])


def _kind(rest: str, text: str) -> Kind:
    when = re.sub(r"\s+", " ", rest).strip(" ,;。、")
    for kind in KINDS:
        if found := re.fullmatch(kind.PATTERN, when):
            return kind.read(found)
    raise Refused(f"没看懂“{text.strip()[:60]}”。可以这样写：{_EXAMPLES}")
