"""The one list of checks: each part that is unwell says so, in a sentence on what to do."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import backup, config, inbox
from bot.app import build, sections
from bot.checks import Checks, Finding, with_pulse
from bot.checks.look import CLOSED
from bot.db import Database
from bot.domain.mail import Inbox, Mail, Outbox
from bot.domain.people import Person, Role
from bot.domain.pulse import CLOCK, SELFTEST, Pulse, beat, pulses
from bot.now import real_now
from bot.selftest import MUTE, SelfTest
from bot.talk import Note, Said
from tests.commands import invoke
from tests.conftest import Community
from tests.engines import community, url
from tests.web_house import House

__all__ = ["community", "url"]


def checks(community: Community, **states: str) -> dict[str, Finding]:
    """Everything, by key; the machine's clock is the calendar's."""
    house, clock = community.house, community.clock
    folder = house.folder / "backups"
    every = Checks(
        house.db, house.folder, folder, house.settings, clock, clock, lambda db: "", lambda: ""
    )
    return {finding.key: finding for finding in every.look(states)}


def live(community: Community, name: str, trouble: str = "") -> None:
    now = community.clock()
    community.house.db.write_now(lambda s: beat(s, name, now, now, trouble))


def troubled(community: Community, **states: str) -> set[str]:
    return {key for key, finding in checks(community, **states).items() if finding.trouble}


def test_a_new_house_is_well(community: Community) -> None:
    assert troubled(community, web="") == set()


def test_a_revoked_token_is_told_by_the_process_that_polls_to_those_that_do_not(
    community: Community,
) -> None:
    live(community, "telegram", "Telegram 不认这个令牌了。")
    assert checks(community, telegram="")["telegram"].trouble == "Telegram 不认这个令牌了。"


async def test_the_page_is_well_from_its_first_sign_of_life(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.chat.hear = None
    written = asyncio.Event()
    loop = asyncio.get_running_loop()
    house.db.after_commit.append(lambda: loop.call_soon_threadsafe(written.set))
    running = asyncio.create_task(
        with_pulse(house.db, house.chat, house.chat.run(house.hear), house.clock)
    )
    await asyncio.wait_for(written.wait(), 20)
    (row,) = await house.db.read(lambda session: session.scalars(pulses()).all())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    house.db.close()
    assert row.trouble == ""


def test_a_channel_that_fell_silent_is_unwell(community: Community) -> None:
    live(community, "telegram")
    assert "telegram" not in troubled(community)
    community.clock.go(minutes=3)
    assert "3分钟没有动静了" in checks(community)["telegram"].trouble


def test_a_clock_that_stopped_is_unwell(community: Community) -> None:
    async def tick() -> None:
        await community.house.clock.tick()

    asyncio.run(tick())
    row = community.all(select(Pulse).where(Pulse.name == CLOCK))[0]
    community.clock.at = row.at
    assert CLOCK not in troubled(community)
    community.clock.go(minutes=3)
    assert CLOCK in troubled(community)


def test_a_clock_that_ends_in_order_leaves_no_alarm(community: Community) -> None:
    async def run() -> None:
        running = asyncio.create_task(community.house.clock.run())
        ticked = asyncio.Event()
        loop = asyncio.get_running_loop()
        community.house.db.after_commit.append(lambda: loop.call_soon_threadsafe(ticked.set))
        while not community.all(select(Pulse).where(Pulse.name == CLOCK)):
            await asyncio.wait_for(ticked.wait(), 20)
            ticked.clear()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())
    assert community.all(select(Pulse)) == []


def test_a_disk_that_is_nearly_full_is_unwell(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = community.house.settings.health.model_copy(update={"disk_mb": 2**40})
    monkeypatch.setattr(
        community.house, "settings", community.house.settings.model_copy(update={"health": section})
    )
    assert "磁盘只剩" in checks(community)["disk"].trouble


def test_a_message_that_waits_ten_minutes_is_unwell(community: Community) -> None:
    said = [Said("web", "w1", "u1", community.clock(), "你好")]
    community.house.db.write_now(lambda s: inbox.accept(s, said, (), real_now()))
    assert "inbox" not in troubled(community)
    community.clock.go(minutes=10)
    found = checks(community)["inbox"]
    assert found.trouble
    assert {f.name: f.value for f in found.figures}["inbox_oldest_seconds"] == 600


def test_a_long_notice_is_no_alarm_but_an_answer_that_waits_is(community: Community) -> None:
    person = community.person("王秀英", address="t1", channel="telegram")

    def put(key: str, kind: Mail) -> None:
        note = Note(person.id, "您好", key, kind)
        community.house.db.write_now(
            lambda s: community.house.post.note(s, note, community.clock())
        )

    put("n", Mail.NOTICE)
    community.clock.go(minutes=10)
    assert "outbox" not in troubled(community)
    put("a", Mail.ANSWER)
    community.clock.go(minutes=10)
    assert "outbox" in troubled(community)


def test_an_old_backup_is_unwell_and_a_fresh_one_is_not(community: Community) -> None:
    asyncio.run(community.house.clock.plan())
    community.clock.at = real_now() + timedelta(hours=40)
    assert "还没有备份" in checks(community)["backup"].trouble
    folder = community.house.folder / "backups"
    folder.mkdir()
    (folder / "yure-2026-11-22.db").write_bytes(b"x")
    assert "40小时前" in checks(community)["backup"].trouble
    community.clock.at = real_now()
    assert not checks(community)["backup"].trouble


def test_a_backup_for_which_something_is_missing_is_unwell_before_the_first_night(
    community: Community, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups = community.house.settings.backup
    monkeypatch.setenv("PATH", "/nowhere")
    assert ("pg_dump" in backup.lacking(community.house.db, backups)) is bool(url)
    every = replace(community.house.checks(), schema=lambda db: "", keys=lambda: "")
    found = {finding.key: finding.trouble for finding in every.look({})}
    assert ("pg_dump" in found["backup"]) is bool(url)


def test_the_doctor_prints_the_same_checks_and_ends_with_one_where_something_is_wrong(
    tmp_path: Path,
) -> None:
    assert invoke(["db", "upgrade", "--data", str(tmp_path)]).exit_code == 0
    db = Database(f"sqlite:///{tmp_path / 'yure.db'}")
    db.write_now(lambda s: beat(s, "telegram", real_now(), None, "Telegram 不认这个令牌了。"))
    db.close()
    result = invoke(["doctor", "--data", str(tmp_path)])
    assert "要看  渠道 telegram  Telegram 不认这个令牌了。" in result.stdout
    assert result.exit_code == 1


@pytest.mark.parametrize("command", [("doctor",), ("db", "check")])
def test_a_damaged_database_is_named_with_its_newest_good_backup(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    at = ["--data", str(tmp_path)]
    assert invoke(["db", "upgrade", *at]).exit_code == 0
    good = tmp_path / "backups" / "yure-2026-11-20.db"
    assert invoke(["db", "backup", str(good), *at]).exit_code == 0
    with (tmp_path / "yure.db").open("r+b") as file:
        file.write(b"\xff" * 9000)
    result = invoke([*command, *at])
    said = f"{result.stdout}{result.exception}"
    assert "数据库坏了" in said
    assert good.name in said
    assert result.exit_code == 1


def test_a_database_that_is_away_is_a_finding_of_its_own(tmp_path: Path) -> None:
    db = Database(f"postgresql+psycopg://postgres@/none?host={tmp_path}")
    house = build(config.load(None, sections(), tmp_path), real_now)
    away = replace(house.checks(), db=db)
    found = {finding.key: finding.trouble for finding in away.look({"telegram": ""})}
    assert found == {"database": CLOSED, "disk": "", "telegram": ""}
    house.close()
    db.close()


# ── the member that does not exist ──────────────────────────────────────────────────────────────


def selftest(community: Community) -> SelfTest:
    house = community.house
    # What a first message loads takes longer on a busy machine than a dialog may.
    community.say("m000", "主菜单")
    return SelfTest(house.db, house.worker.hear, house.post, community.clock)


async def deaf(said: Sequence[Said]) -> None:
    """Loses what it hears."""


def tried(test: SelfTest, times: int = 1) -> list[bool]:
    async def go() -> list[bool]:
        return [await test.once() for _ in range(times)]

    return asyncio.run(go())


def test_the_member_that_does_not_exist_is_answered_and_leaves_nothing_behind(
    community: Community,
) -> None:
    assert tried(selftest(community), 5) == [True] * 5
    left = [
        community.all(select(func.count(table.id)).where(table.channel == SELFTEST))[0]
        for table in (Inbox, Outbox)
    ]
    assert left == [1, 1]
    assert community.all(select(Person)) == []


def test_what_it_says_is_in_no_list(community: Community) -> None:
    tried(selftest(community))
    folder = str(community.house.folder)
    for name in ("inbox", "outbox"):
        listed = invoke([name, "list", "--data", folder, "--json"])
        assert SELFTEST not in listed.stdout


def test_where_no_answer_comes_health_is_bad_and_coordinators_are_told_once(
    community: Community,
) -> None:
    community.person("韦小兰", Role.COORDINATOR, address="c001")
    test = selftest(community)
    tried(test)
    test.hear, test.patience = deaf, timedelta(seconds=0.2)
    assert tried(test, 3) == [False] * 3
    community.clock.at = real_now()
    live(community, CLOCK)
    assert SELFTEST in troubled(community)
    told = community.all(select(Outbox).where(Outbox.kind == Mail.ALARM))
    assert [row.reply["text"] for row in told] == [MUTE.words]
    test.hear, test.patience = community.house.worker.hear, timedelta(seconds=20)
    assert tried(test) == [True]
    assert SELFTEST not in troubled(community)


def test_an_answer_to_an_earlier_try_does_not_count(community: Community) -> None:
    test = selftest(community)
    test.patience = timedelta(seconds=0.2)
    heard: list[Any] = []

    async def late(said: Sequence[Said]) -> None:
        heard.append(said)
        if len(heard) == 1:
            await community.house.worker.hear(said)

    test.hear = late
    test.patience = timedelta(seconds=20)
    assert tried(test) == [True]
    test.patience = timedelta(seconds=0.3)
    assert tried(test) == [False]
