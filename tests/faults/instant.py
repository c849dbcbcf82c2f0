"""91 reminders fall due at one instant, and the product is killed while it sends them.

    python -m tests.faults instant --rounds 30

Bars: none lost, at most two copies each, no more in doubt than were in flight, decided within 60 s of a start.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import House
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.schedule import CalendarRule, DayKind
from bot.now import real_now
from bot.sender.line import AT_ONCE
from tests.botapi import BotApi
from tests.faults.nest import spawn
from tests.faults.yure import FIRST, Yure, community, quiet, rows, wait

MEMBERS = 91
MORNING, LATER = "2026-12-10T07:30:05", "2026-12-10T07:31"
"""The second Thursday, when the morning's reminder falls due, and where the clock stands after the kill."""


@dataclass
class Found:
    """What one round found."""

    lost: int
    most_copies: int
    doubts: int
    decided_in: float

    @property
    def bad(self) -> bool:
        """Whether a bar is missed."""
        # In flight is also what has gone out and whose mark waits for its group: hence all that may be out.
        return bool(
            self.lost or self.most_copies > 2 or self.doubts > AT_ONCE or self.decided_in > 60
        )


def run(seed: int) -> Found:
    """One round."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        api = stack.enter_context(BotApi(latency=0.08, jitter=0.02))
        house = community(folder, "", MEMBERS)
        stack.callback(house.close)
        house.db.write_now(_service_days)
        yure = Yure(api, folder, "", "--at", MORNING)
        yure.spawn = spawn
        stack.callback(yure.end)
        yure.start()
        started = time.monotonic()
        wait(lambda: _queued(house) >= MEMBERS, 180, "all reminders decided")
        decided_in = time.monotonic() - started
        wait(lambda: len(api.sent()) > chance.randrange(MEMBERS), 180, "some reminders sent")
        yure.kill()
        yure.options = ("--at", LATER)
        yure.start()
        wait(lambda: quiet(house), 180, "all reminders sent")
        return judge(api, house, decided_in)


def _service_days(session: Session) -> None:
    session.add(
        CalendarRule(branch_id=1, kind=DayKind.SERVICE, rule="2nd thu 09:00", created_at=real_now())
    )


def _queued(house: House) -> int:
    query = select(func.count(Outbox.id)).where(Outbox.kind == Mail.REMINDER)
    return int(rows(house, query)[0][0])


def judge(api: BotApi, house: House, decided_in: float) -> Found:
    """Compare what was decided with what arrived."""
    copies = Counter((sent.chat, sent.text.removeprefix("（重发）")) for sent in api.sent())
    reached = {chat for chat, _ in copies}
    sent = select(Outbox.address).where(
        Outbox.kind == Mail.REMINDER, Outbox.state.in_([Sending.SENT, Sending.DOUBTFUL])
    )
    claimed = {int(address) for (address,) in rows(house, sent)}
    lost = sum(FIRST + n not in reached for n in range(MEMBERS)) + len(claimed - reached)
    doubts = rows(house, select(func.count(Outbox.id)).where(Outbox.reason == "doubt"))[0][0]
    return Found(lost, max(copies.values(), default=0), doubts, decided_in)
