"""The database takes nothing for a while under a running product: nobody gets a false yes, then all goes on by itself.

    python -m tests.faults disk --rounds 5
    python -m tests.faults lock --rounds 5

`disk`: the process may write to no file beyond its first page (RLIMIT_FSIZE from outside), neither database nor log.
`lock`: another process holds the write lock of SQLite for ten seconds.
"""

from __future__ import annotations

import http.client
import resource
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bot.domain.mail import Heard, Inbox
from tests.botapi import BotApi
from tests.faults.traffic import Page
from tests.faults.yure import FIRST, Yure, community, quiet, rows, wait

MEMBERS, SAID, FULL, WITHIN = 10, 3, 4096, 10.0
LOCKED = 10.0
WORDS, CALL = "菜单", "暂时记不下，请打电话"


@dataclass
class Found:
    """What one round found."""

    told_to_call: int
    false_yes: int
    lost: int
    doubled: int
    seconds: float
    """From the end of the fault until the page takes a message and every waiting one is answered."""

    @property
    def bad(self) -> bool:
        """Whether a bar is missed."""
        wrong = self.false_yes or self.lost or self.doubled
        return bool(wrong or self.seconds > WITHIN)


Fault = Callable[[Yure], Iterator[float]]
"""From the beginning to the end of it; gives how many seconds it lasts at least."""


def full(yure: Yure) -> Iterator[float]:
    """No room on the disk."""
    _room(yure, FULL)
    yield 2
    _room(yure, resource.RLIM_INFINITY)


def _room(yure: Yure, size: int) -> None:
    """How large a file the process may write from now on."""
    assert yure.process is not None
    _, most = resource.prlimit(yure.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(yure.process.pid, resource.RLIMIT_FSIZE, (size, most))


def locked(yure: Yure) -> Iterator[float]:
    """Somebody else writes, and doesn't end."""
    file = yure.folder / "yure.db"
    with closing(sqlite3.connect(file, isolation_level=None, timeout=20)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield LOCKED
        other.execute("ROLLBACK")


def run(seed: int, fault: Fault) -> Found:
    """One round; `seed` only names it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / f"data{seed}"
        api = stack.enter_context(BotApi())
        house = community(folder, "", MEMBERS)
        stack.callback(house.close)
        yure = stack.enter_context(Yure(api, folder))
        pages = [Page(yure.page) for _ in range(SAID)]
        said = [page.say("您好") for page in pages]
        wait(lambda: quiet(house), 30, "the first answers")
        answers = _meanwhile(api, yure, fault, pages)
        start, said = time.monotonic(), said + answers
        wait(lambda: _taken(pages[0], said), 60, "the page takes a message")
        api.wait_sent(MEMBERS, within=60)
        took = time.monotonic() - start
        wait(lambda: quiet(house), 60, "all answered")
        done = select(Inbox.channel, Inbox.address).where(Inbox.state == Heard.DONE)
        texts = Counter((channel, address) for channel, address in rows(house, done))
        copies = Counter(sent.chat for sent in api.sent())
    confirmed = sum(status == http.client.SEE_OTHER for status, _ in said)
    return Found(
        told_to_call=sum(CALL in text for _, text in answers),
        false_yes=confirmed - sum(channel == "web" for channel, _ in texts.elements()),
        lost=sum(texts["telegram", str(FIRST + n)] == 0 for n in range(MEMBERS)),
        doubled=sum(copies[FIRST + n] > 1 for n in range(MEMBERS)),
        seconds=took,
    )


def _meanwhile(api: BotApi, yure: Yure, fault: Fault, pages: list[Page]) -> list[tuple[int, str]]:
    """Everybody writes while nothing can be kept; what the pages said in the end."""
    with ThreadPoolExecutor(len(pages)) as browsers:
        with contextmanager(fault)(yure) as seconds:
            end = time.monotonic() + seconds
            asked = [browsers.submit(page.say, "记得住吗") for page in pages]
            for n in range(MEMBERS):
                api.say(FIRST + n, WORDS)
            time.sleep(end - time.monotonic())
            assert not api.sent(), "answered though nothing could be kept"
        return [one.result() for one in asked]


def _taken(page: Page, said: list[tuple[int, str]]) -> bool:
    said.append(page.say("又好了"))
    return said[-1][0] == http.client.SEE_OTHER
