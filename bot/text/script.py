"""One spelling for matching (`normal`, `squeeze`), and Traditional characters for those who ask."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
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

    `names` are people's names that stand in the text: they keep their surname (于 stays 于).
    """
    held: list[str] = []
    for name in sorted({name for name in names if name}, key=len, reverse=True):
        if name in text and len(held) < 0x1000:
            text = text.replace(name, chr(0xF0000 + len(held)))
            held.append(_name_in_traditional(name))
    converted: str = _converter("s2hk").convert(_no_surrogates(text))
    for index, name in enumerate(held):
        converted = converted.replace(chr(0xF0000 + index), name)
    return converted


def _name_in_traditional(name: str) -> str:
    convert = _converter("s2hk").convert
    return "".join(
        char if char in _OWN_IN_NAMES else _IN_NAMES.get(char) or convert(char) for char in name
    )


def _no_surrogates(text: str) -> str:
    # OpenCC is C++ and takes UTF-8, which has no lone surrogates.
    return text.encode("utf-8", "ignore").decode("utf-8")
