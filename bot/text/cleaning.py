"""What is done once to every incoming text, at the channel's door."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 4000
"""Characters kept of one message; longer ones are cut, never refused."""

# Enough to fill LONGEST although most of it is thrown away; bounds the work for a hostile text.
_READ: Final = LONGEST * 8

_NEWLINES: Final = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_BLANK: Final = frozenset("\t\u3164\uffa0\u115f\u1160\u2800")
"""Signs that look empty without being white space (Hangul fillers, the blank Braille cell)."""


def clean(raw: str) -> str:
    """`raw` without control, zero-width, bidi and surrogate characters, stripped and cut.

    Newlines become `\\n`. Never raises, whatever the length or the characters.
    """
    return visible(raw[:_READ]).strip()[:LONGEST].rstrip()


def visible(raw: str) -> str:
    """`raw` without control, zero-width, bidi and surrogate characters, whatever its length; for typed fields."""
    return "".join(_kept(char) for char in _NEWLINES.sub("\n", raw))


def _kept(char: str) -> str:
    if char == "\n" or " " <= char <= "~" or "\u4e00" <= char <= "\u9fff":
        return char
    if char in _BLANK:
        return " "
    # Cc control, Cf zero-width and bidi, Cs lone surrogates, Cn nothing at all. Co (private use)
    # stays: old household registers write rare names with it.
    return "" if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Cn"} else char
