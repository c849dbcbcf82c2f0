"""Who is due, in a community of a million: whoever isn't costs nothing.

    python -m tests.bench.due [--members 1000000]

Everybody joined on one of 336 days of a year, so no political birthday falls on the 30th, and one in 336 of the
members has it on any other day. Beside it a full scan of the same people. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from bot import config
from bot.app import House, build, sections
from bot.db import SessionRows
from bot.domain.people import Person
from bot.migrations import upgrade
from bot.now import real_now
from handlers.birthday.talk import remembered
from tests.bench import crowd
from tests.bench.table import Line, beside, report, times

ROUNDS, FEW, SOME = 15, 100, 10_000
NOBODY, SOMEBODY = date(2026, 12, 30), date(2026, 12, 8)


def house_of(folder: Path, members: int) -> House:
    """A house whose community has so many members."""
    house = build(config.load(None, sections(), folder / str(members)), real_now)
    upgrade(house.db)
    crowd.settle(house.db, members)
    return house


def took(measure: Callable[[], object]) -> Callable[[], float]:
    """Measure once, in milliseconds."""

    def once() -> float:
        start = time.perf_counter()
        measure()
        return (time.perf_counter() - start) * 1000

    return once


def medians(measure: Callable[[], object], other: Callable[[], object]) -> list[float]:
    """Milliseconds of both, in turns: both meet the same neighbours."""
    return beside(took(measure), took(other), ROUNDS)


def on(house: House, day: date) -> int:
    """Look up whose political birthday it is, as the clock does; returns how many."""
    query = remembered(day, day, "feb28")
    return len(house.db.read_now(lambda s: SessionRows(s).all(query)))


def scan(house: House) -> int:
    """The same without the indexed key: every member's date is looked at."""
    key = func.strftime("%m%d", Person.joined_on)
    query = select(func.count(Person.id)).where(key == f"{NOBODY:%m%d}")
    return house.db.read_now(lambda s: s.scalar(query)) or 0


def tick(house: House) -> None:
    """Decide what is due: nothing."""
    house.db.write_now(lambda s: house.clock.deciding.decide(s, real_now()))


def lines(members: int = 1_000_000) -> Iterator[Line]:
    """Compare few, some and many members."""
    with tempfile.TemporaryDirectory() as name:
        few, some, many = (house_of(Path(name), n) for n in (FEW, SOME, members))
        mine, floor = medians(lambda: on(many, NOBODY), lambda: on(few, NOBODY))
        yield times(f"nobody's day: {members} beside {FEW} members, ms", mine, floor, 3)
        mine, floor = medians(lambda: on(many, NOBODY), lambda: scan(many))
        yield Line("nobody's day: beside a full scan, ms", "", mine, None, floor)
        mine, floor = medians(lambda: tick(many), lambda: tick(few))
        yield times(f"a tick with nothing due: beside {FEW} members, ms", mine, floor, 3)
        found, fewer = on(many, SOMEBODY), on(some, SOMEBODY)
        mine, floor = medians(lambda: on(many, SOMEBODY), lambda: on(some, SOMEBODY))
        yield times(
            f"somebody's day: a row, beside {SOME} members, ms", mine / found, floor / fewer, 2
        )
        for house in (few, some, many):
            house.close()


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m tests.bench.due")
    options.add_argument("--members", type=int, default=1_000_000)
    sys.exit(report(lines(options.parse_args().members)))
