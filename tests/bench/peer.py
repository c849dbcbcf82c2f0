"""The same work by procrastinate, a job queue on PostgreSQL: fetch a job, do nothing, mark it as done.

Needs the extra [bench]. Its best of several numbers of jobs at a time counts.
"""

from __future__ import annotations

import asyncio
import importlib
import time
from typing import Any

AT_A_TIME = (1, 8, 30)


class Missing(Exception):
    """It is not installed."""


def seconds_a_job(url: str, jobs: int) -> float:
    """The best of several numbers at a time, on the database at `url` (as psycopg takes it)."""
    try:
        procrastinate = importlib.import_module("procrastinate")
    except ImportError as error:
        raise Missing("pip install -e '.[bench]'") from error
    return asyncio.run(_best(procrastinate, url, jobs))


async def _best(procrastinate: Any, url: str, jobs: int) -> float:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))

    @app.task(name="send")  # type: ignore[untyped-decorator]
    async def send(number: int) -> None:
        """A message that costs nothing."""

    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        found = []
        for at_a_time in AT_A_TIME:
            await send.batch_defer_async(*({"number": n} for n in range(jobs)))
            start = time.perf_counter()
            await app.run_worker_async(
                wait=False,
                concurrency=at_a_time,
                listen_notify=False,
                install_signal_handlers=False,
            )
            found.append((time.perf_counter() - start) / jobs)
        return min(found)
