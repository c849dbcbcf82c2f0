"""kill -9 of the product under traffic: nothing acknowledged is lost, nothing is done twice.

    python -m tests.faults.kills --kills 200 --seeds 3

Members write on Telegram all the time; each message has one effect in the database. Processes are killed
at random moments and started again. On PostgreSQL three processes share the work. Prints a table a run;
exits 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from bot.app import House
from bot.domain.mail import Heard, Inbox, Outbox, Sending, Undo
from bot.now import real_now
from tests.botapi import BotApi
from tests.faults.yure import FIRST, Yure, community, quiet, rows, wait
from tests.postgres import server

WORDS = "少提醒我"
"""Acts at once and leaves one row that says how to take it back: the effect that is counted."""
MEMBERS = 20


@dataclass
class Found:
    """What a run found; the first five must be 0."""

    lost: int = 0
    doubled: int = 0
    unanswered: int = 0
    copies_beyond_two: int = 0
    unlisted_doubts: int = 0
    messages: int = 0
    doubts: int = 0
    kills: int = 0

    @property
    def bad(self) -> bool:
        """Whether a bar is missed."""
        return bool(
            self.lost or self.doubled or self.unanswered or self.copies_beyond_two or self.unlisted_doubts
        )  # fmt: skip


class Traffic:
    """Members who write, in a thread, until told to stop."""

    def __init__(self, api: BotApi, seed: int) -> None:
        self.said: Counter[int] = Counter()
        self._api, self._random, self._stop = api, random.Random(seed), threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._stop.wait(self._random.uniform(0.005, 0.04)):
            member = FIRST + self._random.randrange(MEMBERS)
            self._api.say(member, WORDS)
            self.said[member] += 1


def run(kills: int, seed: int, engine: str) -> Found:
    """One run on one engine ("sqlite" or "postgresql")."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        url = stack.enter_context(server().database()) if engine != "sqlite" else ""
        api = stack.enter_context(BotApi(latency=0.05, jitter=0.02))
        house = community(folder, url, MEMBERS)
        stack.callback(house.close)
        roles = ["all"] if not url else ["worker", "worker", "clock"]
        team = [Yure(api, folder, url, "--role", role) for role in roles]
        stack.callback(lambda: [one.end() for one in team])
        with ThreadPoolExecutor() as pool:
            list(pool.map(Yure.start, team))
        with Traffic(api, seed) as traffic:
            for _ in range(kills):
                time.sleep(chance.uniform(0.1, 0.8))
                victim = chance.choice(team)
                victim.kill()
                victim.start()
        settle(api, house)
        found = judge(api, house, traffic)
    found.kills = kills
    return found


def settle(api: BotApi, house: House) -> None:
    """Everything is confirmed, handled and sent. What the dead held is let go at once, not in a minute."""
    api.wait_confirmed(60)
    past = {"lease_until": real_now() - timedelta(seconds=1)}
    sending = update(Outbox).where(Outbox.state == Sending.SENDING, Outbox.created_at < real_now())
    time.sleep(1)
    house.db.write_now(lambda s: s.execute(sending.values(past)))
    wait(lambda: quiet(house), 150, "nothing left to do")


def judge(api: BotApi, house: House, traffic: Traffic) -> Found:
    """Compare what was said with what was done and what arrived."""
    undo = select(Undo.address, func.count()).group_by(Undo.address)
    done = {int(address): number for address, number in rows(house, undo)}
    answers = rows(house, select(Outbox.address, Outbox.state, Outbox.attempts, Outbox.reason))
    arrived = Counter(sent.chat for sent in api.sent())
    heard = rows(house, select(Inbox.state))
    found = Found(messages=sum(traffic.said.values()))
    found.lost = found.messages - len(heard) + sum(1 for (s,) in heard if s is not Heard.DONE)
    for member, said in traffic.said.items():
        mine = [row for row in answers if row.address == str(member)]
        attempts = sum(row.attempts for row in mine)
        sure = sum(row.state is Sending.SENT for row in mine)
        found.doubled += abs(done.get(member, 0) - said)
        found.unanswered += max(0, said - len(mine)) + max(0, sure - arrived[member])
        found.copies_beyond_two += sum(row.attempts > 2 for row in mine)
        # A copy on the wire beyond the attempts counted would be one that nobody knows of.
        found.unlisted_doubts += max(0, arrived[member] - attempts)
    found.doubts = sum(row.reason == "doubt" for row in answers)
    return found


def main() -> int:
    """Print a table; 1 where a bar is missed."""
    options = argparse.ArgumentParser(prog="python -m tests.faults.kills")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seeds", type=int, default=3)
    given = options.parse_args()
    names = list(Found.__dataclass_fields__)
    print(f"{'engine':>11} {'seed':>5} " + " ".join(f"{name:>17}" for name in names), flush=True)
    bad = False
    for engine in ("sqlite", "postgresql"):
        for seed in range(1, given.seeds + 1):
            found = run(given.kills, seed, engine)
            bad |= found.bad
            figures = " ".join(f"{getattr(found, name):>17}" for name in names)
            print(f"{engine:>11} {seed:>5} {figures}", flush=True)
    print("bars: the first five columns are 0" + (": MISSED" if bad else ": met"))
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
