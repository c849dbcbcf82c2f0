"""What a passphrase (口令) of the staff may be: long, not one that everybody thinks of, not the own name.

No rules of composition: they make people write 口令 on the wall. Length is what resists guessing, so a
sentence that somebody remembers is best, in Chinese or not.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from bot.domain.base import Refused
from bot.domain.people import Person

SHORTEST: Final = 12
LONGEST: Final = 200
_OWN_SIGNS: Final = 8
"""Signs that must be left once everything that is known to everybody is taken away."""
_DIFFERENT: Final = 6
_TAIL: Final = 6
"""So many last digits of the own phone are already the phone."""
_RUN: Final = 4
"""So many neighbours in a row (1234, abcd, qwer) are one thought."""
_ROWS: Final = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "一二三四五六七八九十",
)
_SIGNS: Final = re.compile(r"[\W_]+")


def plain(words: str) -> str:
    """A passphrase as it is compared: full-width signs as ASCII (NFKC), no spaces around."""
    return unicodedata.normalize("NFKC", words).strip()


def check(words: str, person: Person) -> None:
    """Raise Refused where `words` (plain) would be too easy for others to guess."""
    if len(words) < SHORTEST:
        raise Refused(
            f"口令太短了，现在是{len(words)}个字，至少要{SHORTEST}个。写一句只有您想得到的话最好记。"
        )
    if len(words) > LONGEST:
        raise Refused(f"口令太长了，最多{LONGEST}个字。")
    bare = _bare(words)
    if _names(bare, person):
        raise Refused("口令里请不要有您自己的名字或者电话，别人容易猜到。请换一句话。")
    if len(set(bare)) < _DIFFERENT or len(_uncommon(bare)) < _OWN_SIGNS:
        raise Refused("这个口令很多人会想到，容易被猜中。请换一句只有您想得到的话。")


def _names(bare: str, person: Person) -> bool:
    name, phone = _bare(person.name), person.phone
    return bool(name and name in bare) or (len(phone) >= _TAIL and phone[-_TAIL:] in bare)


def _uncommon(bare: str) -> str:
    """What is left without well-known words, rows of keys and what is said twice."""
    for word in _common():
        bare = bare.replace(word, "")
    for row in _ROWS:
        for way in (row, row[::-1]):
            bare = _without_runs(bare, way)
    return _once(bare)


def _without_runs(bare: str, row: str) -> str:
    for length in range(len(row), _RUN - 1, -1):
        for start in range(len(row) - length + 1):
            bare = bare.replace(row[start : start + length], "")
    return bare


def _once(bare: str) -> str:
    """One copy of what is repeated: 我爱家我爱家我爱家 is 我爱家."""
    for length in range(1, len(bare) // 2 + 1):
        if bare == (bare[:length] * (len(bare) // length + 1))[: len(bare)]:
            return bare[:length]
    return bare


@cache
def _common() -> tuple[str, ...]:
    """Words, slogans and verses that everybody knows, the longest first."""
    lines = Path(__file__).with_name("common_words.txt").read_text("utf-8").splitlines()
    words = {_bare(line) for line in lines if not line.startswith("#")} - {""}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _bare(words: str) -> str:
    return _SIGNS.sub("", plain(words)).lower()
