"""The drill: back up under load, restore into an empty place, and hold what may have gone out since."""

# ruff: noqa: F811 - the fixtures of tests.engines stand before those of conftest

import resource
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import select

from bot import backup, config
from bot.app import build, sections
from bot.cli.care import hold_what_fell_due
from bot.db import Database
from bot.domain.base import Refused
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.people import Person
from bot.migrations import upgrade
from bot.talk import Reply
from tests.conftest import Community
from tests.engines import community, url  # noqa: F401
from tests.postgres import server


@pytest.fixture
def place(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The url of an empty place of the same kind."""
    if not url:
        return f"sqlite:///{tmp_path / 'new' / 'yure.db'}"
    monkeypatch.setenv("PATH", str(server().bin), prepend=":")
    return server().empty()


@pytest.fixture
def office(community: Community, url: str) -> Community:
    """A community on tables made by the migrations, with one message that is still to be sent."""
    if not url:
        community.house.db.engine.dispose()
        (community.house.folder / "yure.db").unlink()
        upgrade(community.house.db)
    community.person("王秀英", address="m1")
    post, now = community.house.post, community.clock()
    community.house.db.write_now(
        lambda s: post.answer(s, "a", "telegram", "1001", Reply("答"), now)
    )
    return community


def test_what_is_restored_is_what_was_backed_up_and_pending_messages_are_held(
    office: Community, place: str, tmp_path: Path
) -> None:
    backup.make(office.house.db, tmp_path / "copy")
    new = Database(place)
    assert backup.restore(new, tmp_path / "copy") == 1
    assert new.read_now(lambda s: s.scalars(select(Person.name)).all()) == ["王秀英"]
    assert new.read_now(lambda s: s.scalars(select(Outbox.state)).all()) == [Sending.HELD]
    new.close()


def test_reminders_that_fell_due_since_the_backup_come_back_as_held_too(
    office: Community, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.person("李桂芳", address="m2", joined_on=date(1976, 12, 26))
    office.clock.set("2026-12-18T12:00")
    office.house.clock.tick_now()
    backup.make(office.house.db, tmp_path / "copy")
    office.clock.set("2026-12-19T09:01")
    office.house.clock.tick_now()
    sent = [row.key for row in office.all(select(Outbox)) if row.kind is Mail.REMINDER]
    monkeypatch.setenv("YURE_DATABASE__URL", place)
    new = build(config.load(None, sections(), tmp_path / "new"), office.clock)
    backup.restore(new.db, tmp_path / "copy")
    office.clock.go(hours=5)
    assert hold_what_fell_due(new) >= len(sent) > 0
    again = new.db.read_now(lambda s: s.scalars(select(Outbox).where(Outbox.key.in_(sent))).all())
    assert {(row.key, row.state) for row in again} == {(key, Sending.HELD) for key in sent}
    new.close()


def test_nothing_is_restored_over_what_is_there(
    office: Community, place: str, tmp_path: Path
) -> None:
    backup.make(office.house.db, tmp_path / "copy")
    with pytest.raises(Refused, match="空的地方"):
        backup.restore(office.house.db, tmp_path / "copy")


def test_the_log_of_a_lost_database_is_not_read_into_the_restored_one(
    office: Community, url: str, tmp_path: Path
) -> None:
    if url:
        return
    db, file = office.house.db, office.house.folder / "yure.db"
    backup.make(db, tmp_path / "copy")
    office.person("李桂芳")
    # As after kill -9: the file of the damaged database was moved away, its log was not.
    log = file.with_name("yure.db-wal").read_bytes()
    db.engine.dispose()
    file.unlink()
    file.with_name("yure.db-wal").write_bytes(log)
    assert len(log) > 4096
    backup.restore(db, tmp_path / "copy")
    assert office.all(select(Person.name)) == ["王秀英"]
    assert file.with_name("yure.db-wal.old").read_bytes() == log


def test_a_restore_that_breaks_off_leaves_the_place_empty(
    office: Community, place: str, tmp_path: Path
) -> None:
    backup.make(office.house.db, tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) * 2 // 3])
    new = Database(place)
    with pytest.raises(Refused):
        backup.restore(new, tmp_path / "half")
    assert backup.restore(new, tmp_path / "copy") == 1
    new.close()


def test_an_encrypted_backup_opens_with_its_key_only(
    office: Community, place: str, tmp_path: Path
) -> None:
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    backup.make(office.house.db, tmp_path / "copy", str(mine.to_public()))
    assert b"\xe7\x8e\x8b" not in (tmp_path / "copy").read_bytes()
    new = Database(place)
    with pytest.raises(Refused, match="打不开"):
        backup.restore(new, tmp_path / "copy", str(other))
    assert backup.restore(new, tmp_path / "copy", str(mine)) == 1
    new.close()


def test_a_backup_under_load_is_whole_and_holds_nobody_up(
    office: Community, place: str, tmp_path: Path
) -> None:
    stop, errors = threading.Event(), list[Any]()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                office.branch(f"支部{number}")
            except Exception as error:
                errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    backup.make(office.house.db, tmp_path / "copy")
    stop.set()
    writer.join()
    assert errors == []
    assert backup.fault_in(tmp_path / "copy") == ""


def test_a_taken_name_a_broken_file_and_a_wrong_key_are_refused(
    office: Community, place: str, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(Refused, match="已经有了"):
        backup.make(office.house.db, tmp_path / "taken")
    with pytest.raises(Refused, match="公钥"):
        backup.make(office.house.db, tmp_path / "copy", "no key")
    new = Database(place)
    with pytest.raises(Refused):
        backup.restore(new, tmp_path / "taken")
    new.close()
    assert sorted(path.name for path in tmp_path.glob("copy*")) == []


@pytest.mark.parametrize("where", ["file/copy", "full"])
def test_a_place_that_takes_no_backup_is_named_in_words(
    office: Community, url: str, tmp_path: Path, where: str
) -> None:
    if where == "full" and url:
        return  # pg_dump is a process of its own, and says so itself
    (tmp_path / "file").write_text("")
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    if where == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, most))
    try:
        with pytest.raises(Refused, match="请看"):
            backup.make(office.house.db, tmp_path / where)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    assert not list(tmp_path.glob(".yure-*"))
