"""A worker stands still (SIGSTOP) while it sends, past its lease; another takes over; then it goes on.

    python -m tests.faults stops --rounds 25

Reminders may arrive twice, notices never; nothing gets lost. The lease of a minute is ended by the test, so
that the sleeper wakes believing that it still has it: harder than it could be in life.
"""

from __future__ import annotations

import random
import signal
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.app import House
from bot.channels.telegram import CAN
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.people import Sender
from bot.now import real_now
from bot.talk import Note
from tests.botapi import BotApi
from tests.faults.nest import spawn
from tests.faults.yure import Yure, community, quiet, rows, wait
from tests.postgres import server

MEMBERS = 30
KINDS = {Mail.NOTICE: "通知", Mail.REMINDER: "提醒"}
SLOW = {"YURE_SENDING__A_SECOND": "20"}
"""So that there is something in the air when one is stopped."""
NOON = "2026-12-10T12:00"


@dataclass
class Found:
    """What one round found."""

    lost: int
    notices_doubled: int
    reminders_beyond_two: int
    reminders_twice: int
    doubts: int
    held_by_sleeper: int

    @property
    def bad(self) -> bool:
        """Whether a bar is missed."""
        return bool(self.lost or self.notices_doubled or self.reminders_beyond_two)


def run(seed: int) -> Found:
    """One round."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        url = stack.enter_context(server().database())
        api = stack.enter_context(BotApi(latency=0.08, jitter=0.02))
        house = community(folder, url, MEMBERS)
        stack.callback(house.close)
        house.post.channels = {**house.post.channels, "telegram": CAN}
        house.db.write_now(lambda s: _queue(s, house))
        team = [Yure(api, folder, url, "--role", "worker", "--at", NOON, **SLOW) for _ in range(2)]
        for one in team:
            one.spawn = spawn
            stack.callback(one.end)
            one.start()
        some = chance.randrange(MEMBERS)
        wait(lambda: len(api.sent()) > some, 180, "some sent")
        held = _stand_still(house, chance.choice(team))
        wait(lambda: quiet(house), 180, "all sent")
        return judge(api, house, held)


def _queue(session: Session, house: House) -> None:
    for person_id in session.scalars(select(Sender.person_id)).all():
        for kind, word in KINDS.items():
            note = Note(person_id, word, f"{word}:{person_id}", kind)
            house.post.note(session, note, real_now().replace(hour=4))


def _stand_still(house: House, sleeper: Yure) -> int:
    """Stop it until the other one has called in doubt what it was sending; returns how much that was.

    0: the other one sent all of it before this one had something on the wire.
    """
    assert sleeper.process is not None
    process = sleeper.process
    mine = (Outbox.state == Sending.SENDING, Outbox.claimed_by.endswith(f":{process.pid}"))
    held = select(func.count(Outbox.id)).where(*mine)
    number = 0
    try:
        while not number and not quiet(house):
            if rows(house, held)[0][0]:
                process.send_signal(signal.SIGSTOP)
                number = int(rows(house, held)[0][0])
                if not number:
                    process.send_signal(signal.SIGCONT)
        past = update(Outbox).where(*mine).values(lease_until=real_now() - timedelta(seconds=1))
        house.db.write_now(lambda s: s.execute(past))
        wait(lambda: rows(house, held)[0][0] == 0, 180, "the other one takes over")
    finally:
        process.send_signal(signal.SIGCONT)
    return number


def judge(api: BotApi, house: House, held: int) -> Found:
    """Compare what the outbox says with what arrived."""
    wire = Counter((sent.chat, sent.text.removeprefix("（重发）")) for sent in api.sent())
    mail = rows(house, select(Outbox.address, Outbox.kind, Outbox.state, Outbox.reason))
    lost = sum(
        row.state is Sending.SENT and not wire[int(row.address), KINDS[row.kind]] for row in mail
    )
    lost += 2 * MEMBERS - len(mail)
    reminders = [n for (_, text), n in wire.items() if text == KINDS[Mail.REMINDER]]
    return Found(
        lost=lost,
        notices_doubled=sum(n > 1 for (_, text), n in wire.items() if text == KINDS[Mail.NOTICE]),
        reminders_beyond_two=sum(n > 2 for n in reminders),
        reminders_twice=reminders.count(2),
        doubts=sum(row.reason == "doubt" for row in mail),
        held_by_sleeper=held,
    )
