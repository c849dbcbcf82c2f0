"""The trained weights: one numpy file, read once, asked for every message."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.understand.features import signs
from bot.understand.labels import LABELS

SHIPPED: Final = Path(__file__).parent / "model.npz"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Model:
    """A linear classifier over signs.

    `keys` are the known signs' numbers, sorted; `weights` is one row of int8 a sign, to be
    multiplied by `scale` (one figure a label); `bias` one figure a label.
    """

    keys: NDArray[np.uint32]
    weights: NDArray[np.int8]
    scale: Floats
    bias: Floats

    def likely(self, text: str) -> Floats:
        """How likely each of `LABELS` is meant by `text`: figures that sum to 1."""
        logits = self.logits(text)
        grown = np.exp(logits - logits.max())
        likely: Floats = (grown / grown.sum()).astype(np.float32)
        return likely

    def logits(self, text: str) -> Floats:
        """The raw weight of each label for `text`."""
        wanted = signs(text)
        if not len(wanted):
            return self.bias
        places = np.searchsorted(self.keys, wanted)
        places[places == len(self.keys)] = 0
        found = places[self.keys[places] == wanted]
        summed = self.weights[found].sum(axis=0, dtype=np.int32)
        logits: Floats = summed * self.scale / np.float32(len(wanted) ** 0.5) + self.bias
        return logits


def read(path: Path) -> Model:
    """The model in the file at `path`. Raises ValueError if it is not for these labels."""
    with np.load(path) as kept:
        if tuple(kept["labels"]) != LABELS:
            raise ValueError(f"{path}: trained for other labels; run the training again")
        return Model(kept["keys"], kept["weights"], kept["scale"], kept["bias"])


def write(model: Model, path: Path) -> None:
    """Put `model` into the file at `path`, compressed."""
    np.savez_compressed(
        path,
        labels=np.array(LABELS),
        keys=model.keys,
        weights=model.weights,
        scale=model.scale,
        bias=model.bias,
    )


_loaded: dict[str, Model] = {}


def use(model: Model) -> None:
    """Answer with `model` from now on."""
    _loaded["current"] = model


def current() -> Model:
    """The model in use: the one given to `use`, else the one that comes with the program."""
    if "current" not in _loaded:
        use(read(SHIPPED))
    return _loaded["current"]
