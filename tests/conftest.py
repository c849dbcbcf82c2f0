"""Fixtures: a community in a real database, and people who talk to the real engine."""

import gc
import itertools
import logging
import shutil
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from bot import config, inbox, keyring, log, outbox
from bot.app import House, build, sections
from bot.channels.telegram import CAN as TELEGRAM_CAN
from bot.domain.people import Branch, Grant, Person, Role, Sender, month_day
from bot.keyring import KeyRing
from bot.now import SHANGHAI, real_now
from bot.sealing import path_of
from bot.talk import Choice, Media, Reply, Said
from tests import compiled, leaks, memory, unasked
from tests.recorder import check
from tests.tables import make_tables, share_migrations

# How long an example takes says nothing on a busy machine; benchmarks live in tests/bench.
settings.register_profile("yure", deadline=None)
settings.load_profile("yure")

log.set_up()
compiled.share()
share_migrations()
logging.getLogger().addHandler(leaks.lines)

PASSED = pytest.StashKey[bool]()
"""Whether nothing of a test failed so far."""


def pytest_configure() -> None:
    """Here, for benchmarks load this module as well, and theirs is the disk."""
    memory.use()


def pytest_collection_finish() -> None:
    """What is loaded and collected stays to the end; it need not be looked through for garbage with every test."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """At the end of each test, look through all it wrote: see `tests.leaks`; where it passed, remove that."""
    report = yield
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if report.when == "teardown":
        text = "\n".join(leaks.output(report.sections, folder))
        if faults := list(leaks.found(text)):
            report.outcome, report.longrepr = "failed", f"leaked into the log: {faults}"
        leaks.forget()
    item.stash[PASSED] = report.passed and item.stash.get(PASSED, True)
    if report.when == "teardown" and item.stash[PASSED] and folder is not None:
        # pytest would keep it to the end of the run: two gigabytes, which may be in memory.
        shutil.rmtree(folder, ignore_errors=True)
    return report


NOON = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
"""The Sunday of the mission's examples, at ten in the morning."""


@dataclass
class Clock:
    """A calendar clock that only tests move."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def go(self, **by: float) -> None:
        """Move on by timedelta's arguments."""
        self.at += timedelta(**by)

    def set(self, text: str) -> None:
        """Set to an ISO moment in Asia/Shanghai."""
        self.at = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def _binding(
    person: Person, address: str, channel: str, now: datetime, relation: str = "self"
) -> Sender:
    return Sender(
        channel=channel, address=address, person_id=person.id, relation=relation, bound_at=now, seen_at=now
    )  # fmt: skip


@dataclass
class Community:
    """The house under test, its clock, and short words for what people do."""

    house: House
    clock: Clock
    branches: dict[str, Branch] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def branch(self, name: str) -> Branch:
        """A branch, made on first use."""
        if name not in self.branches:
            self.branches[name] = self.add(
                Branch(name=name, place="一楼会议室", phone="0777-1234567")
            )
        return self.branches[name]

    def add(self, row: Any) -> Any:
        """Keep a row."""

        def job(session: Any) -> Any:
            session.add(row)
            session.flush()
            session.refresh(row)
            return row

        return self.house.db.write_now(job)

    def person(
        self,
        name: str,
        *roles: Role,
        address: str | None = None,
        channel: str = "terminal",
        branch: str = "三海街道离退休党支部",
        **values: Any,
    ) -> Person:
        """Somebody on the roster (a member where no role is named), bound to `address` if given."""
        number = values.pop("number", None) or f"{next(self._ids):04d}"
        joined = values.get("joined_on", date(1976, 12, 26))
        values = {
            "born_on": date(1948, 3, 5), "joined_on": joined, "full_member_on": joined,
            "joined_month_day": month_day(joined), "phone": "13800001234", "address": "青年路8号",
        } | values  # fmt: skip
        leaks.plant(values["phone"], values["address"])
        now, place = self.clock(), self.branch(branch)
        person = Person(number=number, name=name, branch_id=place.id, created_at=now, **values)

        def job(session: Any) -> Person:
            session.add(person)
            session.flush()
            session.add_all(Grant(person_id=person.id, role=r) for r in roles or (Role.MEMBER,))
            if address is not None:
                session.add(_binding(person, address, channel, now))
            session.flush()
            session.refresh(person)
            return person

        # One transaction: a test has dozens of people.
        return self.house.db.write_now(job)

    def bind(
        self, person: Person, address: str, channel: str = "terminal", relation: str = "self"
    ) -> Sender:
        """Bind an address to a person."""
        sender: Sender = self.add(_binding(person, address, channel, self.clock(), relation))
        return sender

    def say(
        self,
        address: str,
        text: str,
        *,
        channel: str = "terminal",
        media: tuple[Media, ...] = (),
        update: str = "",
    ) -> list[Reply]:
        """One message through inbox and engine; returns the replies queued for its sender, a minute passes."""
        leaks.plant(text)
        said = Said(channel, address, update or f"t{next(self._ids)}", self.clock(), text, media)
        new = self.house.db.write_now(lambda s: inbox.accept(s, [said], (), real_now()))
        replies: list[Reply] = []
        for item in new:
            replies += self.house.db.write_now(
                lambda s, item=item: self.house.worker.answer(s, item.id)
            )
        for reply in replies:
            check(reply)
        self.fetch(address, channel)
        self.clock.go(minutes=1)
        return replies

    def fetch(self, address: str, channel: str = "terminal") -> list[tuple[str, Reply]]:
        """What waits for an address of a channel that fetches, as (kind, reply)."""
        taken = self.house.db.write_now(
            lambda s: outbox.fetch(s, channel, [address], self.clock(), real_now())
        )
        for _, message in taken:
            check(message.reply)
        return [(kind, message.reply) for kind, message in taken]

    def all(self, query: Any) -> Any:
        """Rows of a query."""
        return self.house.db.read_now(lambda s: s.scalars(query).unique().all())


@pytest.fixture(autouse=True)
def keys(tmp_path: Path) -> KeyRing:
    """The keys of this test, where a product on the data folder `tmp_path` looks for them."""
    ring = keyring.make(path_of(tmp_path, ""), keyring.new_key(real_now()))
    keyring.use(ring)
    return ring


@pytest.fixture
def clock() -> Clock:
    """The calendar's clock: Sunday 2026-11-22, ten o'clock."""
    return Clock()


@pytest.fixture
def community(tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Iterator[Community]:
    """An empty community on SQLite in a folder of its own; "telegram" stands for a channel that isn't private."""
    house = build(config.load(None, sections(), tmp_path), clock)
    house.post.channels = {**house.post.channels, "telegram": TELEGRAM_CAN}
    make_tables(house.db)
    yield Community(house, clock)
    own = request.node.get_closest_marker("own_words") is not None
    fixed = [] if own else unasked.strangers(house)
    house.close()
    assert not fixed, f"sent unasked, in words that Settings cannot change: {fixed}"


def labels(reply: Reply) -> list[str]:
    """The labels of a reply's choices."""
    return [choice.label for choice in reply.choices]


__all__ = ["Choice", "Clock", "Community", "labels"]
