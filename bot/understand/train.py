"""Fit the shipped model from the lexicon: `python -m bot.understand.train`."""

import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from bot.understand.corpus import Saying, sayings
from bot.understand.features import signs
from bot.understand.fit import Rows, fitted, rows
from bot.understand.labels import LABELS
from bot.understand.model import SHIPPED, Model, write
from bot.understand.vary import Variation

ROUNDS: Final = 10
# The world outside is wide, and nothing may be missed in an emergency: they weigh more.
_HEAVIER: Final = {"oos": 1.6, "emergency": 1.5, "care": 1.4, "smalltalk": 1.2}

# Nobody can write down the world outside, nor all dangers: what sounds like little known rather is one of them.
_LEAN: Final = {"oos": 0.7, "emergency": 0.3}


def varied(said: Sequence[Saying]) -> list[Saying]:
    """`said`, and each once more as others would type it."""
    dice = random.Random(11)  # noqa: S311 (not for secrets: the same slips every time)
    variation = Variation(said, dice)
    return [
        *said,
        *(Saying(one.label, one.way, variation.of(one), one.share * 0.8) for one in said),
    ]


def as_rows(said: Sequence[Saying]) -> Rows:
    """Texts as numbers; every label weighs about the same however many texts it has."""
    found = [signs(one.text) for one in said]
    total: defaultdict[str, float] = defaultdict(float)
    for one in said:
        total[one.label] += one.share
    mean = sum(total.values()) / len(total)
    shares = [
        one.share * (mean / total[one.label]) ** 0.5 * _HEAVIER.get(one.label, 1.0) for one in said
    ]
    scaled = np.array(shares, dtype=np.float32)
    return rows(
        found,
        np.array([LABELS.index(one.label) for one in said]),
        np.array([one.way for one in said]),
        scaled / scaled.mean(),
    )


def trained(more: Path | None = None, rounds: int | None = None) -> Model:
    """The model of the shipped lexicon and, if given, of the texts in the folder `more`."""
    model = fitted(as_rows(varied(sayings(more))), rounds or ROUNDS)
    lean = np.array([_LEAN.get(label, 0.0) for label in LABELS], dtype=np.float32)
    return replace(model, bias=model.bias + lean)


def main() -> None:
    """Write the shipped model; say how many texts it was made of."""
    write(trained(), SHIPPED)
    sys.stdout.write(f"{SHIPPED.name}: {SHIPPED.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
