"""How fast one process sends on a channel, so that the channel never counts more in a second than it allows.

The row that all processes share (`outbox.permits`) says at which moments messages may leave. A process that stood
still for a moment makes that good, and messages that left evenly arrive unevenly; so each message waits here
for the next moment, right before the call, and the last second's are counted.
"""

import asyncio
import heapq
from collections import deque
from itertools import count
from time import monotonic

SHARE = 0.95
"""So much of what the channel allows is asked of the shared row; what comes on top of it is only made good."""
UNEVEN = 0.045
"""Seconds by which two messages may come closer together on their way (measured at 80 ± 20 ms)."""
SLOWER, FASTER = 0.95, 1.02
PATIENCE, PATIENCE_MOST = 5.0, 60.0
"""Seconds until a channel that said 429 is tried a little faster; twice as long after each 429."""


class Speed:
    """`allowed` messages in any second of the channel, less for a while after it complained."""

    def __init__(self, allowed: float) -> None:
        """At full speed."""
        self._allowed = self._now = allowed
        self._patience, self._faster_at = PATIENCE, 0.0
        self._left: deque[float] = deque()
        """When the latest messages left."""
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._moments: list[float] = []
        """At which the next may leave, of those that wait."""
        self._number, self._again = count(), False

    @property
    def a_second(self) -> float:
        """What the shared row is asked for."""
        return self._now * SHARE

    def slower(self) -> None:
        """The channel said that it was too much."""
        self._now = max(1.0, self._now * SLOWER)
        self._patience = min(PATIENCE_MOST, self._patience * 2)
        self._faster_at = monotonic() + self._patience

    def faster(self) -> None:
        """A little, where it has not complained for long."""
        now = monotonic()
        if self._now < self._allowed and now >= self._faster_at:
            self._now = min(self._allowed, self._now * FASTER)
            self._faster_at = now + self._patience

    async def turn(self, lane: int, at: float = 0.0) -> None:
        """Wait until one more message may leave, the lower lane first. `at`: one more moment (monotonic) for that."""
        mine = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (lane, next(self._number), mine))
        heapq.heappush(self._moments, at)
        self._let_go()
        await mine

    def _let_go(self) -> None:
        while self._waiting and self._seconds() <= 0:
            *_, first = heapq.heappop(self._waiting)
            heapq.heappop(self._moments)
            if not first.done():
                first.set_result(None)
                self._left.append(monotonic())
        if self._waiting and not self._again:
            self._again = True
            asyncio.get_running_loop().call_later(self._seconds(), self._look)

    def _look(self) -> None:
        self._again = False
        self._let_go()

    def _seconds(self) -> float:
        """Seconds until the next may leave."""
        most = max(1, int(self._now))
        while len(self._left) > most:
            self._left.popleft()
        soonest = self._moments[0]
        if len(self._left) == most:
            soonest = max(soonest, self._left[0] + most / self._now + UNEVEN)
        return soonest - monotonic()
