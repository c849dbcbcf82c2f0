"""The longest moment in which the event loop does nothing while 2,000 reminders fall due at once.

    python -m tests.bench.stall

2,000 members have their political birthday today; the clock plans, and its next tick decides all of them, while a
watch on the loop asks every 2 ms whether it still turns. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select, update

from bot import config
from bot.app import House, build, sections, spare_the_collector
from bot.domain.mail import Mail, Outbox
from bot.domain.people import Person
from bot.migrations import upgrade
from tests.bench import crowd
from tests.bench.table import Line, holds, report
from tests.conftest import Clock

PEOPLE, ROUNDS, EVERY = 2000, 5, 0.002
BIRTHDAY = "2026-12-08T08:00"


async def watch(found: list[float]) -> None:
    """Note by how much each short sleep lasts too long."""
    while True:
        start = perf_counter()
        await asyncio.sleep(EVERY)
        found.append((perf_counter() - start - EVERY) * 1000)


async def fall_due(house: House, clock: Clock) -> tuple[float, float, float]:
    """The longest stall (ms) while all are decided, how many seconds that takes, and the longest in as many
    seconds with nothing to do.
    """
    clock.set("2026-11-30T10:00")
    await house.clock.plan()
    await house.clock.tick()
    clock.set(BIRTHDAY)
    found: list[float] = []
    watching = asyncio.create_task(watch(found))
    start = perf_counter()
    await house.clock.tick()
    took, longest = perf_counter() - start, max(found)
    found.clear()
    await asyncio.sleep(took)
    watching.cancel()
    return longest, took, max(found)


def one_round() -> tuple[float, float, float, int]:
    """One community from its beginning; the last figure is how many reminders there are."""
    with tempfile.TemporaryDirectory() as name:
        clock = Clock()
        house = build(config.load(None, sections(), Path(name)), clock)
        upgrade(house.db)
        crowd.settle(house.db, PEOPLE)
        house.db.write_now(lambda s: s.execute(update(Person).values(joined_month_day=1208)))
        house.db.write_now(
            lambda s: s.execute(
                update(Person).values(joined_on=clock.at.date().replace(1976, 12, 8))
            )
        )
        stall, took, idle = asyncio.run(fall_due(house, clock))
        of_day = select(func.count(Outbox.id)).where(
            Outbox.kind == Mail.REMINDER, Outbox.key.like("%:day:%")
        )
        made = house.db.read_now(lambda s: s.scalar(of_day)) or 0
        house.close()
    return stall, took, idle, made


def lines() -> Iterator[Line]:
    """Medians of five."""
    spare_the_collector()
    stalls, seconds, idle, made = zip(*[one_round() for _ in range(ROUNDS)], strict=True)
    longest, nothing = statistics.median(stalls), statistics.median(idle)
    name = f"longest stall, {PEOPLE} reminders due; idle, ms"
    yield Line(name, "≤ 50", longest, longest <= 50, nothing)
    yield Line("these are decided in, s", "", statistics.median(seconds), None)
    yield holds("each has one reminder", set(made) == {PEOPLE})


if __name__ == "__main__":
    sys.exit(report(lines()))
