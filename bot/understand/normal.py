"""What a member wrote, in the one spelling everything here reads; the original is kept.

Beyond `bot.text.normal` (width, script, variants): Cantonese words become their Mandarin, and
sounds that only fill a pause are left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.text import normal
from bot.understand.cantonese import DAYS, GUARDS, WORDS

_TABLE: Final[Mapping[str, str]] = {**WORDS, **DAYS}

# 係 and 系 are one character in Simplified: 系 is "is" unless it stands in one of these words.
_SYSTEM: Final = r"(?<![关联体院科派星直母中水山嫡根])系(?![统列主数里上的辈带])"
_SPOKEN: Final = re.compile(
    "|".join(GUARDS.get(word, word) for word in sorted(_TABLE, key=len, reverse=True))
    + f"|{_SYSTEM}"
)
# Only where nothing but a pause can be meant: 那个 before a pause, never 那个 before a thing.
_FILLERS: Final = re.compile(
    r"(?:^|(?<=[\s,.!?;:、。…]))(?:嗯|呃|额|唉|哎呀?|诶|欸|喂|哦|噢|那个那个|这个这个|就是说|怎么说呢)+"
    r"[\s,.、。…~]*|[嗯呃诶欸]+|这个这个(?=这个)|(?:那个|这个)(?=[,、…]|\.\.)"
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A message as it came and in the spelling for matching."""

    original: str
    text: str


@lru_cache(maxsize=256)
def plain(text: str) -> Plain:
    """`text` in one spelling: `normal`, then Cantonese to Mandarin, then no fillers."""
    return Plain(text, without_fillers(to_mandarin(normal(text))))


def to_mandarin(text: str) -> str:
    """`text` (already `normal`) with Cantonese words said in Mandarin: 听日 is 明天."""
    return _SPOKEN.sub(lambda found: _TABLE.get(found[0], "是"), text)


def without_fillers(text: str) -> str:
    """`text` without the sounds of a pause; what is left may be empty."""
    return _FILLERS.sub("", text).lstrip(",、. ")
