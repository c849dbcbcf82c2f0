"""One form for every measurement: what must hold, what was measured, beside which floor, and whether it is met."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

HEAD = f"{'what':<52} {'bar':>8} {'measured':>10} {'floor':>10} {'ratio':>7}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `floor`: the same without us, or by a peer, in the same run."""

    name: str
    bar: str
    measured: float
    met: bool | None
    """None: said for comparison only."""
    floor: float | None = None

    def __str__(self) -> str:
        floor = ratio = ""
        if self.floor is not None:
            floor, ratio = _figure(self.floor), f"{self.measured / self.floor:.2f}"
        verdict = {None: "", True: "met", False: "MISSED"}[self.met]
        measured = _figure(self.measured)
        return f"{self.name:<52} {self.bar:>8} {measured:>10} {floor:>10} {ratio:>7} {verdict}"


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def at_most(name: str, measured: float, most: float) -> Line:
    """A figure of its own that may not be larger."""
    return Line(name, f"≤ {most:g}", measured, measured <= most)


def at_least(name: str, measured: float, least: float) -> Line:
    """A figure of its own that may not be smaller."""
    return Line(name, f"≥ {least:g}", measured, measured >= least)


def times(name: str, measured: float, floor: float, most: float) -> Line:
    """At most `most` times the floor."""
    return Line(name, f"≤ {most:.3g} ×", measured, measured <= most * floor, floor)


def holds(name: str, true: bool) -> Line:
    """Something that is so or not."""
    return Line(name, "yes", float(true), true)


def beside(
    measure: Callable[[], float], floor: Callable[[], float], rounds: int = 5
) -> list[float]:
    """Medians of both, measured in turns so that both meet the same neighbours."""
    pairs = [(measure(), floor()) for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*pairs, strict=True)]


def report(lines: Iterable[Line]) -> int:
    """Print the lines as they come; 1 where a bar is missed."""
    print(HEAD, flush=True)
    missed = 0
    for line in lines:
        print(line, flush=True)
        missed |= line.met is False
    return int(missed)
