"""Softmax regression on sparse signs with numpy alone: Adagrad, signs dropped at random."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.understand.labels import LABELS
from bot.understand.model import Floats, Model

_BATCH: Final = 256
_DROPPED: Final = 0.5
_SPEED: Final = 0.35
_SHRINK: Final = 1e-4
_SMOOTH: Final = 0.02
_KEPT: Final = 80_000

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as signs: `signs[starts[i]:starts[i+1]]` are the known signs (0…) of text i.

    `sizes` is how many signs a text has in all, known or not.
    """

    keys: NDArray[np.uint32]
    signs: Ints
    starts: Ints
    sizes: Floats
    labels: Ints
    shares: Floats


def rows(found: Sequence[NDArray[np.uint32]], labels: Ints, ways: Ints, shares: Floats) -> Rows:
    """Texts given by their signs; signs that stand in one way of saying only are left out."""
    flat = np.concatenate(found)
    owner = np.repeat(np.arange(len(found)), [len(one) for one in found])
    pairs = np.unique(flat.astype(np.uint64) * np.uint64(1 << 24) + ways[owner].astype(np.uint64))
    keys, often = np.unique((pairs >> np.uint64(24)).astype(np.uint32), return_counts=True)
    keys = keys[often > 1]
    places = np.searchsorted(keys, flat)
    places[places == len(keys)] = 0
    known = keys[places] == flat
    counts = np.bincount(owner[known], minlength=len(found))
    starts = np.concatenate(([0], np.cumsum(counts)))
    sizes = np.array([len(one) for one in found], dtype=np.float32)
    return Rows(keys, places[known], starts, sizes, labels, shares)


def fitted(data: Rows, rounds: int, seed: int = 3) -> Model:
    """The model for `data` after `rounds` passes; the same for the same seed."""
    dice = np.random.default_rng(seed)
    weights = np.zeros((len(data.keys), len(LABELS)), dtype=np.float32)
    bias = np.zeros(len(LABELS), dtype=np.float32)
    seen = np.full_like(weights, 1e-3)
    seen_bias = np.full_like(bias, 1e-3)
    for turn in range(rounds):
        speed = _SPEED * (1 - turn / rounds * 0.8)
        order = dice.permutation(len(data.labels))
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            signs, owner, size = _picked(data, batch, dice)
            wrong = _wrong(data, batch, _logits(weights, bias, signs, owner, size))
            slope = wrong.sum(axis=0)
            seen_bias += slope * slope
            bias -= speed * slope / np.sqrt(seen_bias)
            _step(weights, seen, signs, (wrong / size[:, None])[owner], speed)
    return compact(data.keys, weights, bias)


def _picked(data: Rows, batch: Ints, dice: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    lengths = data.starts[batch + 1] - data.starts[batch]
    owner = np.repeat(np.arange(len(batch)), lengths)
    first = np.cumsum(lengths) - lengths
    offsets = np.arange(len(owner)) - first[owner] + data.starts[batch][owner]
    stay = dice.random(len(owner)) >= _DROPPED
    size: Floats = np.sqrt(data.sizes[batch] * np.float32(1 - _DROPPED)).astype(np.float32)
    return data.signs[offsets[stay]], owner[stay], size


def _logits(weights: Floats, bias: Floats, signs: Ints, owner: Ints, size: Floats) -> Floats:
    summed = np.zeros((len(size), weights.shape[1]), dtype=np.float32)
    if len(signs):
        edges = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        summed[owner[edges]] = np.add.reduceat(weights[signs], edges, axis=0)
    logits: Floats = summed / size[:, None] + bias
    return logits


def _wrong(data: Rows, batch: Ints, logits: Floats) -> Floats:
    likely = np.exp(logits - logits.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    wanted = np.full_like(likely, _SMOOTH / likely.shape[1])
    wanted[np.arange(len(batch)), data.labels[batch]] += 1 - _SMOOTH
    wrong: Floats = (likely - wanted) * data.shares[batch][:, None]
    return wrong


def _step(weights: Floats, seen: Floats, signs: Ints, slopes: Floats, speed: float) -> None:
    order = np.argsort(signs, kind="stable")
    ordered = signs[order]
    edges = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    slope = np.add.reduceat(slopes[order], edges, axis=0)
    which = ordered[edges]
    slope += _SHRINK * weights[which]
    total = seen[which] + slope * slope
    seen[which] = total
    weights[which] -= speed * slope / np.sqrt(total)


def compact(keys: NDArray[np.uint32], weights: Floats, bias: Floats) -> Model:
    """The heaviest signs only, each weight a byte."""
    heavy = np.abs(weights).max(axis=1)
    kept = np.sort(np.argsort(-heavy)[:_KEPT])
    weights = weights[kept]
    scale = np.abs(weights).max(axis=0) / 127
    scale[scale == 0] = 1
    return Model(
        keys[kept],
        np.round(weights / scale).astype(np.int8),
        scale.astype(np.float32),
        bias.astype(np.float32),
    )
