"""One channel's line: claims what is due, sends it, writes how it ended."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from sqlalchemy.orm import Session

from bot import outbox
from bot.db import Database, Unavailable
from bot.domain.base import Refused
from bot.domain.mail import Outbox
from bot.log import log
from bot.now import Now, Steady, real_now
from bot.outbox import Outcome, Outgoing, Post, Wanted
from bot.sender.gone import tell_of_the_gone
from bot.sender.speed import Speed
from bot.talk import Busy, Channel, Doubtful, Unreachable

LOOK_AGAIN = 1.0
"""Seconds between looks at the outbox where no commit wakes us."""
LOOK_PAUSE = 0.005
"""Many commits in a row are one look."""
SEND_SECONDS = 30.0
STOP_SECONDS = 1.5
AT_ONCE = 64
BULK_AT_ONCE = 40
"""Of these at the most so many notices and reminders, so that hanging ones keep no answer waiting."""
TOGETHER = 0.01
"""Seconds in which confirmations are collected into one statement."""
AGAIN_AFTER = 1.0
MARGIN = timedelta(seconds=5)
"""A lease so nearly run out is not used any more."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The channel allows `a_second` messages overall; `chat_gap` seconds between two to one chat."""

    a_second: float = 30.0
    chat_gap: float = 1.0


@dataclass(frozen=True, slots=True)
class Trip:
    """What all lines of a process share."""

    db: Database
    post: Post
    now: Now
    worker: str
    steady: Steady


class Line:
    """Sends on one channel."""

    def __init__(self, trip: Trip, name: str, channel: Channel, rate: Rate) -> None:
        """`rate` is the most; a channel that says 429 is sent to more slowly for a while."""
        self.trip, self.name, self.channel, self.rate = trip, name, channel, rate
        self.wake = asyncio.Event()
        self._speed = Speed(rate.a_second)
        self._sending: dict[asyncio.Task[None], Outgoing] = {}
        self._rested = 0.0
        """When (monotonic) the first of the chats that rest may be written to again."""
        self._confirmed: list[Outgoing] = []
        self._confirming: asyncio.Task[None] | None = None
        self._found = self._stopping = False
        self._turning: asyncio.Future[float | None] | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                # What is claimed must be known here even if we are cancelled meanwhile.
                self._turning = asyncio.ensure_future(self._turn())
                wait = await asyncio.shield(self._turning)
            except Unavailable as error:
                log.warning("outbox waits", reason=str(error))
                wait = AGAIN_AFTER
            if wait is None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), self._soonest())
                await asyncio.sleep(LOOK_PAUSE)
                self.wake.clear()
            else:
                await asyncio.sleep(wait)

    async def stop(self) -> None:
        """Let what is under way end; what does not is in doubt."""
        self._stopping = True
        if self._turning is not None:
            await asyncio.wait({self._turning}, timeout=STOP_SECONDS)
        if self._sending:
            await asyncio.wait(self._sending, timeout=STOP_SECONDS)
        rest = list(self._sending)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        with contextlib.suppress(Unavailable):
            await self._confirm_now()

    # ── what may leave ──────────────────────────────────────────────────────────────────────────

    async def _turn(self) -> float | None:
        """Start what may leave now; returns the seconds to the next turn, None: there is nothing."""
        if len(self._sending) >= AT_ONCE:
            await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
        if not self._found and not await self.trip.db.read(self._anything):
            return None
        self._speed.faster()
        taken, wait = await self.trip.db.write(self._claim)
        self._found = bool(taken)
        for message, at in taken:
            task = asyncio.create_task(self._send(message, at))
            self._sending[task] = message
            task.add_done_callback(self._sending.pop)
        return wait if taken or wait > 0 else None

    def _anything(self, session: Session) -> bool:
        return outbox.due_now(session, self.name, self.trip.now())

    def _claim(self, session: Session) -> tuple[list[tuple[Outgoing, float]], float]:
        """Permits and messages in one transaction, so that several processes keep one rate; each with its moment."""
        room, a_second = AT_ONCE - len(self._sending), self._speed.a_second
        allowed = outbox.permits(session, self.name, a_second, room)
        first = monotonic() + allowed.first
        self._rested = monotonic() + min(allowed.resting.values(), default=LOOK_AGAIN)
        if not allowed.most:
            return [], allowed.wait
        bulk = BULK_AT_ONCE - sum(m.lane > 0 for m in list(self._sending.values()))
        if self.trip.steady.leapt() is not None:
            bulk = 0
        wanted = Wanted(
            self.trip.worker, self.name, allowed.most, max(0, bulk), list(allowed.resting)
        )
        taken = outbox.claim(session, wanted, self.trip.now(), real_now())
        if not taken:
            return [], 0.0
        wait = outbox.used(session, self.name, a_second, len(taken))
        return [(message, first + n / a_second) for n, message in enumerate(taken)], wait

    def _soonest(self) -> float:
        """Seconds until a chat may be written to again, or until the next look."""
        return max(0.01, min(LOOK_AGAIN, self._rested - monotonic()))

    # ── one message ─────────────────────────────────────────────────────────────────────────────

    async def _send(self, message: Outgoing, at: float) -> None:
        outcome, reason = await self._in_turn(message, at)
        if outcome is not Outcome.SENT:
            await self._keep(lambda s: self._settle(s, message, outcome, reason))
            return
        self._confirmed.append(message)
        if self._confirming is None or self._confirming.done():
            self._confirming = asyncio.create_task(self._confirm_soon())

    async def _in_turn(self, message: Outgoing, at: float) -> tuple[Outcome, str]:
        try:
            await self._speed.turn(message.lane, at)
        except asyncio.CancelledError:
            return Outcome.BUSY, "stopping"
        return await self._attempt(message)

    async def _attempt(self, message: Outgoing) -> tuple[Outcome, str]:
        if message.until is not None and message.until - MARGIN < real_now():
            # This process stood still: by now another may be sending it.
            return Outcome.BUSY, "late"
        if self._stopping:
            return Outcome.BUSY, "stopping"
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.channel.send(message.address, message.reply)
        except Busy as busy:
            await self._pause(busy)
            return Outcome.BUSY, "busy"
        except Unreachable as gone:
            return Outcome.UNREACHABLE, str(gone)
        except Refused as no:
            return Outcome.FAILED, str(no)
        except (Doubtful, TimeoutError, asyncio.CancelledError):
            return Outcome.DOUBTFUL, outbox.DOUBT
        except Exception as error:  # a channel's bug: nobody knows whether it went out
            log.error("send failed", outbox=message.id, exc_info=error)
            return Outcome.DOUBTFUL, outbox.DOUBT
        return Outcome.SENT, ""

    async def _pause(self, busy: Busy) -> None:
        """The channel asked to wait: exactly this chat, or everybody."""
        if busy.address is not None:
            rests = {busy.address: busy.seconds}
            await self._keep(lambda s: outbox.rest(s, self.name, rests))
            return
        if busy.too_fast:
            # Not after an hour without network: it would be sent slowly for hours.
            self._speed.slower()
        await self._keep(lambda s: outbox.pause(s, self.name, busy.seconds))

    # ── how it ended ────────────────────────────────────────────────────────────────────────────

    async def _confirm_soon(self) -> None:
        while self._confirmed:
            await asyncio.sleep(TOGETHER)
            await self._keep(None)

    async def _confirm_now(self) -> None:
        sent, self._confirmed = self._confirmed, []
        if not sent:
            return
        try:
            await self.trip.db.write(lambda s: self._confirm(s, sent))
        except BaseException:
            self._confirmed = [*sent, *self._confirmed]
            raise

    def _confirm(self, session: Session, sent: Sequence[Outgoing]) -> None:
        self._rest(session, sent)
        outbox.confirm(session, [message.id for message in sent], real_now())

    def _rest(self, session: Session, sent: Sequence[Outgoing]) -> None:
        """Nobody else writes to these chats either until the gap is over."""
        if self.rate.chat_gap:
            outbox.rest(session, self.name, {m.address: self.rate.chat_gap for m in sent})

    async def _keep(self, job: Callable[[Session], None] | None) -> None:
        """Write what is known (None: the confirmations), however long the database takes nothing."""
        while True:
            try:
                await (self._confirm_now() if job is None else self.trip.db.write(job))
            except Unavailable as error:
                log.warning("outcome waits", reason=str(error))
                await asyncio.sleep(AGAIN_AFTER)
            else:
                return

    def _settle(self, session: Session, message: Outgoing, outcome: Outcome, reason: str) -> None:
        self._rest(session, [message])
        outbox.settle(session, message.id, outcome, real_now(), reason, message.attempt)
        row = session.get(Outbox, message.id)
        if outcome is Outcome.UNREACHABLE and row is not None and row.person_id:
            tell_of_the_gone(session, self.trip.post, row.person_id, self.trip.now())
