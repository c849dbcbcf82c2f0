"""One process at a time: a part that must not run twice (Telegram lets only one poll) waits for its turn."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.log import log

LOOK_AGAIN = 2.0
"""Seconds between two attempts to get the lock, and between two looks whether we still have it."""


async def run_alone(engine: Engine, name: str, part: Callable[[], Awaitable[None]]) -> None:
    """Run `part` while this process holds the lock `name` of PostgreSQL; takes over when its holder dies.

    The lock lives in one connection: where that breaks, `part` is cancelled and waits for its turn again.
    """
    while True:
        connection = await asyncio.to_thread(_take, engine, name)
        if connection is not None:
            try:
                await _while_held(connection, part)
            finally:
                connection.invalidate()
                connection.close()
        await asyncio.sleep(LOOK_AGAIN)


async def _while_held(connection: Connection, part: Callable[[], Awaitable[None]]) -> None:
    running = asyncio.ensure_future(part())
    try:
        while True:
            await asyncio.wait({running}, timeout=LOOK_AGAIN)
            if running.done():
                return running.result()
            await asyncio.to_thread(connection.execute, text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("lock lost", reason=type(error).__name__)
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({running})
    return None


def _take(engine: Engine, name: str) -> Connection | None:
    """A connection that holds the lock, or None where another process has it or the database is away."""
    try:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    except SQLAlchemyError:
        return None
    try:
        query = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
        if connection.scalar(query, {"name": f"alone {name}"}):
            return connection
    except SQLAlchemyError:
        connection.invalidate()
    connection.close()
    return None
