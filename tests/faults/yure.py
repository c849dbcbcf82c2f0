"""`yure run` as processes that are killed, stopped and started again; and the community they serve."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import config
from bot.app import House, build, sections
from bot.domain.mail import Heard, Inbox, Outbox, Sending
from bot.domain.people import Branch, Grant, Person, Role, Sender
from bot.migrations import upgrade
from bot.now import real_now
from bot.sealing import note_key, open_keys, path_of
from tests.botapi import BotApi
from tests.botapi.control import Remote
from tests.faults.nest import Process, Spawn, fresh

FIRST = 1001
"""The first member's number on Telegram; the others follow."""
OPEN = (Sending.QUEUED, Sending.SENDING)


class Yure:
    """One process of the product."""

    def __init__(
        self, api: BotApi, folder: Path, url: str = "", *options: str, **more: str
    ) -> None:
        """`url` of the database, "" for SQLite in `folder`; `options` of `yure run`; `more`: environment.

        `options` and `spawn`, how it is started, may be changed before a start.
        """
        self.folder, self.options = folder, options
        self.spawn: Spawn = fresh
        self.env = {
            **os.environ, **(api.env if isinstance(api, Remote) else api.env()),
            "YURE_WEB__PORT": "0", "YURE_DATABASE__URL": url,
            "YURE_SENDING__A_SECOND": "500", "YURE_SENDING__CHAT_GAP": "0",
            "YURE_TELEGRAM__POLL_TIMEOUT": "2", **more,
        }  # fmt: skip
        self.log = folder.parent / f"{folder.name}.log"
        self.process: Process | None = None
        self.page = ""

    def start(self) -> Self:
        """Returns once it serves."""
        arguments = ["run", "--data", str(self.folder), *self.options]
        self.process = self.spawn(arguments, self.env, self.log)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "http://127" in line:
                self.page = line.split()[-1]
            if "Ctrl-C" in line:
                return self
        self.process.wait()
        raise AssertionError(self.log.read_text()[-2000:])

    def kill(self) -> None:
        """kill -9."""
        self.end(signal.SIGKILL)

    def end(self, how: int = signal.SIGTERM, within: float = 60) -> float:
        """Send a signal and wait; returns how many seconds it took."""
        process, self.process = self.process, None
        if process is None:
            return 0.0
        start = time.monotonic()
        process.send_signal(how)
        try:
            process.wait(within)
        finally:
            process.kill()
            assert process.stdout is not None
            process.stdout.close()
        return time.monotonic() - start

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.end()


def community(folder: Path, url: str, members: int) -> House:
    """A house on this data with `members` on Telegram; the caller closes it."""
    os.environ["YURE_DATABASE__URL"] = url
    try:
        house = build(config.load(None, sections(), folder), real_now)
    finally:
        del os.environ["YURE_DATABASE__URL"]
    ring = open_keys(house.db, path_of(folder, ""), real_now())
    upgrade(house.db)
    note_key(house.db, ring)
    house.db.write_now(lambda session: _settle_in(session, members))
    return house


def _settle_in(session: Session, members: int) -> None:
    branch = Branch(name="三海街道离退休党支部", place="一楼会议室", phone="0777-1234567")
    session.add(branch)
    session.flush()
    add_members(session, branch, FIRST, members)


def add_members(session: Session, branch: Branch, first: int, number: int) -> None:
    """So many members of a branch, on Telegram as `first` and the numbers that follow."""
    now = real_now()
    for n in range(number):
        person = Person(
            number=f"{first + n:04d}",
            name=f"王{chr(0x4E00 + n % 5000)}",
            branch_id=branch.id,
            created_at=now,
        )
        session.add(person)
        session.flush()
        session.add(Grant(person_id=person.id, role=Role.MEMBER))
        session.add(
            Sender(
                channel="telegram", address=str(first + n), person_id=person.id, relation="self",
                bound_at=now, seen_at=now,
            )
        )  # fmt: skip


def wait(true: Callable[[], object], within: float, what: str) -> None:
    """Block until `true()`; AssertionError naming `what` after `within` seconds."""
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, f"{what}: not after {within} s"
        time.sleep(0.05)


def quiet(house: House) -> bool:
    """Whether everything heard is handled and everything due is sent."""

    def job(session: Session) -> bool:
        new = session.scalar(select(func.count(Inbox.id)).where(Inbox.state == Heard.NEW))
        out = session.scalar(select(func.count(Outbox.id)).where(Outbox.state.in_(OPEN)))
        return not new and not out

    return house.db.read_now(job)


def rows(house: House, query: Any) -> Any:
    """All rows of a query."""
    return house.db.read_now(lambda s: list(s.execute(query)))
