"""A text → tokens: every word of time in it, the rest as gaps."""

import re
from dataclasses import dataclass
from typing import Final

from bot.understand.normal import plain
from bot.understand.numerals import number
from bot.understand.when.patterns import PATTERNS, scanner
from bot.understand.when.slips import TYPOS

LONGEST: Final = 400
"""Characters looked at; a longer message says its wish, and its day, within these."""

_TYPOS: Final = [(re.compile(slip), word) for slip, word in TYPOS.items()]
_KINDS: Final = {f"k{index}": kind for index, (kind, _) in enumerate(PATTERNS)}
_SPACED: Final = re.compile(r"(?<=\d)\s+(?=[年月日号点时分])|(?<=[年月号点时分])\s+(?=\d)")
_UNSEEN: Final = {" "}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of time. `kind` is a character of the table in `patterns`."""

    kind: str
    found: re.Match[str]

    def part(self, *names: str) -> str:
        """The first of the named parts of the pattern that matched, or ""."""
        return next((said for name in names if (said := self.found[name])), "")

    def number(self, *names: str) -> int | None:
        """The numeral in the first of these parts that matched."""
        said = self.part(*names)
        return number(said) if said else None

    @property
    def text(self) -> str:
        """The words as they stand in the text."""
        return self.found[0]


def spelled(text: str) -> str:
    """`text` as the scanner reads it: Mandarin, one script, known slips put right."""
    said = _SPACED.sub("", plain(text[:LONGEST]).text)
    for slip, word in _TYPOS:
        said = slip.sub(word, said)
    return said


def scan(text: str) -> tuple[str, list[Token]]:
    """The kinds as one string, a character a token, and the tokens; gaps become one x."""
    kinds: list[str] = []
    tokens: list[Token] = []
    end = 0
    for found in scanner().finditer(text):
        kind = _KINDS[found.lastgroup or ""]
        if found.start() > end and not text[end : found.start()].isspace():
            _add(kinds, tokens, Token("x", found))
        end = found.end()
        if kind == "q":
            _add(kinds, tokens, Token("r", found))
            kind = "P"
        if kind == "E" and _is_clock(kinds, found):
            kind = "T"
        if kind not in _UNSEEN:
            _add(kinds, tokens, Token(kind, found))
    return "".join(kinds), tokens


def _add(kinds: list[str], tokens: list[Token], token: Token) -> None:
    if not (token.kind == "x" and kinds and kinds[-1] == "x"):
        kinds.append(token.kind)
        tokens.append(token)


def _is_clock(kinds: list[str], found: re.Match[str]) -> bool:
    """Whether "3.30" stands behind a part of the day, and so is half past three."""
    return bool(kinds) and kinds[-1] == "P" and found["sep"] == "." and len(found["dd"]) == 2
