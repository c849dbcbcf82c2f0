"""The schema's history: complete, repeatable, and never run by an older release."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import column, func, insert, inspect, select, table, text

import bot.app  # noqa: F401 - brings every table
from bot.db import Damaged, Database, rebuilding
from bot.domain.base import Base
from bot.migrations import NewerSchema, check, configuration, revisions, upgrade


def database(folder: Path) -> Database:
    return Database(f"sqlite:///{folder / 'yure.db'}")


def test_the_history_makes_the_tables_that_the_code_describes(tmp_path: Path) -> None:
    db = database(tmp_path)
    upgrade(db)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        missing = compare_metadata(context, Base.metadata)
    db.close()
    assert missing == [], 'forgotten: python -m bot.migrations "what changes"'


def test_a_second_upgrade_changes_nothing(tmp_path: Path) -> None:
    db = database(tmp_path)
    upgrade(db)
    upgrade(db)
    assert check(db) == ""
    db.close()


def test_an_old_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    db = database(tmp_path)
    assert "yure db upgrade" in check(db)
    db.close()


def test_two_upgrades_at_once_both_succeed(tmp_path: Path) -> None:
    code = "import sys; from bot.db import Database; from bot.migrations import upgrade; upgrade(Database(sys.argv[1]))"
    url = f"sqlite:///{tmp_path / 'yure.db'}"
    both = [subprocess.Popen([sys.executable, "-c", code, url]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]


VALUES = {
    "DATE": "2026-11-22", "TIME": "09:00:00", "DATETIME": "2026-11-22 01:00:00", "JSON": "[]",
}  # fmt: skip
"""As SQLite stores them; of the other types: 1."""


def rows_of(db: Database) -> dict[str, int]:
    count = select(func.count())
    with db.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {name: connection.scalar(count.select_from(table(name))) or 0 for name in names}


def fill_empty_tables(db: Database) -> None:
    """One row in each table that has none, all of them referring to each other: every id is 1."""
    empty = [name for name, rows in rows_of(db).items() if not rows]
    with rebuilding(db.engine) as connection:
        for name in empty:
            columns = inspect(connection).get_columns(name)
            row = {c["name"]: VALUES.get(type(c["type"]).__name__, "1") for c in columns}
            connection.execute(insert(table(name, *map(column, row))).values(row))


def test_every_revision_keeps_the_rows_that_it_meets(tmp_path: Path) -> None:
    """Tables are dropped and made anew where a column is added, also those to which others refer."""
    db, lost = database(tmp_path), {}
    for revision in revisions():
        before = rows_of(db)
        upgrade(db, revision)
        after = rows_of(db)
        lost[revision] = {t for t, n in before.items() if after.get(t, n) < n}
        fill_empty_tables(db)
    db.close()
    assert {revision: tables for revision, tables in lost.items() if tables} == {}


def test_an_upgrade_that_would_lose_what_others_refer_to_is_undone(tmp_path: Path) -> None:
    db = database(tmp_path)
    upgrade(db)
    fill_empty_tables(db)
    with pytest.raises(Damaged, match="person"), rebuilding(db.engine) as connection:
        connection.execute(text("DELETE FROM person"))
    assert rows_of(db)["person"] == 1
    db.close()


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    db = database(tmp_path)
    upgrade(db)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    with pytest.raises(NewerSchema):
        upgrade(db)
    db.close()


def test_an_upgrade_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    db = database(tmp_path)
    with db.engine.begin() as connection:
        # The history meets a table it did not make: it fails in the middle.
        connection.execute(text("CREATE TABLE outbox (id INTEGER)"))
    with pytest.raises(Exception, match="outbox"):
        upgrade(db)
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE outbox"))
    upgrade(db)
    assert check(db) == ""
    db.close()


KILLED = """
import os, signal, sys
from sqlalchemy import event
from bot.db import Database
from bot.migrations import upgrade

CHANGES = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE")


def upgrade_and_die(at):
    db, left = Database(sys.argv[1]), [at]

    @event.listens_for(db.engine, "before_cursor_execute")
    def count(connection, cursor, statement, *more):
        left[0] -= statement.lstrip().upper().startswith(CHANGES)
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    upgrade(db)
    os._exit(0)


for number, at in enumerate(range(1, 10_000, 120)):
    child = os.fork()
    if not child:
        upgrade_and_die(at)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        break
print(number)
"""


def killed_upgrades(url: str) -> int:
    """kill -9 inside the upgrade at ever later statements until one comes through; returns how often."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url], capture_output=True, text=True, check=True
    )
    db = Database(url)
    assert check(db) == ""
    db.close()
    return int(done.stdout)


def test_an_upgrade_killed_anywhere_succeeds_when_it_is_tried_again(tmp_path: Path) -> None:
    assert killed_upgrades(f"sqlite:///{tmp_path / 'yure.db'}") > 1


def test_the_files_are_numbered_as_their_chain_runs() -> None:
    script = ScriptDirectory.from_config(configuration())
    assert revisions() == [r.revision for r in reversed(list(script.walk_revisions()))]
