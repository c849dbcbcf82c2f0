"""A message → the numbered signs the classifier weighs: pieces of writing, of sound, of meaning.

Typos keep their sound, other people's wordings keep their meaning: each of the three kinds of
pieces covers for the others. Nothing here depends on how the model was trained.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.text import folded, pinyin
from bot.understand import normal

Signs = NDArray[np.uint32]

LEXICON: Final = Path(__file__).parent / "lexicon"
LONGEST: Final = 240
"""Characters looked at; what an elderly member wants stands in them, the rest is cut."""

_TITLE: Final = re.compile(r"《[^《》]{1,40}》|<<[^<>]{1,40}>>")
_PHONE: Final = re.compile(r"\d[\d -]{5,}\d")
# 110, 119 and 120 are calls for help; every other number is only a number.
_ONLY_NUMBER: Final = re.compile(r"[\d\s-]+")
_NUMBER: Final = re.compile(r"(?!(?:110|119|120)(?!\d))\d+(?:[.:]\d+)?")
_SIGNS: Final = re.compile(r"[^\w《》]+|_+")
_ASKING: Final = re.compile(r"[?吗么嘛呢咩未没]\W*$|\?")
# What a messenger writes in place of a picture, a voice message, a sticker.
_PLACEHOLDER: Final = re.compile(r"(?:[\[【［]\w{1,8}[\]】］]\s*)+")
_LONGEST_WORD: Final = 8
_PAIRED: Final = 10


def plain(text: str) -> str:
    """`text` as the classifier reads it: one script, no signs, titles and numbers made alike."""
    said = normal.plain(text[: LONGEST * 2]).text
    said = _TITLE.sub("《》", said)
    said = said if _ONLY_NUMBER.fullmatch(said) else _PHONE.sub("☎", said)
    said = _NUMBER.sub("0", said)
    return _SIGNS.sub("", said.replace("☎", "电话号000"))[:LONGEST]


@lru_cache(maxsize=8192)
def _sound_of(char: str) -> str:
    return "".join(folded(pinyin(char)))


def sounds(said: str) -> tuple[str, ...]:
    """How each character of `said` sounds to southern ears; signs give ''."""
    return tuple(_sound_of(char) for char in said)


@cache
def _meanings() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Words and sounds of words → the names of the meanings they stand for."""
    words: dict[str, list[str]] = {}
    heard: dict[str, list[str]] = {}
    for line in (LEXICON / "words.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, _, rest = line.partition(":")
        for word in rest.split():
            words.setdefault(word, []).append(name)
            if len(word) > 1:
                heard.setdefault("'".join(sounds(word)), []).append(name)
    return (
        {word: tuple(names) for word, names in words.items()},
        {word: tuple(dict.fromkeys(names)) for word, names in heard.items()},
    )


def meanings(said: str, heard: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The meanings named in `said`, in order, each once: by its characters, by its sound."""
    words, by_sound = _meanings()
    seen: dict[str, None] = {}
    echoed: dict[str, None] = {}
    for start in range(len(said)):
        for end in range(start + 1, min(start + _LONGEST_WORD, len(said)) + 1):
            for name in words.get(said[start:end], ()):
                seen[name] = None
            if end > start + 1:
                for name in by_sound.get("'".join(heard[start:end]), ()):
                    echoed[name] = None
    return list(seen), list(echoed)


@lru_cache(maxsize=64)
def signs(text: str) -> Signs:
    """The numbers (32 bit) of all that stands out in `text`, each once."""
    said = plain(text)
    heard = sounds(said)
    found = {crc32(sign.encode()) for sign in _all_signs(text, said, heard)}
    return np.fromiter(found, dtype=np.uint32, count=len(found))


def _all_signs(text: str, said: str, heard: tuple[str, ...]) -> Iterator[str]:
    framed = f"^{said}$"
    for size in (1, 2, 3, 4):
        yield from (framed[at : at + size] for at in range(len(framed) - size + 1))
    spoken = ("^", *(sound or "." for sound in heard), "$")
    for size in (2, 3):
        yield from ("~" + "'".join(spoken[at : at + size]) for at in range(len(spoken) - size + 1))
    seen, echoed = meanings(said, heard)
    yield from ("@" + name for name in seen)
    yield from ("~@" + name for name in echoed)
    yield from (f"@{one}>{next_}" for one, next_ in combinations(seen[:_PAIRED], 2))
    yield from (f"@{one}>>{next_}" for one, next_ in pairwise(seen))
    yield from _looks(text, said)


def _looks(text: str, said: str) -> Iterator[str]:
    yield f"#long{min(len(said) // 4, 12)}"
    if len(said) <= 1:
        yield "#empty"
    if _PLACEHOLDER.fullmatch(text):
        yield "#placeholder"
    if _ASKING.search(text):
        yield "#asking"
    if said.isascii():
        yield "#ascii"
    if said.isdigit():
        yield "#digits"
    if not any("\u4e00" <= char <= "\u9fff" for char in said):
        yield "#nochinese"
