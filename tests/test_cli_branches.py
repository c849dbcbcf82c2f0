"""Branches and held messages, from the command line."""

import json
from pathlib import Path

from sqlalchemy import select

from bot.db import Database
from bot.domain.mail import Mail, Outbox, Sending
from bot.now import real_now
from bot.talk import Reply
from tests.commands import invoke

NAME = "城西社区离退休党支部"


def yure(folder: Path, *words: str) -> str:
    result = invoke([*words, "--data", str(folder)])
    return result.output + str(result.exception or "")


def test_a_third_branch_needs_no_code(tmp_path: Path) -> None:
    yure(tmp_path, "branch", "add", NAME, "--place", "城西活动室")
    words = ("--phone", "0777-6420119", "--hours", "周一到周五上午")
    yure(tmp_path, "branch", "change", "城西", *words)
    listed = json.loads(yure(tmp_path, "branch", "list", "--json"))
    assert listed == {
        "name": NAME, "place": "城西活动室", "hours": "周一到周五上午", "phone": "0777-6420119",
        "ended": None,
    }  # fmt: skip


def test_a_branch_gets_another_name_by_the_rules_of_the_page(tmp_path: Path) -> None:
    for name in (NAME, "三海街道离退休党支部"):
        yure(tmp_path, "branch", "add", name)
    assert "已经有了" in yure(tmp_path, "branch", "change", "三海", "--name", NAME)
    assert "要有名字" in yure(tmp_path, "branch", "change", "三海", "--name", " ")
    assert "改好了" in yure(tmp_path, "branch", "change", "三海", "--name", "三海路支部")
    assert "三海路支部" in yure(tmp_path, "branch", "list")


def test_a_branch_is_not_made_twice(tmp_path: Path) -> None:
    yure(tmp_path, "branch", "add", NAME)
    assert "已经有了" in yure(tmp_path, "branch", "add", "城西社區離退休黨支部")


def held(folder: Path) -> tuple[Database, int]:
    """A message that waits for a person's decision."""
    yure(folder, "branch", "list")
    db = Database(f"sqlite:///{folder / 'yure.db'}")
    row = Outbox(
        key="k", kind=Mail.NOTICE, channel="terminal", address="m1", reply=Reply("话").values(),
        state=Sending.HELD, due_at=real_now(), created_at=real_now(),
    )  # fmt: skip

    def job(session):  # type: ignore[no-untyped-def]
        session.add(row)
        session.flush()
        return row.id

    return db, db.write_now(job)


def state(db: Database) -> Sending:
    found = db.read_now(lambda s: s.scalars(select(Outbox)).one().state)
    db.close()
    return found


def test_a_held_message_is_released_by_a_person(tmp_path: Path) -> None:
    db, number = held(tmp_path)
    assert "再发" in yure(tmp_path, "outbox", "release", str(number))
    assert state(db) is Sending.WAITING


def test_a_held_message_is_dropped_by_a_person(tmp_path: Path) -> None:
    db, number = held(tmp_path)
    yure(tmp_path, "outbox", "drop", str(number))
    assert "没有在等" in yure(tmp_path, "outbox", "drop", str(number))
    assert state(db) is Sending.CANCELLED
