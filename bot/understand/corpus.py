"""The authored texts: files of the lexicon → texts with their labels.

A line is one way of saying. `{a|b}` stands for either, `<人>` for a choice of that name from
fillers.txt; a line is written out often enough for most choices in it to appear. `voices/` (a file
a label) and `people/` (a file a person) hold messages as single people wrote them, each a way of
its own.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.understand.features import LEXICON
from bot.understand.labels import LABELS

_PART: Final = re.compile(r"\{([^{}]*)\}|<([^<>]{1,3})>")
# More texts of one line would teach its frame, not its words, and drown the single messages.
_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Saying:
    """One text: its label, the way of saying it came from (a number), its share of that way."""

    label: str
    way: int
    text: str
    share: float


def lines(path: Path) -> list[str]:
    """The lines of a lexicon file that hold something; a # opens a remark."""
    read = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in read if line.strip() and not line.startswith("#")]


def fillers() -> dict[str, list[str]]:
    """What may stand in each <…>, by name."""
    named = (line.partition(":") for line in lines(LEXICON / "fillers.txt"))
    return {name: choices.split() for name, _, choices in named}


def written_out(line: str, choices: Mapping[str, Sequence[str]], dice: random.Random) -> list[str]:
    """The texts that `line` stands for, at most 12; all its choices appear if there are no more."""
    parts: list[list[str]] = []
    end = 0
    for found in _PART.finditer(line):
        parts.append([line[end : found.start()]])
        either, name = found.groups()
        parts.append(list(choices[name]) if name else _nested(either, choices, dice))
        end = found.end()
    parts.append([line[end:]])
    widest = max(len(part) for part in parts)
    wheels = [_wheel(part, dice) for part in parts]
    wanted = 1 if widest == 1 else min(_MOST, max(widest, min(_product(parts), widest * 2)))
    spoken = ("".join(next(wheel) for wheel in wheels).strip("，, ") for _ in range(wanted))
    return list(dict.fromkeys(text for text in spoken if text))


def _nested(either: str, choices: Mapping[str, Sequence[str]], dice: random.Random) -> list[str]:
    return [
        _PART.sub(lambda found: dice.choice(choices[found[2]]), choice)
        for choice in either.split("|")
    ]


def _product(parts: Sequence[Sequence[str]]) -> int:
    product = 1
    for part in parts:
        product *= len(part)
    return product


def _wheel(part: list[str], dice: random.Random) -> Iterator[str]:
    while True:
        turned = part[:]
        dice.shuffle(turned)
        yield from turned


def sayings(more: Path | None = None) -> list[Saying]:
    """All texts of the shipped lexicon and of the folder `more`, written out; always the same."""
    dice = random.Random(7)  # noqa: S311 (not for secrets: the same texts every time)
    choices = fillers()
    ways = [(label, line) for label in LABELS for line in lines(LEXICON / f"{label}.txt")]
    ways += [*added(LEXICON / "voices"), *added(LEXICON / "people")]
    ways += added(more) if more else []
    said: list[Saying] = []
    for way, (label, line) in enumerate(ways):
        texts = written_out(line, choices, dice)
        said += [Saying(label, way, text, len(texts) ** -0.5) for text in texts]
    return said


def added(folder: Path) -> list[tuple[str, str]]:
    """Labels and lines in `folder`: `<label>.txt`, or lines "label<TAB>text" in other files.

    Raises ValueError, naming file and line, for a label that does not exist.
    """
    found: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*.txt")):
        if path.stem in LABELS:
            found += [(path.stem, line) for line in lines(path)]
            continue
        for line in lines(path):
            label, tab, text = line.partition("\t")
            if not tab or label not in LABELS:
                raise ValueError(f"{path.name}: {line[:40]!r} should be label<TAB>text")
            found.append((label, text))
    return found
