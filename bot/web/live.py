"""Live parts of a page: sent over an open stream whenever they look different from what was sent last."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic
from typing import Final

from starlette.responses import Response, StreamingResponse

from bot.db import Unavailable

STREAMS: Final = 200
"""Pages that may follow at once; the others show what they showed when they were opened."""
EVERY: Final = 1.0
"""Seconds between two looks."""
SHARE: Final = 0.25
"""Of one processor, what all open streams may take together: where many are open, each looks more rarely."""
SELDOM: Final = 30.0
"""Seconds between two looks at the most, however busy the computer is."""
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
        before, began = "", monotonic()
        try:
            yield "retry: 5000\n\n"
            while (start := monotonic()) - began < LASTS:
                try:
                    now = await html()
                except Unavailable:
                    return  # the browser asks again in five seconds
                if not now:
                    return
                pause = self._pause(monotonic() - start, every)
                yield _event(now) if now != before else ": \n\n"
                before = now
                try:
                    await asyncio.wait_for(self._closed.wait(), pause)
                except TimeoutError:
                    continue
                return
        finally:
            self._open -= 1

    def _pause(self, took: float, every: float) -> float:
        """Seconds until the next look, after one that took so long."""
        return max(every, min(took * self._open / SHARE, SELDOM))


def _event(html: str) -> str:
    return "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"
