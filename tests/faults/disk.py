"""The disk is full under a running product: nobody gets a false yes, and with room all goes on by itself.

    python -m tests.faults disk --rounds 5

The process may write to no file beyond its first page (RLIMIT_FSIZE from outside), neither database nor log.
"""

from __future__ import annotations

import http.client
import resource
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bot.domain.mail import Heard, Inbox
from tests.botapi import BotApi
from tests.faults.traffic import Page
from tests.faults.yure import FIRST, Yure, community, quiet, rows, wait

MEMBERS, SAID, FULL, WITHIN = 10, 3, 4096, 10.0
WORDS, CALL = "菜单", "暂时记不下，请打电话"


@dataclass
class Found:
    """What one round found."""

    told_to_call: int
    false_yes: int
    lost: int
    doubled: int
    seconds: float
    """From the moment there is room until the page takes a message and every waiting one is answered."""

    @property
    def bad(self) -> bool:
        """Whether a bar is missed."""
        wrong = self.false_yes or self.lost or self.doubled
        return bool(wrong or self.told_to_call < SAID or self.seconds > WITHIN)


def room(yure: Yure, size: int) -> None:
    """How large a file the process may write from now on."""
    assert yure.process is not None
    _, most = resource.prlimit(yure.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(yure.process.pid, resource.RLIMIT_FSIZE, (size, most))


def run(seed: int) -> Found:
    """One round; `seed` only names it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / f"data{seed}"
        api = stack.enter_context(BotApi())
        house = community(folder, "", MEMBERS)
        stack.callback(house.close)
        yure = stack.enter_context(Yure(api, folder))
        page = Page(yure.page)
        assert page.say("您好")[0] == http.client.SEE_OTHER
        wait(lambda: quiet(house), 30, "the first answers")
        room(yure, FULL)
        answers = [page.say(f"满了第{n}句") for n in range(SAID)]
        for n in range(MEMBERS):
            api.say(FIRST + n, WORDS)
        time.sleep(2)
        assert not api.sent(), "answered though nothing could be kept"
        room(yure, resource.RLIM_INFINITY)
        start = time.monotonic()
        wait(
            lambda: page.say("有地方了")[0] == http.client.SEE_OTHER, 60, "the page takes a message"
        )
        api.wait_sent(MEMBERS, within=60)
        seconds = time.monotonic() - start
        wait(lambda: quiet(house), 60, "all answered")
        texts = Counter(
            row[0] for row in rows(house, select(Inbox.address).where(Inbox.state == Heard.DONE))
        )
        copies = Counter(sent.chat for sent in api.sent())
    return Found(
        told_to_call=sum(CALL in text for _, text in answers),
        false_yes=sum(status == http.client.SEE_OTHER for status, _ in answers),
        lost=sum(texts[str(FIRST + n)] == 0 for n in range(MEMBERS)),
        doubled=sum(copies[FIRST + n] > 1 for n in range(MEMBERS)),
        seconds=seconds,
    )
