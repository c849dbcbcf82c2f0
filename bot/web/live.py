"""Live parts of a page: sent over an open stream whenever they look different from what was sent last."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response, StreamingResponse

from bot.db import Database
from bot.domain.base import Refused
from bot.pages import Looks
from bot.parts import Part
from bot.web.parts import live_part, part_views

STREAMS: Final = 200
"""Pages that may follow at once; the others show what they showed when they were opened."""
EVERY: Final = 1.0
"""Seconds between two looks."""
LONGEST: Final = 900
"""Looks after which a page must ask anew (its browser does so by itself)."""

Parts = Callable[[], Awaitable[Sequence[Part]]]


class Streams:
    """All open streams of the desk."""

    def __init__(self, db: Database, looks: Looks) -> None:
        """`looks` renders the parts."""
        self.db, self.looks = db, looks
        self._open = 0
        self._closed = asyncio.Event()

    def close(self) -> None:
        """End all streams: the server is stopping."""
        self._closed.set()

    def open(self, parts: Parts, name: str, shown: Mapping[str, Any]) -> Response:
        """The stream of one live part. `shown`: what its template needs besides."""
        if self._open >= STREAMS or self._closed.is_set():
            return Response(status_code=503, headers={"Retry-After": "30"})
        events = self._events(parts, name, shown)
        return StreamingResponse(
            events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
        )

    async def _events(
        self, parts: Parts, name: str, shown: Mapping[str, Any]
    ) -> AsyncIterator[str]:
        self._open += 1
        before = ""
        try:
            yield "retry: 5000\n\n"
            for _ in range(LONGEST):
                html = self._html(await self._part(parts, name), shown)
                if not html:
                    return
                yield _event(html) if html != before else ": \n\n"
                before = html
                try:
                    await asyncio.wait_for(self._closed.wait(), EVERY)
                except TimeoutError:
                    continue
                return
        finally:
            self._open -= 1

    async def _part(self, parts: Parts, name: str) -> Sequence[Part]:
        try:
            found = live_part(await parts(), name)
        except Refused:
            return ()
        return found.parts if found else ()

    def _html(self, parts: Sequence[Part], shown: Mapping[str, Any]) -> str:
        if not parts:
            return ""
        template = self.looks.env.get_template("live.html")
        return template.render(parts=part_views(parts), **shown)


def _event(html: str) -> str:
    return "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"
