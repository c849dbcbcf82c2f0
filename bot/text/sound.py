"""How characters sound: toneless pinyin, and the folding of sounds that are heard alike."""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

# Words of two characters of our subject whose everyday reading differs from the reading of the single characters.
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

TABLE: Final = Path(__file__).parent / "readings.txt"
_SYLLABLE: Final = re.compile(r"[a-z]+|\d")
_RETROFLEX: Final = re.compile(r"^([zcs])h")


@dataclass(frozen=True, slots=True)
class _Readings:
    """The commonest reading of each character: `of[code point]` is a place in `syllables`, 0 for none."""

    syllables: tuple[str, ...]
    of: "array[int]"

    def read(self, char: str) -> str:
        """The syllable of `char`; '' for what isn't a character."""
        code = ord(char)
        return self.syllables[self.of[code]] if code < len(self.of) else ""


@cache
def _readings() -> _Readings:
    # Two bytes a code point: pypinyin's own dictionary of the same readings takes 11 MB.
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    of = array("H", bytes(2 * (1 + max(ord(max(chars)) for _, chars in lines))))
    for place, (_, chars) in enumerate(lines, start=1):
        for char in chars:
            of[ord(char)] = place
    return _Readings(("", *(syllable for syllable, _ in lines)), of)


def pinyin(text: str) -> tuple[str, ...]:
    """The toneless syllables of `text`; digits and Latin words stay, signs go; ü is v."""
    return tuple(_syllables(text.lower()))


def _syllables(text: str) -> Iterator[str]:
    read = _readings().read
    at = 0
    while at < len(text):
        word = _word_at(text, at)
        syllable = "" if word else read(text[at])
        if word:
            yield from _WORDS[word].split()
            at += len(word)
        elif syllable:
            yield syllable
            at += 1
        elif found := _SYLLABLE.match(text, at):
            yield found[0]
            at = found.end()
        else:
            at += 1


def _word_at(text: str, at: int) -> str:
    """The word of `_WORDS` that stands at `at`; '' if none does."""
    word = text[at : at + 2]
    return word if word in _WORDS else ""


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
