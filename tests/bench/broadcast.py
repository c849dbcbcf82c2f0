"""A member's answer while many are being notified, and how fast and how truly those are.

    python -m tests.bench.broadcast [--recipients 3000]

`yure run` as a process of its own; the Bot API server, 80 ± 20 ms away in another, allows strictly 30 messages a
second and one a second to a chat. Members write every second, first while nothing else happens, then while the
notice goes out. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import time as hour
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.telegram import CAN
from bot.domain.mail import Mail, Outbox, Sending
from bot.now import real_now
from bot.outbox import Post, Quiet
from bot.talk import Note
from tests.bench.table import Line, at_least, at_most, holds, report
from tests.bench.waits import WRITERS, Waits, ask
from tests.botapi.control import Remote
from tests.faults.yure import FIRST, OPEN, Yure, community, rows

BLOCKED = 5
GONE = "Forbidden: bot was blocked by the user"
WORDS = "明天上午停水，请您提前接好水。"


def notify(session: Session, recipients: int) -> None:
    """Queue the notice; no quiet hours, so that it can be measured at night."""
    post, now = Post({"telegram": CAN}, Quiet(hour(0), hour(0))), real_now()
    for n in range(1, recipients + 1):
        post.note(session, Note(n, WORDS, f"n:{n}", Mail.NOTICE), now)


def lines(recipients: int = 3000) -> Iterator[Line]:
    """One broadcast; the first few recipients have blocked us."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        api = stack.enter_context(Remote("--latency", "0.08", "--jitter", "0.02", "--strict"))
        house = community(folder, "", recipients + WRITERS)
        stack.callback(house.close)
        for n in range(BLOCKED):
            api("refuse", chat=FIRST + n, status=403, description=GONE)
        rate = {"YURE_SENDING__A_SECOND": "30", "YURE_SENDING__CHAT_GAP": "1"}
        stack.enter_context(Yure(api, folder, **rate))
        time.sleep(2)
        idle = Waits.of(ask(api, 20, FIRST + recipients))
        house.db.write_now(lambda s: notify(s, recipients))
        busy = Waits.of(ask(api, recipients / 28 * 0.9, FIRST + recipients))
        left = select(func.count(Outbox.id)).where(
            Outbox.kind == Mail.NOTICE, Outbox.state.in_(OPEN)
        )
        while rows(house, left)[0][0]:
            time.sleep(0.2)
        notices = [s for s in api("sent") if s["text"] == WORDS]
        refused = sum(call["status"] == 429 for call in api("calls", method="sendMessage"))
        gone = select(Outbox.address).where(
            Outbox.kind == Mail.NOTICE, Outbox.state == Sending.UNREACHABLE
        )
        listed = {int(row[0]) for row in rows(house, gone)}
    yield from judge(idle, busy, notices, recipients)
    yield at_most("429s", refused, 3)
    yield holds("who blocked us is listed, nobody else", listed == {*range(FIRST, FIRST + BLOCKED)})


def judge(
    idle: Waits, busy: Waits, notices: list[dict[str, Any]], recipients: int
) -> Iterator[Line]:
    """The waits of those who wrote, and how the notice went out."""
    most = 1.5 * idle.p95 + 0.03
    met = busy.p95 <= most
    yield Line(
        "answer in a broadcast, p95, ms",
        f"≤ {most * 1000:.0f}",
        busy.p95 * 1000,
        met,
        idle.p95 * 1000,
    )
    yield at_most("answer in a broadcast, longest, ms", busy.most * 1000, 1000)
    times = sorted(s["at"] for s in notices)
    yield at_least("notices a second, of 30 allowed", (len(times) - 1) / (times[-1] - times[0]), 27)
    each = Counter(s["chat"] for s in notices)
    once = len(each) == recipients - BLOCKED and set(each.values()) == {1}
    yield holds("each chat exactly once", once)


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m tests.bench.broadcast")
    options.add_argument("--recipients", type=int, default=3000)
    sys.exit(report(lines(options.parse_args().recipients)))
