"""What jobs and dialogs do with a session: rows as dialogs see them, and the insert that can't race."""

import functools
import importlib
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Insert, Select, Update, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.domain.base import Base
from bot.now import real_now

Row = TypeVar("Row")


class SessionRows:
    """A session as dialogs and views see it (`bot.talk.Rows`)."""

    def __init__(self, session: Session) -> None:
        """Wrap the session of one job."""
        self.session = session

    def all(self, query: Select[Row]) -> Sequence[Row]:
        """Every row of the query's first column."""
        return self.session.scalars(query).unique().all()

    def table(self, query: Select[*tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """Every row of a query with several columns (counts, sums), as plain tuples."""
        return [tuple(row) for row in self.session.execute(query)]

    def add(self, row: object) -> None:
        """Keep a new row; its id is known afterwards."""
        self.session.add(row)
        self.session.flush()

    def add_all(self, rows: Sequence[object]) -> None:
        """Keep new rows, written together; their ids are known afterwards."""
        self.session.add_all(rows)
        self.session.flush()

    def add_once(self, row: object) -> bool:
        """Keep a new row; False where its unique key is taken, by another transaction too."""
        self.session.flush()
        try:
            with self.session.begin_nested():
                self.session.add(row)
        except IntegrityError:
            return False
        return True

    def get(self, table: type[Row], key: object) -> Row | None:
        """One row by its primary key."""
        return self.session.get(table, key)

    def hold(self, row: object) -> None:
        """Wait for whoever is deciding about `row`, then see everything as it stands now.

        On SQLite who writes has waited already, before reading anything.
        """
        if self.session.get_bind().dialect.name == "sqlite":
            return
        self.session.flush()
        known = inspect(row)
        here = zip(known.mapper.primary_key, known.identity, strict=True)
        this = select(*known.mapper.primary_key).where(*(column == key for column, key in here))
        # Not FOR UPDATE: who only refers to the row needn't wait.
        self.session.execute(this.with_for_update(key_share=True))
        self.session.expire_all()

    def remove(self, row: object) -> None:
        """Delete a row."""
        self.session.delete(row)
        self.session.flush()

    def remove_all(self, rows: Sequence[object]) -> None:
        """Delete rows, all in one go."""
        for row in rows:
            self.session.delete(row)
        self.session.flush()

    def flush(self) -> None:
        """Write what was changed."""
        self.session.flush()

    def change(self, statement: Update) -> int:
        """Change many rows at once; returns how many."""
        self.session.flush()
        return int(self.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def insert_once(
    session: Session, table: type[Base], values: Sequence[dict[str, Any]], *, returning: Any
) -> list[Any]:
    """INSERT … ON CONFLICT DO NOTHING RETURNING: what was new, the same on both engines.

    Checking first and inserting afterwards races on PostgreSQL. All values must name the same columns.
    """
    if not values:
        return []
    session.flush()
    statement = _inserting(dialect_of(session), table, returning)
    # Values as parameters, not in the statement: so it is made and compiled once, whatever their number.
    return list(session.connection().execute(statement, list(values)).scalars())


def dialect_of(session: Session) -> str:
    """The engine behind a session: `sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def insert_into(dialect: str, table: type[Base]) -> Any:
    """The engine's own INSERT, which knows ON CONFLICT. The other engine's 0.1 s of loading are saved."""
    insert = importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert
    return insert(table.metadata.tables[table.__tablename__])


@functools.cache
def _inserting(dialect: str, table: type[Base], returning: Any) -> Insert:
    into = insert_into(dialect, table)
    statement: Insert = into.on_conflict_do_nothing().returning(returning)
    return statement


def database_seconds(session: Session) -> float:
    """Seconds since 1970 on the clock that all processes share."""
    if dialect_of(session) == "sqlite":
        return real_now().timestamp()
    return float(session.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) or 0)


def hold(session: Session, name: str) -> bool:
    """Take a lock of this name until the transaction ends; False where another process has it.

    SQLite has one writer, so there it is always free.
    """
    if dialect_of(session) == "sqlite":
        return True
    query = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
    return bool(session.scalar(query, {"name": name}))


def take_turns(session: Session, name: str) -> None:
    """Wait for whoever has the lock of this name, and keep it until the transaction ends.

    Before anything is read: then all is seen as the one before left it. SQLite's one writer has waited already.
    """
    if dialect_of(session) != "sqlite":
        query = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
        session.execute(query, {"name": name})
