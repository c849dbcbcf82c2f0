"""Fetching: what waits for a browser is marked as sent, and told to its open pages as it comes."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.channels.webchat import history
from bot.channels.webchat.bell import Bell
from bot.channels.webchat.cursor import Cursor
from bot.channels.webchat.settings import Clocks
from bot.db import Database, Unavailable
from bot.log import log
from bot.pages import Door, Doors

STREAMS: Final = 2000
STREAMS_OF_ONE: Final = 8
_ALIVE_EVERY: Final = 15.0
_AGAIN: Final = 3.0
"""Seconds until what could not be written is tried again."""

Found = list[tuple[Cursor, str, dict[str, Any]]]


class Stream:
    """GET /chat/stream, and delivery for the page as well."""

    def __init__(self, db: Database, doors: Doors, bell: Bell, clocks: Clocks) -> None:
        """`bell` wakes the streams; closing it ends them."""
        self.db, self.doors, self.bell, self.clocks = db, doors, bell, clocks

    def routes(self) -> list[Route]:
        """What the app mounts."""
        return [Route("/chat/stream", self._open, methods=["GET"])]

    async def deliver(self, door: Door) -> bool:
        """Mark what waits for a browser as fetched; it stands in the history from now on.

        False where nothing can be written now (a full disk): it waits, and what stands there can be read.
        """
        now, real = self.clocks.now(), self.clocks.real()

        def wanted(session: Session) -> bool:
            waits = history.wants_delivery(session, door, now, real)
            return waits and self.doors.is_open(session, door)

        if await self.db.read(wanted):
            try:
                await self.db.write(lambda s: history.deliver(s, door, now, real))
            except Unavailable as error:
                log.warning("delivery waits", reason=str(error))
                return False
            self.bell.ring(door.address)
        return True

    async def _open(self, request: Request) -> Response:
        door = await self.doors.enter(request, watching=True)
        full = len(self.bell) >= STREAMS or self.bell.streams_of(door.address) >= STREAMS_OF_ONE
        if door.fresh or full or self.bell.closed:
            return Response(status_code=503, headers={"Retry-After": "10"})
        told = request.headers.get("last-event-id") or request.query_params.get("after", "")
        begin, real = partial(history.begin, address=door.address, told=told), self.clocks.real()
        cursor = await self.db.read(lambda session: begin(session, real=real))
        return StreamingResponse(
            self._events(door, cursor, own="own" in request.query_params),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def _events(self, door: Door, cursor: Cursor, *, own: bool) -> AsyncIterator[str]:
        """`own`: what is said on other pages of the browser too, as events named "said"."""
        yield "retry: 3000\n\n"
        with self.bell.listen(door.address) as rung:
            while not self.bell.closed:
                rung.clear()
                try:
                    written = await self.deliver(door)
                    found = await self.db.read(partial(self._found, door, cursor, own))
                except Unavailable:
                    return  # the browser asks again in three seconds
                if found is None:
                    return
                for cursor, kind, message in found:
                    data = json.dumps(message, ensure_ascii=False)
                    yield f"id: {cursor}\n{kind}data: {data}\n\n"
                try:
                    await asyncio.wait_for(rung.wait(), _ALIVE_EVERY if written else _AGAIN)
                except TimeoutError:
                    yield ": \n\n"

    def _found(self, door: Door, cursor: Cursor, own: bool, session: Session) -> Found | None:
        """What came after `cursor`, what was said before the answers; None once the session has ended."""
        if not self.doors.is_open(session, door):
            return None
        found: Found = []
        if own:
            for place, message in history.said_after(session, door.address, cursor):
                found.append((cursor := place, "event: said\n", message))
        found += [(at, "", m) for at, m in history.after(session, door.address, cursor)]
        return found
