"""How soon the product answers after its start, how soon it is gone, and how much memory it takes.

    python -m tests.bench.start

91 members; medians of five starts. "First answer" is to a member who wrote while it was off, counted from the start
of the process; bare python-telegram-bot, imported and built, stands beside it. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.table import Line, at_most, report
from tests.botapi import BotApi
from tests.faults.yure import FIRST, Yure, community

MEMBERS, ROUNDS = 91, 5
BARE = "from telegram.ext import Application; Application.builder().token('1:a').job_queue(None).build()"


def memory_mb(yure: Yure) -> float:
    """What the process holds, resident."""
    assert yure.process is not None
    for line in Path(f"/proc/{yure.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmRSS")


def bare() -> float:
    """Seconds until bare python-telegram-bot could begin."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", BARE], check=True)
    return time.monotonic() - start


def one_round(folder: Path, chat: int) -> tuple[float, float, float]:
    """Seconds to the first answer, seconds to the exit, MB when idle."""
    with BotApi() as api:
        api.jump_ids(chat * 1000)
        api.say(chat, "菜单")
        start = time.monotonic()
        yure = Yure(api, folder).start()
        sent = api.wait_sent(1, chat, within=30)
        first = sent[0].at - start
        time.sleep(1)
        memory = memory_mb(yure)
        return first, yure.end(signal.SIGTERM), memory


def backlog(folder: Path) -> float:
    """MB at the most while 10,000 messages that waited are answered."""
    with BotApi() as api:
        api.jump_ids(10**7)
        for n in range(10_000):
            api.say(FIRST + n % MEMBERS, "菜单")
        most = 0.0
        with Yure(api, folder) as yure:
            end = time.monotonic() + 20
            while time.monotonic() < end:
                most = max(most, memory_mb(yure))
                time.sleep(0.2)
    return most


def lines() -> Iterator[Line]:
    """Medians of five starts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        community(folder, "", MEMBERS).close()
        rounds, peers = zip(
            *[(one_round(folder, FIRST + n), bare()) for n in range(ROUNDS)], strict=True
        )
        first, gone, idle = (statistics.median(column) for column in zip(*rounds, strict=True))
        yield Line(
            "start to first answer, s; bare PTB's imports",
            "≤ 2",
            first,
            first <= 2,
            statistics.median(peers),
        )
        yield at_most("SIGTERM to exit, s", gone, 5)
        yield at_most(f"memory, {MEMBERS} members, idle, MB", idle, 150)
        yield at_most("memory, backlog of 10,000, MB", backlog(folder), 250)


if __name__ == "__main__":
    sys.exit(report(lines()))
