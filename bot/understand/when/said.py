"""What a row of tokens says of years, steps and numbers; used by every rule."""

from datetime import date
from typing import Final

from bot.understand.numerals import number
from bot.understand.when.almanac import KNOWN_YEARS, Impossible
from bot.understand.when.day import Today
from bot.understand.when.scan import Token
from bot.understand.when.words import RELATIVE_YEARS

STEPS: Final = {
    "下下": 2,
    "再下": 2,
    "再下下": 3,
    "下": 1,
    "后": 1,
    "隔": 2,
    "上上": -2,
    "上": -1,
    "次": 1,
}


def year_of(today: Today, tokens: list[Token]) -> int | None:
    """The year a y or Y token says, or None where there is none.

    Raises Impossible for a year outside those the almanac knows.
    """
    for token in tokens:
        if token.kind == "y":
            return today.day.year + RELATIVE_YEARS[token.text]
        if token.kind == "Y":
            year = token.number("yn")
            if year is not None and len(token.part("yn")) == 2:
                year += 2000 if year <= today.day.year % 100 + 10 else 1900
            if year is None or year not in KNOWN_YEARS:
                raise Impossible
            return year
    return None


def by_kind(tokens: list[Token], kinds: str) -> Token | None:
    """The first token of one of `kinds`."""
    return next((token for token in tokens if token.kind in kinds), None)


def steps_of(token: Token) -> int:
    """Weeks or months from this one: 下下 is 2, 上 is -1, 这 is 0."""
    return STEPS.get(token.part("wrel", "mrel"), 0)


def bare_number(token: Token) -> int | None:
    """The numeral that is the whole token."""
    return number(token.text)


def must(day: date | None) -> date:
    """`day`; raises Impossible where the calendar has none."""
    if day is None:
        raise Impossible
    return day
