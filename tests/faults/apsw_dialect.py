"""SQLAlchemy over apsw, as far as the product needs it: a DBAPI in front of apsw's own ways.

apsw brings an SQLite of its own that lets a test stand between it and the disk. The product's engine, pragmas
and transactions stay as they are: only the url says `sqlite+apsw:///FILE?vfs=NAME`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import apsw
from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class Cursor:
    """A DBAPI cursor; rows are read at once, as the product's statements are short."""

    arraysize = 1
    lastrowid: int | None = None

    def __init__(self, connection: apsw.Connection) -> None:
        """Nothing is executed yet."""
        self._connection = connection
        self._rows: Iterator[Any] = iter(())
        self.description: Sequence[Any] | None = None
        self.rowcount = -1

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Raises sqlite3's errors, with their codes."""
        before = self._connection.total_changes()
        try:
            cursor = self._connection.cursor()
            cursor.exec_trace = self._described
            self.description = None
            self._rows = iter(list(cursor.execute(statement, parameters)))
        except apsw.Error as error:
            raise _as_sqlite3(error) from error
        self.rowcount = self._connection.total_changes() - before
        self.lastrowid = self._connection.last_insert_rowid()
        return self

    def executemany(self, statement: str, many: Iterable[Sequence[Any]]) -> Cursor:
        """One after the other."""
        for parameters in many:
            self.execute(statement, parameters)
        return self

    def _described(self, cursor: apsw.Cursor, sql: str, bindings: object) -> bool:
        columns = cursor.get_description()
        self.description = [(name, *[None] * 6) for name, *_ in columns] or None
        return True

    def fetchone(self) -> Any:
        """The next row or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """The rest."""
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[Any]:
        """So many of the rest."""
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def close(self) -> None:
        """Nothing to let go of."""


class Connection:
    """A DBAPI connection in autocommit: the product says BEGIN itself."""

    isolation_level: str | None = None

    def __init__(self, path: str, vfs: str) -> None:
        """Open, creating the file."""
        self._connection = apsw.Connection(path, vfs=vfs)

    @property
    def in_transaction(self) -> bool:
        """As sqlite3 has it."""
        return self._connection.in_transaction

    def cursor(self, *_: object) -> Cursor:
        """A new cursor."""
        return Cursor(self._connection)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Cursor:
        """On a cursor of its own."""
        return self.cursor().execute(statement, parameters)

    def commit(self) -> None:
        """End the transaction where there is one."""
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo it where there is one."""
        if self.in_transaction:
            self.execute("ROLLBACK")

    def create_function(self, name: str, arguments: int, function: Any, **_: object) -> None:
        """SQLAlchemy's regular expressions."""
        self._connection.create_scalar_function(name, function, arguments)

    def close(self) -> None:
        """For good."""
        self._connection.close()


def _as_sqlite3(error: apsw.Error) -> sqlite3.Error:
    kind = sqlite3.IntegrityError if isinstance(error, apsw.ConstraintError) else None
    told = (kind or sqlite3.OperationalError)(str(error))
    told.sqlite_errorcode = getattr(error, "extendedresult", 0)
    return told


class Dialect(SQLiteDialect_pysqlite):
    """pysqlite's dialect on apsw."""

    driver = "apsw"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Any:
        """sqlite3's names with our connect."""
        names = {name: getattr(sqlite3, name) for name in dir(sqlite3) if not name.startswith("_")}
        version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
        return SimpleNamespace(**names | {"connect": _connect, "sqlite_version_info": version})

    def create_connect_args(self, url: URL) -> Any:
        """The file, and the VFS that the url names."""
        return [str(url.database)], {"vfs": str(url.query["vfs"])}


def _connect(path: str, vfs: str, **_: object) -> Connection:
    return Connection(path, vfs)


def register() -> None:
    """Let urls name it."""
    registry.register("sqlite.apsw", __name__, "Dialect")
