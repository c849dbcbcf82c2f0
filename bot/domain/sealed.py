"""Columns that are kept encrypted, and what rows hold instead of their words.

    class Leave(RowKey, Base):
        reason_sealed: Mapped[Cipher]
        reason = Sealed(str)

`leave.reason` reads and writes as any attribute does; only its cipher is ever loaded, so a list that does
not show a reason opens none. A cipher is bound to table, row and column: put anywhere else it opens
nothing. A row's id is known only once it is written, so a row is bound to what it has from the beginning:
a key of its own (`RowKey`), or a name it is unique by (`sealed_to`). What is empty stays empty, so that
whether there is anything can be seen, and asked for in a query, without opening it.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar, cast, overload

from sqlalchemy import ColumnElement, LargeBinary, inspect
from sqlalchemy.orm import Mapped, mapped_column

from bot import keyring
from bot.domain.base import Base

V = TypeVar("V")
LookUp = Callable[[str], str]
"""How words are written in an index ("" is looked up by nobody)."""

Cipher = Annotated[bytes, mapped_column(LargeBinary, default=b"")]
"""The column of something sealed."""
Finder = Annotated[str, mapped_column(default="", index=True)]
"""The column by which something sealed is looked up: an HMAC."""


def new_row_key() -> str:
    """What nothing else is bound to."""
    return secrets.token_urlsafe(12)


class RowKey:
    """Rows that have nothing unique before they are written: each gets a key of its own."""

    row_key: Mapped[str] = mapped_column(default=new_row_key)

    def sealed_to(self) -> str:
        """What the ciphers of this row are bound to."""
        if self.row_key is None:
            self.row_key = new_row_key()
        return self.row_key


class Sealed(Generic[V]):
    """An attribute that is kept encrypted in the column `<name>_sealed`: str, or a list or dict as JSON.

    `finders`: columns by which it is looked up, `<name>_<finder>`, and how words are written there.
    """

    def __init__(self, kind: Callable[[], V], **finders: LookUp) -> None:
        """`kind` makes the empty value."""
        self.kind, self.finders = kind, finders

    def __set_name__(self, owner: type[Any], name: str) -> None:
        """Learn where it stands."""
        self.owner, self.name, self.column = owner, name, f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, row: object, owner: type[Any]) -> V: ...
    def __get__(self, row: Any, owner: type[Any]) -> Any:
        """The words; on the class, this."""
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return self.unseal(row.sealed_to(), sealed) if sealed else self.kind()

    def __set__(self, row: Any, value: V) -> None:
        """Seal the words, and note by what they are found; the same words again change nothing."""
        if getattr(row, self.column) is not None and self.__get__(row, self.owner) == value:
            return
        setattr(row, self.column, self.seal(row.sealed_to(), value))
        for column, found in self._found(value):
            setattr(row, column, found)

    @property
    def columns(self) -> frozenset[str]:
        """What stands in the table for it."""
        return frozenset({self.column, *(f"{self.name}_{finder}" for finder in self.finders)})

    def seal(self, row: str, value: V) -> bytes:
        """`value` for the row bound to `row`."""
        return keyring.in_use().seal(self._bound(row), self._written(value)) if value else b""

    def unseal(self, row: str, sealed: bytes) -> V:
        """The inverse of `seal`. Raises keyring.Foreign where it was sealed elsewhere."""
        if not sealed:
            return self.kind()
        plain = keyring.in_use().open(self._bound(row), sealed).decode()
        return cast("V", plain if self.kind is str else json.loads(plain))

    def values(self, row: str, value: V) -> dict[str, Any]:
        """The columns that hold `value`, for rows that are inserted many at once."""
        return {self.column: self.seal(row, value), **dict(self._found(value))}

    def seal_anew(self, row: Any) -> None:
        """Seal the same words with the current key."""
        value = self.__get__(row, self.owner)
        for column, words in self.values(row.sealed_to(), value).items():
            setattr(row, column, words)

    def is_found(self, finder: str, words: str) -> ColumnElement[bool]:
        """Whether it is looked up by `words`."""
        column = f"{self.name}_{finder}"
        every = keyring.in_use().every_look_up(self._place(column), words) if words else []
        return cast("ColumnElement[bool]", getattr(self.owner, column).in_(every))

    def _found(self, value: V) -> Iterator[tuple[str, str]]:
        for finder, write in self.finders.items():
            column, words = f"{self.name}_{finder}", write(str(value))
            ring = keyring.in_use()
            yield column, ring.looked_up(self._place(column), words) if words else ""

    def _place(self, column: str) -> str:
        return f"{self.owner.__tablename__}.{column}"

    def _bound(self, row: str) -> bytes:
        return keyring.bound_to(self.owner.__tablename__, row, self.name)

    def _written(self, value: V) -> bytes:
        return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).encode()


def sealed_in(table: type[Any]) -> dict[str, Sealed[Any]]:
    """What is sealed in a table, by the name of its attribute."""
    return {name: it for name, it in vars(table).items() if isinstance(it, Sealed)}


def tables() -> list[type[Any]]:
    """Every table that seals something."""
    found = [mapper.class_ for mapper in Base.registry.mappers]
    return sorted(filter(sealed_in, found), key=lambda table: str(inspect(table).local_table))


class SealingKey(Base):
    """A key that has sealed something here. Without it the data can't be read, so it is asked for at each start."""

    __tablename__ = "sealing_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Since when nothing is sealed with it any more."""
