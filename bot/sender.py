"""Carries due messages from the outbox to the channels that push: answers first, within their rates."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy.orm import Session

from bot import outbox
from bot.db import Database
from bot.domain.base import Refused
from bot.domain.mail import Mail, Outbox
from bot.domain.people import Person, Role, holding
from bot.log import log
from bot.now import Now, real_now
from bot.outbox import Outcome, Outgoing, Post
from bot.talk import Busy, Channel, Doubtful, Note, Unreachable

LOOK_AGAIN = 1.0
"""Seconds between looks at the outbox where no commit wakes us."""
SEND_SECONDS = 30.0
AT_ONCE = 16


@dataclass
class Pace:
    """How fast one channel may send: `a_second` overall and `chat_gap` seconds between two to one chat."""

    a_second: float = 30.0
    chat_gap: float = 1.0
    _free_at: float = 0.0
    _chats: dict[str, float] = field(default_factory=dict)

    def permits(self, now: float) -> int:
        """How many messages may leave now."""
        if now < self._free_at:
            return 0
        return max(1, int(min(1.0, now - self._free_at) * self.a_second))

    def used(self, address: str, now: float) -> None:
        """Count one message."""
        self._free_at = max(self._free_at, now - 1.0) + 1 / self.a_second
        self._chats[address] = now + self.chat_gap

    def resting(self, now: float) -> list[str]:
        """Chats that may not get their next message yet."""
        self._chats = {address: free for address, free in self._chats.items() if free > now}
        return list(self._chats)

    def pause(self, seconds: float, address: str | None, now: float) -> None:
        """The channel asked to wait: exactly this chat, or everybody."""
        if address is None:
            self._free_at = max(self._free_at, now + seconds)
        else:
            self._chats[address] = now + seconds


class Carrier:
    """The sending loop."""

    def __init__(
        self, db: Database, post: Post, channels: Mapping[str, Channel], now: Now, worker: str
    ) -> None:
        """`worker` names this process in the outbox."""
        self.db, self.post, self.now, self.worker = db, post, now, worker
        self.channels = {name: c for name, c in channels.items() if c.can.push}
        self.paces = {name: Pace() for name in self.channels}
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send what is due until cancelled."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._wake.set)

        self.db.after_commit.append(wake)
        try:
            await self.db.write(lambda s: outbox.recover(s, real_now(), every=self.db.is_sqlite))
            while True:
                if not await self._turn():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), LOOK_AGAIN)
                self._wake.clear()
        finally:
            # A commit after this loop is closed would find nobody to wake.
            self.db.after_commit.remove(wake)

    async def _turn(self) -> int:
        """Claim and start sending as much as the rates allow; returns how many."""
        now = monotonic()
        free = {n: p for n, p in self.paces.items() if p.permits(now)}
        most = min(sum(p.permits(now) for p in free.values()), AT_ONCE - len(self._tasks))
        if most <= 0 or not await self.db.read(self._anything):
            await asyncio.sleep(0.03 if most <= 0 else 0)
            return 1 if most <= 0 else 0
        resting = {name: pace.resting(now) for name, pace in free.items()}
        taken = await self.db.write(
            lambda s: outbox.claim(s, self.worker, resting, self.now(), real_now(), most)
        )
        for message in taken:
            self.paces[message.channel].used(message.address, now)
            task = asyncio.create_task(self._send(message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(taken)

    def _anything(self, session: Session) -> bool:
        return session.scalars(outbox.live(self.now(), self.channels).limit(1)).first() is not None

    async def _send(self, message: Outgoing) -> None:
        pace = self.paces[message.channel]
        outcome, reason = Outcome.SENT, ""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.channels[message.channel].send(message.address, message.reply)
        except Busy as busy:
            outcome, reason = Outcome.BUSY, "busy"
            pace.pause(busy.seconds, busy.address, monotonic())
        except Unreachable as gone:
            outcome, reason = Outcome.UNREACHABLE, str(gone)
        except (
            Refused
        ) as no:  # the channel will never take this message: sending it again is no use
            outcome, reason = Outcome.FAILED, str(no)
        except (Doubtful, TimeoutError):
            outcome, reason = Outcome.DOUBTFUL, "doubt"
        except Exception as error:  # a channel's bug: nobody knows whether it went out
            log.error("send failed", outbox=message.id, exc_info=error)
            outcome, reason = Outcome.DOUBTFUL, "doubt"
        await self.db.write(lambda s: self._settle(s, message, outcome, reason))

    def _settle(self, session: Session, message: Outgoing, outcome: Outcome, reason: str) -> None:
        outbox.settle(session, message.id, outcome, real_now(), reason)
        row = session.get(Outbox, message.id)
        if outcome is Outcome.UNREACHABLE and row is not None and row.person_id:
            self._tell_staff(session, row.person_id)

    def _tell_staff(self, session: Session, person_id: int) -> None:
        """A member who blocked us, or whose account is gone, must be called."""
        person = session.get(Person, person_id)
        if person is None:
            return
        now = self.now()
        for to in session.scalars(holding(Role.COORDINATOR, person.branch_id)).unique():
            if to.id != person.id:
                key = f"unreachable:{person.id}:{now.date()}:{to.id}"
                text = f"{person.name}收不到消息了，请打电话问一问。"
                self.post.note(session, Note(to.id, text, key, Mail.ALARM), now)
