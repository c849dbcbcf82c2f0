"""`python -m tests.faults [WHAT …] [--options]`: one table a fault, exit code 1 where a bar is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any, Protocol

from tests.faults import instant, kills, outage, power, refusing, stops, twins


class Found(Protocol):
    """The figures of one run: a dataclass that knows whether a bar is missed."""

    @property
    def bad(self) -> bool:
        """Whether a bar is missed."""


Rows = Iterator[tuple[str, Any]]


def _kills(given: argparse.Namespace) -> Rows:
    for engine in given.engines:
        for seed in range(1, given.seeds + 1):
            yield f"{engine} seed {seed}", kills.run(given.kills, seed, engine)


def _instant(given: argparse.Namespace) -> Rows:
    for seed in range(given.rounds or 30):
        yield f"kill {seed}", instant.run(seed)


def _stops(given: argparse.Namespace) -> Rows:
    for seed in range(given.rounds or 25):
        yield f"SIGSTOP {seed}", stops.run(seed)


def _twins(given: argparse.Namespace) -> Rows:
    for seed in range(given.rounds or 50):
        yield f"two at once {seed}", twins.run(seed)


def _power(given: argparse.Namespace) -> Rows:
    yield "as the product syncs", power.run(given.rounds or 200)
    # The floor: without this the test would not see a loss.
    yield "synchronous=NORMAL (must lose)", power.run(given.rounds or 200, careless=True)


def _disk(given: argparse.Namespace) -> Rows:
    for seed in range(given.rounds or 5):
        yield f"full disk {seed}", refusing.run(seed, refusing.full)


def _outage(given: argparse.Namespace) -> Rows:
    yield f"{given.minutes:.0f} minutes without network", outage.run(given.minutes)


def _lock(given: argparse.Namespace) -> Rows:
    for seed in range(given.rounds or 5):
        yield f"locked {seed}", refusing.run(seed, refusing.locked)


WHAT: dict[str, Callable[[argparse.Namespace], Rows]] = {
    "kills": _kills, "instant": _instant, "stops": _stops, "twins": _twins, "power": _power,
    "disk": _disk, "lock": _lock, "outage": _outage,
}  # fmt: skip


def main() -> int:
    """Print the table; 1 where a bar is missed."""
    options = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    options.add_argument("what", nargs="*", help=f"{' '.join(WHAT)}; without: all of them")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    options.add_argument("--rounds", type=int, default=0)
    options.add_argument("--minutes", type=float, default=60)
    given = options.parse_args()
    if unknown := {*given.what} - {*WHAT}:
        options.error(f"no such fault: {' '.join(unknown)}")
    missed = [_table(WHAT[what](given)) for what in given.what or WHAT]
    return int(any(missed))


def _table(rows: Rows) -> int:
    """Print one fault's rounds as they end; how many missed a bar."""
    missed = number = 0
    for number, (name, found) in enumerate(rows, 1):
        figures = asdict(found)
        if number == 1:
            print(f"{'':>30} " + " ".join(figures))
        shown = " ".join(f"{_short(value):>{len(key)}}" for key, value in figures.items())
        print(f"{name:>30} {shown}{'  MISSED' if found.bad else ''}", flush=True)
        missed += found.bad
    print(f"{number} runs, {missed} missed a bar")
    return missed


def _short(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
