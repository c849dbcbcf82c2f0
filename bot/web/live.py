"""Live parts of a page: sent over an open stream whenever they look different from what was sent last."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from starlette.responses import Response, StreamingResponse

STREAMS: Final = 200
"""Pages that may follow at once; the others show what they showed when they were opened."""
EVERY: Final = 1.0
"""Seconds between two looks."""
LASTS: Final = 900
"""Seconds after which a page must ask anew (its browser does so by itself)."""

Html = Callable[[], Awaitable[str]]
"""What is followed as it looks now; "" where there is nothing more to follow."""


class Streams:
    """All open streams of the desk."""

    def __init__(self) -> None:
        """None is open."""
        self._open = 0
        self._closed = asyncio.Event()

    def close(self) -> None:
        """End all streams: the server is stopping."""
        self._closed.set()

    def open(self, html: Html, every: float = EVERY) -> Response:
        """The stream of what `html` shows, looked at every so many seconds."""
        if self._open >= STREAMS or self._closed.is_set():
            return Response(status_code=503, headers={"Retry-After": "30"})
        return StreamingResponse(
            self.events(html, every),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    async def events(self, html: Html, every: float = EVERY) -> AsyncIterator[str]:
        """What goes over the stream: the first look, then each that differs from the one before."""
        self._open += 1
        before = ""
        try:
            yield "retry: 5000\n\n"
            for _ in range(int(LASTS / every)):
                now = await html()
                if not now:
                    return
                yield _event(now) if now != before else ": \n\n"
                before = now
                try:
                    await asyncio.wait_for(self._closed.wait(), every)
                except TimeoutError:
                    continue
                return
        finally:
            self._open -= 1


def _event(html: str) -> str:
    return "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"
