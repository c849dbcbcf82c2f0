"""How characters sound: toneless pinyin, and the folding of sounds that are heard alike."""

import os
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final, cast

# Words of our subject whose everyday reading differs from the reading of the single characters.
_WORDS: Final = {
    "重阳": "chong yang",
    "银行": "yin hang",
    "行长": "hang zhang",
    "音乐": "yin yue",
    "会计": "kuai ji",
    "重新": "chong xin",
    "重复": "chong fu",
    "长期": "chang qi",
    "多长": "duo chang",
    "长寿": "chang shou",
    "睡觉": "shui jiao",
    "调动": "diao dong",
    "调查": "diao cha",
    "还书": "huan shu",
    "归还": "gui huan",
    "要还": "yao huan",
    "朝早": "zhao zao",
    "朝阳": "chao yang",
    "便宜": "pian yi",
    "降压": "jiang ya",
    "假期": "jia qi",
    "暖和": "nuan huo",
    "着急": "zhao ji",
    "着火": "zhao huo",
    "中风": "zhong feng",
    "中毒": "zhong du",
    "自传": "zi zhuan",
    "传记": "zhuan ji",
    "血压": "xue ya",
    "参加": "can jia",
    "人参": "ren shen",
    "厦门": "xia men",
    "覃塘": "qin tang",
}

_SYLLABLE: Final = re.compile(r"[a-z]+|\d")
_RETROFLEX: Final = re.compile(r"^([zcs])h")


@cache
def _reader() -> Callable[[str], list[str]]:
    # The phrase dictionary costs 40 MB and a third of a second; the words above do instead.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    import pypinyin

    pypinyin.load_phrases_dict(
        {word: [[syllable] for syllable in said.split()] for word, said in _WORDS.items()}
    )
    return cast("Callable[[str], list[str]]", pypinyin.lazy_pinyin)


def pinyin(text: str) -> tuple[str, ...]:
    """The toneless syllables of `text`; digits and Latin words stay, signs go; ü is v."""
    syllables: list[str] = []
    for part in _reader()(text.encode("utf-8", "ignore").decode("utf-8")):
        syllables.extend(_SYLLABLE.findall(part.lower()))
    return tuple(syllables)


def folded(syllables: Iterable[str], *, n_as_l: bool = False) -> tuple[str, ...]:
    """`syllables` as southern ears hear them: zh/z, ch/c, sh/s and -ng/-n alike; n-/l- if asked."""
    return tuple(_fold(syllable, n_as_l) for syllable in syllables)


def _fold(syllable: str, n_as_l: bool) -> str:
    sound = _RETROFLEX.sub(r"\1", syllable)
    if sound.endswith("ng"):
        sound = sound[:-1]
    if n_as_l and sound.startswith("n") and len(sound) > 1:
        sound = "l" + sound[1:]
    return sound
