"""A message → the pieces in which one wish, or one danger, may stand by itself."""

import re
from typing import Final

_BREAK: Final = re.compile(r"[,，。.!！?？;；\n、…~～]+|\s{1,}")
_ALSO: Final = re.compile(
    r"(?=还有(?!几|多少|没|什么|哪|人|书|位|名额)|另外|顺便|順便|对了|對了|再就是|还想|還想|不过|不過|然后|然後|"
    r"而且|同时|同時|顺带|另|仲有|再一个|第二件|再帮|再问)"
)
_WIDE: Final = 16
_STRIDE: Final = 6


def clauses(text: str) -> list[str]:
    """The pieces of `text` between signs and before words such as 还有, each 2 characters or more."""
    pieces = [
        piece.strip()
        for part in _BREAK.split(text)
        for piece in _ALSO.split(part)
        if len(piece.strip()) > 1
    ]
    return pieces or [text]


def windows(clause: str) -> list[str]:
    """Overlapping pieces of a long clause dictated without a pause; a short one as it is."""
    if len(clause) <= _WIDE + _STRIDE:
        return [clause]
    return [clause[at : at + _WIDE] for at in range(0, len(clause) - _WIDE + _STRIDE, _STRIDE)]
