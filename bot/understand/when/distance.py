"""Rules for distances (三天后, 过两天, 半个月后) and for parts of a year."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.understand.numerals import about, number
from bot.understand.when.almanac import Impossible, months_later
from bot.understand.when.day import WEAK, Day, Today, one
from bot.understand.when.said import by_kind, year_of
from bot.understand.when.scan import Token
from bot.understand.when.words import RELATIVE_YEARS

_DAYS_IN: Final = {"天": 1, "日": 1, "星期": 7, "礼拜": 7, "周": 7}
_MINUTES_IN: Final = {"小时": 60, "钟头": 60, "钟": 60, "刻钟": 15, "分钟": 1}
_MONTHS_IN: Final = {"月": 1, "年": 12}

_FARTHEST: Final = {"年": 70, "月": 800}
"""More than that (of days: 1500) is no date but a story (一万年后)."""

# Offsets in days from today: the day to begin with, and the last that may be meant.
_NEAR: Final = {"两": (0, 2), "几": (0, 4), "三": (0, 2), "二": (0, 2)}


def nearby(today: Today, tokens: list[Token]) -> Day | None:
    """过两天, 这几天, 明后天, 前几天: a few days to be asked about."""
    token = tokens[0]
    text = token.text
    if token.part("tomorrows"):
        return _from(today, 1, 2, vague=False)
    if token.part("near"):
        if text.startswith("今明"):
            return _from(today, 0, 1, vague=False)
        return _from(today, *_NEAR.get("两" if "两" in text else "几", (0, 4)))
    if token.part("soon"):
        return _from(today, 2, 3) if "两" in text else _from(today, 3, 6)
    if token.part("coming"):
        return _from(today, 1, 7)
    if token.part("weeks"):
        return _from(today, 12, 16) if "十" in text else _from(today, 7, 10)
    return _from(today, -2, -1) if "两" in text else _from(today, -3, -1)


def _from(today: Today, low: int, high: int, *, vague: bool = True) -> Day:
    return Day(today.day + timedelta(low), today.day + timedelta(high), vague=vague)


def later(today: Today, tokens: list[Token]) -> Day | None:
    """三天后, 再过一个礼拜, 半个月后, 两个小时以后."""
    distance, fewest = by_kind(tokens, "u"), by_kind(tokens, "N")
    moved = _moved(today, distance, 1)
    if moved is None or distance is None or fewest is None:
        return moved
    days = (number(fewest.text) or 0) * _DAYS_IN.get(distance.part("uu"), 0)
    return Day(today.day + timedelta(days), moved.last, vague=True) if days else None


def earlier(today: Today, tokens: list[Token]) -> Day | None:
    """三天前, 一个星期以前."""
    return _moved(today, by_kind(tokens, "u"), -1)


def within(today: Today, tokens: list[Token]) -> Day | None:
    """三天内, 一个星期之内."""
    moved = _moved(today, by_kind(tokens, "u"), 1)
    return None if moved is None else Day(today.day, moved.last, vague=True)


def _moved(today: Today, token: Token | None, sign: int) -> Day | None:
    if token is None:
        return None
    unit = token.part("hu", "uu", "um", "uy", "ud").removesuffix("头") or "月"
    unit = "钟" if unit == "钟" else unit
    half = bool(token.part("and_half", "and_half2", "and_half3"))
    if token.part("half_of"):
        return _by_unit(today, unit, 0.5 * sign)
    said = token.part("un")
    double = about(said)
    if double:
        first, last = (_by_unit(today, unit, sign * size) for size in sorted(double))
        low, high = sorted((first.first, last.first))
        return Day(low, high, vague=True)
    count = 1 if said in {"个把", "整"} else token.number("un")
    return None if count is None else _by_unit(today, unit, sign * (count + 0.5 * half))


def _by_unit(today: Today, unit: str, size: float) -> Day:
    if abs(size) > _FARTHEST.get(unit, 1500):
        raise Impossible
    if unit in _DAYS_IN:
        # 一个半星期 is ten days to whoever says it.
        return one(today.day + timedelta(int(size * _DAYS_IN[unit])))
    if unit in _MONTHS_IN:
        months = size * _MONTHS_IN[unit]
        whole = int(months)
        return one(months_later(today.day, whole) + timedelta(round(30 * (months - whole))))
    minutes = _MINUTES_IN.get(unit, 60)
    at = today.now + timedelta(minutes=size * minutes)
    return one(at.date(), at=at.replace(second=0, microsecond=0))


def part_of_year(today: Today, tokens: list[Token]) -> Day | None:
    """年底, 明年年初, 下半年, 秋天."""
    token = tokens[-1]
    said = year_of(today, tokens)
    year = today.day.year if said is None else said
    season = token.part("season", "season2", "season3")
    found = _season(year, season) if season else _year_part(year, token)
    if said is None and today.future and found.last < today.day:
        found = _season(year + 1, season) if season else _year_part(year + 1, token)
    if today.future and found.first < today.day <= found.last:
        found = replace(found, first=today.day)
    return found


def _year_part(year: int, token: Token) -> Day:
    if token.part("half_year"):
        low, high = ((1, 1), (6, 30)) if token.part("half_year") == "上" else ((7, 1), (12, 31))
    elif token.part("yp") in {"初", "头"}:
        low, high = (1, 1), (1, 15)
    elif token.part("yp") == "中":
        low, high = (6, 20), (7, 10)
    else:
        low, high = (12, 25), (12, 31)
    return Day(date(year, *low), date(year, *high), vague=True, strength=WEAK)


def _season(year: int, season: str) -> Day:
    month = {"春": 3, "夏": 6, "秋": 9, "冬": 12}[season]
    first = date(year, month, 1)
    return Day(first, months_later(first, 3) - timedelta(1), vague=True, strength=WEAK)


def whole_year(today: Today, tokens: list[Token]) -> Day | None:
    """明年, 2027年: only where the message says nothing else."""
    token = tokens[-1]
    if token.kind == "y" and RELATIVE_YEARS[token.text] == 0:
        return None
    year = year_of(today, tokens)
    if year is not None and today.future and year < today.day.year and token.kind == "Y":
        return None
    if year is None or not 1900 <= year <= 2100 or len(token.found.string) > 8:
        return None
    return Day(date(year, 1, 1), date(year, 12, 31), vague=True, strength=WEAK)


def right_now(today: Today, tokens: list[Token]) -> Day | None:
    """现在, 马上: where nothing else is said."""
    if len(tokens[0].found.string) > 8:
        return None
    return one(today.day, strength=WEAK, at=today.now.replace(second=0, microsecond=0))
