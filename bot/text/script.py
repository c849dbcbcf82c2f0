"""One spelling for matching (`normal`, `squeeze`), and Traditional characters for those who ask."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opencc import OpenCC

# Variants OpenCC leaves alone: old print forms, Japanese forms from foreign keyboards, forms in
# household registers. 𠮶 is what OpenCC makes of Cantonese 嗰, which nobody types.
_VARIANTS: Final = str.maketrans(
    "𠮶髙徳淸靑眞査黒郞曽栢恵広斉斎桜冨姸栄気竜亜锺甯栁鄕吿呉奨帰歩毎両彥卻爲㑹䧺闗",
    "嗰高德清青真查黑郎曾柏惠广齐斋樱富妍荣气龙亚钟宁柳乡告吴奖归步每两彦却为会雄关",
)
# Selectors and the key-cap ring that phones put behind digits and rare characters.
_MARKS: Final = re.compile("[\ufe00-\ufe0f\u20e3\U000e0100-\U000e01ef]")

# Surnames (and given characters) that the general conversion would turn into another word:
# 于 於, 余 餘, 范 範 …; in a name the character is its own Traditional form.
_OWN_IN_NAMES: Final = frozenset("于余范岳沈郁党后姜谷涂卜曲种干丑冲台向云游征松升朴柜胡几舍")
_IN_NAMES: Final = {"钟": "鍾", "肖": "肖", "杰": "傑"}


@cache
def _converter(config: str) -> "OpenCC":
    from opencc import OpenCC

    return OpenCC(config)


def normal(text: str) -> str:
    """`text` in the one spelling used for matching: NFKC, Simplified, lower case."""
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()
    if folded.isascii():
        return folded
    simplified: str = _converter("t2s").convert(_no_surrogates(folded))
    return simplified.translate(_VARIANTS)


def squeeze(text: str) -> str:
    """`normal(text)` with nothing but letters, digits and characters."""
    return "".join(char for char in normal(text) if unicodedata.category(char)[0] in "LNM")


def to_traditional(text: str, names: Iterable[str] = ()) -> str:
    """`text` in Traditional characters as Hong Kong and Guangxi write them.

    `names` are people's names that may stand in the text: they keep their surname (于 stays 于).
    """
    convert = _converter("s2hk").convert
    found = _any_of(frozenset(names))
    pieces = found.split(text) if found else [text]
    return "".join(
        _name_in_traditional(piece) if place % 2 else convert(_no_surrogates(piece))
        for place, piece in enumerate(pieces)
    )


@lru_cache(maxsize=8)
def _any_of(names: frozenset[str]) -> re.Pattern[str] | None:
    """Splits a text at these names, the longest first."""
    longest_first = sorted(filter(None, names), key=lambda name: (-len(name), name))
    return re.compile(f"({'|'.join(map(re.escape, longest_first))})") if longest_first else None


@cache
def surnames_spoiled() -> tuple[str, ...]:
    """The surnames of which the general conversion makes another character."""
    return tuple(sorted(char for char in _OWN_IN_NAMES if to_traditional(char) != char))


def _name_in_traditional(name: str) -> str:
    convert = _converter("s2hk").convert
    return "".join(
        char if char in _OWN_IN_NAMES else _IN_NAMES.get(char) or convert(char) for char in name
    )


def _no_surrogates(text: str) -> str:
    # OpenCC is C++ and takes UTF-8, which has no lone surrogates.
    return text.encode("utf-8", "ignore").decode("utf-8")
