"""Clock times and parts of the day in a row of tokens."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from bot.understand.numerals import about, number
from bot.understand.when.almanac import Impossible
from bot.understand.when.scan import Token
from bot.understand.when.words import PERIODS

_DAY: Final = 24 * 60
_CORRECTED: Final = re.compile("[TPx]*[!gn][!gnx]*")
_PERIOD_BEHIND: Final = re.compile("x?D+P")
_SHORT_GAP: Final = re.compile(r"[,，。、;:!?吧呢啊哦嘛的在是 ]*")
_NOON: Final = 12 * 60
_SHORT: Final = {"早": "morning", "晚": "evening", "夜": "night"}
_FORENOON: Final = {"dawn", "early", "morning", "am", "before noon"}
_NIGHT: Final = {"evening", "after supper", "night", "small hours"}


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes from midnight of the day said; beyond 1440 they lie on the next."""

    start: int
    end: int
    exact: bool
    """A clock time, rather than a part of the day."""
    bare: bool
    """A clock time without the part of the day: 八点 may be in the evening."""
    begin: int
    """The first token it was read from."""


@dataclass(frozen=True, slots=True)
class _Clock:
    minutes: int
    high: int
    full: bool
    """Written so that morning and afternoon are told apart: 15点, 08:30."""


def hours_in(kinds: str, tokens: list[Token]) -> list[Hours]:
    """Every time of day the tokens say, ranges as one, in their order."""
    found: list[Hours] = []
    period, period_at, at = "", -1, 0
    before = ""
    while at < len(kinds):
        kind = kinds[at]
        if kind == "P":
            if period_at >= 0:
                found.append(_whole(period, period_at))
            period, period_at = _period(tokens[at]), at
            before = period
        elif kind == "T" or (kind == "N" and kinds[at + 1 : at + 3] == "-T"):
            begin = period_at if period_at >= 0 else at
            if not period and found and _CORRECTED.fullmatch(kinds, found[-1].begin + 1, at):
                period = _carried(tokens[at], before)
            hours, at = _clock_hours(kinds, tokens, at, period, begin)
            found.append(hours)
            period, period_at = "", -1
        elif kind not in "xzAo&-" and period_at >= 0 and at > period_at + 1:
            found.append(_whole(period, period_at))
            period, period_at = "", -1
        at += 1
    if period_at >= 0:
        found.append(_whole(period, period_at))
    return _without_doubles(found)


def _carried(token: Token, period: str) -> str:
    """上午九点, 不对, 十点: the part of the day said before, if this hour may lie in it."""
    if not period or token.kind != "T":
        return ""
    start, end = PERIODS[period]
    placed = _placed(_clock(token), period)
    return period if _minutes(start) - 60 <= placed <= _minutes(end) + 60 else ""


def _without_doubles(found: list[Hours]) -> list[Hours]:
    """晚上半夜两点: the part of the day right before a clock time says no more than the time."""
    behind: list[Hours | None] = [*found[1:], None]
    return [
        hours
        for hours, after in zip(found, behind[: len(found)], strict=True)
        if not (after and not hours.exact and after.exact and after.begin - hours.begin == 1)
    ]


def _period(token: Token) -> str:
    short = token.found.groupdict().get("qp")
    if short:
        return _SHORT.get(short, "night" if short == "夜里" else _SHORT.get(short[0], "am"))
    if token.part("p_short_early"):
        return "morning"
    if token.part("p_short_late"):
        return "evening"
    return next(name for name in PERIODS if token.part(f"p_{name.replace(' ', '_')}"))


def _whole(period: str, begin: int) -> Hours:
    start, end = PERIODS[period]
    return Hours(_minutes(start), _minutes(end), exact=False, bare=False, begin=begin)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock_hours(
    kinds: str, tokens: list[Token], at: int, period: str, begin: int
) -> tuple[Hours, int]:
    """The clock time at `at` with the 到 … behind it, and the last token used."""
    if kinds[at] == "N":
        first = _Clock((number(tokens[at].text) or 0) * 60, 0, full=False)
        if not 0 <= first.minutes <= _DAY:
            raise Impossible
    else:
        first = _clock(tokens[at])
    behind = at if period else _period_behind(kinds, tokens, at)
    if behind > at:
        at = behind
        period = _period(tokens[at])
    start = _placed(first, period)
    bare = not period and not first.full
    end, at = _range_end(kinds, tokens, at, start, period)
    if end is None and first.high:
        end = start + first.high - first.minutes
    return Hours(start, end or start, exact=True, bare=bare, begin=begin), at


def _period_behind(kinds: str, tokens: list[Token], at: int) -> int:
    """Where the part of the day of 九点, 明天上午 stands; `at` if there is none."""
    if kinds[at + 1 : at + 2] == "P":
        return at + 1
    match = _PERIOD_BEHIND.match(kinds, at + 1)
    if match is None or kinds[match.end() : match.end() + 1] == "T":
        return at
    day = tokens[at + 1 + (kinds[at + 1] == "x")].found
    gap = day.string[tokens[at].found.end() : day.start()]
    return match.end() - 1 if _SHORT_GAP.fullmatch(gap) else at


def _range_end(
    kinds: str, tokens: list[Token], at: int, start: int, period: str
) -> tuple[int | None, int]:
    at += kinds[at + 1 : at + 3] == "A-"
    rest = kinds[at + 1 : at + 4]
    if not rest.startswith("-"):
        return None, at
    own = _period(tokens[at + 2]) if rest.startswith("-PT") else ""
    if not (own or rest.startswith("-T")):
        return None, at
    at += 3 if own else 2
    last = _clock(tokens[at])
    end = _placed(last, own or period)
    while end <= start:
        end += _NOON
    return end, at


def _clock(token: Token) -> _Clock:
    if token.kind == "T" and token.part("sep"):
        return _checked(token.number("md") or 0, token.number("dd") or 0, full=False)
    if token.part("dh"):
        hour = token.part("dh")
        full = hour.startswith("0") or int(hour) > 12
        return _checked(int(hour), int(token.part("dm")), full=full)
    if token.part("tl", "tk"):
        before = token.number("tl") or 15
        clock = _checked(token.number("th", "ti") or 0, 0, full=False)
        return _Clock(clock.minutes - before, 0, full=clock.minutes > _NOON)
    said = token.part("h")
    double = (9, 10) if said == "九十" else about(said)
    if double:
        return _Clock(double[0] * 60, double[1] * 60, full=double[0] > 12)
    hour_said = number(said)
    if hour_said is None:
        raise Impossible
    clock = _checked(hour_said, _past(token), full=hour_said > 12 or said in {"零", "〇", "0"})
    less = token.part("less")
    return (
        clock
        if not less
        else _Clock(
            clock.minutes - (15 if less == "一刻" else token.number("less") or 0), 0, clock.full
        )
    )


def _past(token: Token) -> int:
    if token.part("half"):
        return 30
    if token.part("quarter"):
        return 15 * (token.number("quarter") or 1)
    # Cantonese counts five minutes on the dial: 三点九 is 3:45. Mandarin says 零 or 分 there.
    five = token.number("five", "five2", "five3")
    if five is not None:
        return 5 * five
    return token.number("minute") or 0


def _checked(hour: int, minute: int, *, full: bool) -> _Clock:
    if not (0 <= hour <= 24 and 0 <= minute < 60) or hour * 60 + minute > _DAY:
        raise Impossible
    return _Clock(hour * 60 + minute, 0, full)


def _placed(clock: _Clock, period: str) -> int:
    """The minutes from midnight of `clock` in that part of the day."""
    minutes = clock.minutes
    if clock.full or minutes >= 13 * 60:
        if minutes < 60 and period in _NIGHT:
            return minutes + _DAY
        return minutes
    if period in _FORENOON:
        return minutes % _NOON if period == "dawn" else minutes
    if period in _NIGHT:
        return _at_night(minutes, period)
    if period in {"noon", "after noon"}:
        return minutes if minutes >= 10 * 60 else minutes + _NOON
    if period:
        return minutes if minutes >= _NOON else minutes + _NOON
    return minutes if minutes >= 7 * 60 else minutes + _NOON


def _at_night(minutes: int, period: str) -> int:
    if minutes >= _NOON:
        return minutes + _NOON
    if minutes < 5 * 60:
        return minutes + _DAY
    return minutes + (0 if period == "small hours" and minutes < 6 * 60 else _NOON)
