"""Full disks, locks, damage, leaping clocks, floods and texts that kill: nobody gets a false yes."""

import asyncio
import itertools
import os
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot import backup, outbox
from bot.config import BackupSection
from bot.db import Unavailable
from bot.domain.base import Refused
from bot.domain.mail import Heard, Inbox, Mail, Outbox, Sending
from bot.domain.people import Role
from bot.now import Steady, real_now
from bot.sender import Carrier, Rate
from bot.talk import Busy, Can, Doubtful, Hears, Note, Reply, Said
from bot.text import clean
from tests.conftest import Clock, Community
from tests.texts import DEADLY
from tests.web_house import House, house, token

pytestmark = pytest.mark.own_words


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as built:
        yield built


def pages(home: House, more: int) -> None:
    """Leave room for so many pages more: the disk as the database sees it."""

    def job(session: Any) -> None:
        now = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {now + more}"))

    home.db.write_now(job)


# ── disk and file ───────────────────────────────────────────────────────────────────────────────


def test_on_a_full_disk_the_member_is_told_to_call_and_nothing_is_confirmed(home: House) -> None:
    with home.browser() as browser:
        browser.post("/chat", data={"text": "您好", "form_token": token(browser.get("/chat").text)})
        form = token(browser.get("/chat").text)
        pages(home, 0)
        told = browser.post("/chat", data={"text": "请记住" * 2000, "form_token": form})
        assert "暂时记不下，请打电话" in told.text
        pages(home, 10_000)
        page = browser.get("/chat").text
        sent = browser.post("/chat", data={"text": "请记住", "form_token": token(page)})
        assert sent.status_code == 303


async def test_a_locked_database_makes_people_wait_and_loses_nothing(community: Community) -> None:
    path = community.house.folder / "yure.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(1.0, other.execute, "ROLLBACK")
    start = time.monotonic()
    await community.house.worker.hear([Said("terminal", "m1", "u1", real_now(), "菜单")])
    await community.house.worker.finish()
    assert time.monotonic() - start > 0.9
    assert [row.state for row in community.all(select(Inbox))] == [Heard.DONE]
    other.close()


def test_a_damaged_database_is_refused_naming_the_newest_good_backup(community: Community) -> None:
    db, folder = community.house.db, community.house.folder
    db.write_now(lambda s: s.execute(text("CREATE TABLE alembic_version (version_num TEXT)")))
    backups = folder / "backups"
    backup.make(db, backups / "yure-2026-11-20.db")
    (backups / "yure-2026-11-21.db").write_bytes(b"broken" * 1000)
    db.write_now(lambda s: s.execute(text("PRAGMA user_version = 1")))
    db.engine.dispose()
    for name in ("yure.db-wal", "yure.db-shm"):
        (folder / name).unlink(missing_ok=True)
    content = bytearray((folder / "yure.db").read_bytes())
    content[100:9000] = b"\xff" * 8900
    (folder / "yure.db").write_bytes(content)
    with pytest.raises(Refused, match=r"yure-2026-11-20\.db"):
        backup.check(db, backups)


def test_an_empty_database_beside_backups_is_refused(community: Community) -> None:
    db, folder = community.house.db, community.house.folder
    db.write_now(lambda s: s.execute(text("CREATE TABLE alembic_version (version_num TEXT)")))
    backup.make(db, folder / "backups" / "yure-2026-11-20.db")
    db.engine.dispose()
    (folder / "yure.db").unlink()
    with pytest.raises(Refused, match="不见了"):
        backup.check(db, folder / "backups")
    # Whoever merely looks (yure doctor) makes a file without tables.
    db.read_now(lambda s: s.execute(text("SELECT 1")))
    assert (folder / "yure.db").stat().st_size
    with pytest.raises(Refused, match="不见了"):
        backup.check(db, folder / "backups")


# ── clocks ──────────────────────────────────────────────────────────────────────────────────────


def test_a_clock_put_forward_more_than_ten_minutes_is_noticed_and_back_is_not() -> None:
    clock, seconds = Clock(), [0.0]
    steady = Steady(clock, lambda: seconds[0])
    for step, leapt in (
        (timedelta(minutes=9), False), (timedelta(hours=1), True), (timedelta(days=365), True),
        (timedelta(hours=-1), False),
    ):  # fmt: skip
        steady = Steady(clock, lambda: seconds[0])
        clock.at += step
        assert (steady.leapt() is not None) is leapt
    seconds[0] += 3600
    clock.go(hours=1)
    assert steady.leapt() is None


def test_without_the_leap_time_goes_on_as_it_was() -> None:
    clock, seconds = Clock(), [0.0]
    before, steady = clock.at, Steady(clock, lambda: seconds[0])
    clock.go(days=365)
    seconds[0] += 60
    assert abs(steady.now() - before - timedelta(minutes=1)) < timedelta(seconds=1)
    clock.go(days=-365)
    assert steady.now() == clock()


async def test_after_a_leap_the_clock_decides_nothing(community: Community) -> None:
    clock = community.house.clock
    clock.steady = Steady(community.clock, lambda: 0.0)
    jobs = []
    assert await clock._job(lambda session: jobs.append(1) or "done") == "done"  # type: ignore[func-returns-value]
    community.clock.go(days=365)
    assert await clock._job(lambda session: jobs.append(1)) is None
    assert jobs == [1]


def test_a_clock_put_back_sends_nothing_twice(community: Community) -> None:
    person = community.person("王秀英", address="m1")
    post, db = community.house.post, community.house.db
    note = Note(person.id, "明天学习。", "r:1", Mail.REMINDER)
    db.write_now(lambda s: post.note(s, note, community.clock()))
    assert len(community.fetch("m1")) == 1
    community.clock.go(hours=-1)
    db.write_now(lambda s: post.note(s, note, community.clock()))
    assert community.fetch("m1") == []


# ── sending ─────────────────────────────────────────────────────────────────────────────────────


class Wire:
    """A channel whose other side does what the test says."""

    name, can = "telegram", Can()

    def __init__(self, *, seconds: float = 0.0) -> None:
        self.arrived: list[tuple[float, str, str]] = []
        self.seconds = seconds
        self.next: list[Exception] = []

    async def send(self, address: str, reply: Reply) -> None:
        if self.next:
            raise self.next.pop(0)
        await asyncio.sleep(self.seconds)
        self.arrived.append((time.monotonic(), address, reply.text))

    async def run(self, hear: Hears) -> None:
        await asyncio.Event().wait()

    def state(self) -> str:
        return ""


class Carrying:
    """A carrier that runs while the test looks on."""

    def __init__(self, community: Community, wire: Wire, rate: Rate) -> None:
        house = community.house
        self.carrier = Carrier(house.db, house.post, {"telegram": wire}, community.clock, "test")
        self.carrier.rate = rate

    async def __aenter__(self) -> Carrier:
        self.task = asyncio.create_task(self.carrier.run())
        return self.carrier

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def crowd(community: Community, number: int, kind: Mail = Mail.NOTICE) -> None:
    """So many people on Telegram, each with one message waiting."""
    for n in range(number):
        person = community.person(f"王{n}", address=str(n), channel="telegram")
        note = Note(person.id, f"通知{n}", f"n:{n}", kind)
        community.house.db.write_now(
            lambda s, note=note: community.house.post.note(s, note, community.clock())  # type: ignore[misc]
        )


async def until(true: Any, within: float = 10) -> None:
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.01)


async def test_a_broadcast_keeps_its_rate_and_reaches_each_exactly_once(
    community: Community,
) -> None:
    crowd(community, 60)
    wire = Wire(seconds=0.05)
    async with Carrying(community, wire, Rate(40.0, 1.0)):
        await until(lambda: len(wire.arrived) == 60 and not claimed(community))
    times = [at for at, _, _ in wire.arrived]
    # That it isn't slower is for tests.bench to say: a busy machine is slow.
    assert times[-1] - times[0] > 60 / 40 * 0.85
    assert len({address for _, address, _ in wire.arrived}) == 60
    assert [row.state for row in community.all(select(Outbox))] == [Sending.SENT] * 60


async def test_an_answer_overtakes_a_broadcast_and_hanging_sends_keep_it_not_waiting(
    community: Community,
) -> None:
    crowd(community, 50)
    wire = Wire(seconds=20.0)
    async with Carrying(community, wire, Rate(1000.0, 0.0)) as carrier:
        await until(lambda: len(claimed(community)) >= 40)
        wire.seconds = 0.0
        post, now = community.house.post, community.clock()
        start = time.monotonic()
        await carrier.db.write(lambda s: post.answer(s, "a", "telegram", "x", Reply("答"), now))
        await until(lambda: wire.arrived)
        assert time.monotonic() - start < 1


def claimed(community: Community) -> list[Any]:
    return list(community.all(select(Outbox.id).where(Outbox.state == Sending.SENDING)))


async def test_busy_for_everybody_slows_the_channel_and_nothing_is_lost(
    community: Community,
) -> None:
    crowd(community, 5)
    wire = Wire()
    wire.next = [Busy(0.5)]
    start = time.monotonic()
    async with Carrying(community, wire, Rate(1000.0, 0.0)):
        await until(lambda: len(wire.arrived) == 5)
    assert time.monotonic() - start > 0.4
    assert [row.attempts for row in community.all(select(Outbox))] == [1] * 5


async def test_a_chat_rests_whichever_process_wrote_to_it(community: Community) -> None:
    post, now, wire = community.house.post, community.clock(), Wire()
    both = (
        Carrying(community, wire, Rate(1000.0, 0.4)),
        Carrying(community, wire, Rate(1000.0, 0.4)),
    )
    async with both[0] as one, both[1]:
        for n in range(4):
            await one.db.write(
                lambda s, n=n: post.answer(s, f"a{n}", "telegram", "x", Reply("答"), now)  # type: ignore[misc]
            )
        await until(lambda: len(wire.arrived) == 4)
    times = [at for at, _, _ in wire.arrived]
    assert all(later - first >= 0.39 for first, later in itertools.pairwise(times))


async def test_an_outage_slows_nothing_down_once_it_is_over(community: Community) -> None:
    crowd(community, 60)
    wire = Wire()
    wire.next = [Busy(0.01) for _ in range(60)]
    start = time.monotonic()
    async with Carrying(community, wire, Rate(100.0, 0.0)):
        await until(lambda: len(wire.arrived) == 60)
    assert time.monotonic() - start < 6


async def test_an_answer_in_doubt_is_sent_again_once(community: Community) -> None:
    wire = Wire()
    wire.next = [Doubtful("lost"), Doubtful("lost again")]
    post, now = community.house.post, community.clock()
    async with Carrying(community, wire, Rate(1000.0, 0.0)) as carrier:
        await carrier.db.write(lambda s: post.answer(s, "a", "telegram", "x", Reply("答"), now))
        await until(lambda: [r.state for r in community.all(select(Outbox))] == [Sending.DOUBTFUL])
    assert wire.arrived == []


async def test_stopping_leaves_nothing_in_the_air(community: Community) -> None:
    crowd(community, 3)
    wire = Wire(seconds=30.0)
    async with Carrying(community, wire, Rate(1000.0, 0.0)):
        await until(lambda: len(claimed(community)) == 3)
        start = time.monotonic()
    assert time.monotonic() - start < 3
    assert {row.state for row in community.all(select(Outbox))} == {Sending.DOUBTFUL}


async def test_a_message_whose_lease_nearly_ran_out_is_not_sent_any_more(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.claiming.LEASE", timedelta(seconds=1))
    crowd(community, 1)
    wire = Wire()
    async with Carrying(community, wire, Rate(1000.0, 0.0)):
        await asyncio.sleep(0.3)
    assert wire.arrived == []
    assert community.all(select(Outbox))[0].attempts <= 1


async def test_outcomes_are_kept_however_long_the_database_takes_nothing(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sender.line.AGAIN_AFTER", 0.05)
    crowd(community, 1)
    failures, confirm = [1, 2], outbox.confirm

    def full(*arguments: Any) -> None:
        if failures:
            failures.pop()
            raise Unavailable("full")
        confirm(*arguments)

    monkeypatch.setattr(outbox, "confirm", full)
    async with Carrying(community, Wire(), Rate(1000.0, 0.0)):
        await until(lambda: community.all(select(Outbox))[0].state is Sending.SENT)


# ── floods and texts ────────────────────────────────────────────────────────────────────────────


async def test_one_who_floods_keeps_nobody_waiting(community: Community) -> None:
    done: list[str] = []

    def answer(turn: Any) -> list[Any]:
        done.append(turn.said.who)
        time.sleep(0.002)
        return []

    community.house.engine._answer = answer  # type: ignore[method-assign]
    worker, now = community.house.worker, real_now()
    await worker.hear([Said("terminal", "flood", f"f{n}", now, "哈") for n in range(300)])
    await worker.hear([Said("terminal", f"m{n}", f"m{n}", now, "你好") for n in range(10)])
    await worker.finish()
    assert max(done.index(f"m{n}") for n in range(10)) < 60


@pytest.mark.parametrize("words", DEADLY, ids=lambda words: ascii(words[:4]))
def test_no_text_kills(community: Community, words: str) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    for _ in range(2):
        community.say("m1", clean(words))
    community.say("m1", "请人上门")
    assert community.say("m1", clean(words))
    assert {row.state for row in community.all(select(Inbox))} == {Heard.DONE}


# ── backups ─────────────────────────────────────────────────────────────────────────────────────


def test_old_backups_go_and_the_newest_stay(community: Community) -> None:
    db, folder = community.house.db, community.house.folder / "b"
    db.write_now(lambda s: s.execute(text("CREATE TABLE alembic_version (version_num TEXT)")))
    for day in range(20, 26):
        now = datetime(2026, 11, day, 12, tzinfo=community.clock().tzinfo)
        assert backup.make_due(db, folder, BackupSection(keep=3), now)
        assert backup.make_due(db, folder, BackupSection(keep=3), now) is None
    assert [path.name for path in sorted(folder.iterdir())] == [
        f"yure-2026-11-{day}.db" for day in (23, 24, 25)
    ]


def test_what_was_put_beside_the_nightly_backups_neither_goes_nor_counts_as_newest(
    community: Community,
) -> None:
    db, folder = community.house.db, community.house.folder / "b"
    db.write_now(lambda s: s.execute(text("CREATE TABLE alembic_version (version_num TEXT)")))
    backup.make(db, folder / "yure-before-upgrade.db")
    os.utime(folder / "yure-before-upgrade.db", (1, 1))
    for day in (24, 25):
        now = datetime(2026, 11, day, 12, tzinfo=community.clock().tzinfo)
        backup.make_due(db, folder, BackupSection(keep=1), now)
    assert [path.name for path in sorted(folder.iterdir())] == [
        "yure-2026-11-25.db", "yure-before-upgrade.db",
    ]  # fmt: skip
    assert backup.newest_good(folder) == folder / "yure-2026-11-25.db"


def test_what_a_killed_backup_left_behind_goes_with_the_next_nights(community: Community) -> None:
    db, folder = community.house.db, community.house.folder / "b"
    db.write_now(lambda s: s.execute(text("CREATE TABLE alembic_version (version_num TEXT)")))
    for name, at in ((".yure-old", 1.0), (".yure-now", real_now().timestamp())):
        (folder / name).mkdir(parents=True)
        (folder / name / "copy").write_text("every name")
        os.utime(folder / name, (at, at))
    backup.make_due(db, folder, BackupSection(), real_now())
    assert [path.name for path in folder.glob(".*")] == [".yure-now"]
