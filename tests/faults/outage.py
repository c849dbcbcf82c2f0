"""The network is away for an hour of real time while reminders fall due and people write.

    python -m tests.faults outage [--minutes 60]

The web page goes on answering. What is useful still when the network is back goes out once, what is not is expired and
listed; what members wrote on Telegram meanwhile is answered once. The clock stands so that the morning's reminders of
a day at nine lapse while the network is away, and tomorrow's, due at nine, do not.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import House
from bot.domain.mail import Outbox, Sending
from bot.domain.schedule import CalendarRule, DayKind
from bot.now import real_now
from tests.botapi import BotApi
from tests.faults.nest import spawn
from tests.faults.traffic import Page
from tests.faults.yure import FIRST, Yure, community, quiet, rows, wait

MEMBERS: Final = 91
WRITERS: Final = 20
DAY: Final = "2026-12-10"
"""A second Thursday: a service day at nine, and study on the eleventh."""
NINE: Final = datetime.fromisoformat(f"{DAY}T09:00")
WORDS: Final = "下次学习日是哪天？"
EVERY: Final = 20.0
"""Seconds between two messages on the web page."""


@dataclass
class Found:
    """What one outage found."""

    lapsed: int
    """Reminders of the morning that were expired and listed: of all members."""
    sent_late: int
    """Of those, what went out all the same."""
    missing: int
    """Members who did not get tomorrow's reminder."""
    doubled: int
    """Messages that arrived twice."""
    unanswered: int
    """Who wrote on Telegram meanwhile and got no answer."""
    page_asked: int
    page_unanswered: int
    page_slowest: float
    """Seconds until the answer stood on the page."""
    back_in: float
    """Seconds from the network's return until nothing waits any more."""

    @property
    def bad(self) -> bool:
        """Whether a bar is missed."""
        amiss = self.sent_late, self.missing, self.doubled, self.unanswered, self.page_unanswered
        return bool(
            any(amiss) or self.lapsed != MEMBERS or self.page_slowest > 2 or self.back_in > 60
        )


def run(minutes: float) -> Found:
    """One outage of so many minutes, at least one."""
    begins = NINE - timedelta(minutes=minutes * 0.6)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        api = stack.enter_context(BotApi(latency=0.08, jitter=0.02, strict=True))
        house = community(folder, "", MEMBERS)
        stack.callback(house.close)
        house.db.write_now(_days)
        api.down()
        yure = Yure(api, folder, "", "--at", begins.isoformat(), **_ALLOWED)
        yure.spawn = spawn
        stack.callback(yure.end)
        yure.start()
        for n in range(WRITERS):
            api.say(FIRST + n, WORDS)
        asked, answered, slowest = _chat(Page(yure.page), minutes * 60)
        api.up()
        returned = time.monotonic()
        wait(lambda: _all_answered(api), 180, "everybody answered")
        wait(lambda: quiet(house), 180, "all sent")
        back_in = time.monotonic() - returned
        return _judge(api, house, (asked, asked - answered, slowest), back_in)


_ALLOWED: Final = {"YURE_SENDING__A_SECOND": "30", "YURE_SENDING__CHAT_GAP": "1"}


def _days(session: Session) -> None:
    for kind, rule in ((DayKind.SERVICE, "2nd thu 09:00"), (DayKind.STUDY, "11 09:00")):
        session.add(CalendarRule(branch_id=1, kind=kind, rule=rule, created_at=real_now()))


def _chat(page: Page, seconds: float) -> tuple[int, int, float]:
    """Ask again and again on the page: how often, how often there was an answer, and the longest wait for one."""
    end = time.monotonic() + seconds
    asked = answered = 0
    slowest = 0.0
    while (start := time.monotonic()) < end:
        page.say(WORDS)
        asked += 1
        while time.monotonic() - start < 10:
            # The page shows the latest only, so nothing is counted: what stands last is the question or its answer.
            shown = page.look()
            if shown.rfind('class="says"') > shown.rfind('class="says own"'):
                answered += 1
                slowest = max(slowest, time.monotonic() - start)
                break
            time.sleep(0.05)
        time.sleep(max(0.0, min(EVERY, seconds / 6) - (time.monotonic() - start)))
    return asked, answered, slowest


def _all_answered(api: BotApi) -> bool:
    return len(_answered(api)) >= WRITERS


def _answered(api: BotApi) -> set[int]:
    """Who got more than reminders."""
    each = Counter(sent.chat for sent in api.sent())
    return {FIRST + n for n in range(WRITERS) if each[FIRST + n] > 1}


def _judge(api: BotApi, house: House, page: tuple[int, int, float], back_in: float) -> Found:
    morning = Outbox.key.startswith(f"r:service:{DAY}:")
    lapsed = rows(
        house,
        select(func.count(Outbox.id)).where(morning, Outbox.state == Sending.EXPIRED),
    )[0][0]
    copies = Counter((sent.chat, sent.text) for sent in api.sent())
    tomorrow = {chat for chat, text in copies if "12月11日" in text and "请假" in text}
    return Found(
        lapsed=lapsed,
        sent_late=sum("今天" in text for _, text in copies),
        missing=MEMBERS - len(tomorrow),
        doubled=sum(n - 1 for n in copies.values()),
        unanswered=WRITERS - len(_answered(api)),
        page_asked=page[0], page_unanswered=page[1], page_slowest=page[2], back_in=back_in,
    )  # fmt: skip
