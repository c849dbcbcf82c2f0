"""Everything the house keeps about a person, found by the tables themselves, so that none is forgotten."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from sqlalchemy import inspect, or_, select, tuple_
from sqlalchemy.orm import Mapper

from bot.domain.base import Base
from bot.domain.mail import Conversation, Inbox
from bot.domain.people import Person, senders_of
from bot.domain.registration import SELF
from bot.domain.sealed import sealed_in
from bot.talk import Rows

MOST: Final = 5000
"""Rows of one table."""
_SECRET: Final = frozenset(
    {
        "hash",
        "code_hash",
        "token_hash",
        "secret_hash",
        "code_secret",
        "next_secret",
        "raw",
        "claimed_by",
        "lease_until",
        "row_key",
    }
)
_SPOKEN: Final = (Inbox, Conversation)
"""What was said is kept by the phone, not by the person."""
_ALWAYS: Final = (Person, *_SPOKEN)


@dataclass(frozen=True, slots=True)
class Kept:
    """One row: the table's name, and what stands in it by column, empty values left out."""

    table: str
    values: tuple[tuple[str, Any], ...]


def everything(rows: Rows, person: Person) -> Iterator[Kept]:
    """The person's own row first; then all rows that point at the person, table by table."""
    yield _kept(person)
    for mapper in sorted(Base.registry.mappers, key=lambda m: str(m.local_table)):
        column = _owner(mapper)
        if column is not None:
            query = select(mapper.class_).where(column == person.id)
            yield from map(_kept, rows.all(query.limit(MOST)))
    own = [s for s in rows.all(senders_of(person.id)) if s.relation == SELF]
    pairs = [(s.channel, s.address) for s in own]
    for table in _SPOKEN if pairs else ():
        here = or_(*(tuple_(table.channel, table.address) == tuple_(*pair) for pair in pairs))
        yield from map(_kept, rows.all(select(table).where(here).limit(MOST)))


def columns() -> dict[str, dict[str, type[Enum] | None]]:
    """What `everything` may yield: by table the names, with the class of those that are one of a few."""
    tables = [m for m in Base.registry.mappers if m.class_ in _ALWAYS or _owner(m) is not None]
    return {
        str(m.local_table): {name: _choices(m, name) for name in _names(m.class_)} for m in tables
    }


def with_rows(rows: Rows, ids: Sequence[int], besides: frozenset[str]) -> set[int]:
    """Of these people, whom rows of other tables than `besides` point at."""
    found: set[int] = set()
    for mapper in Base.registry.mappers:
        column = _owner(mapper)
        if column is not None and str(mapper.local_table) not in besides:
            found.update(rows.all(select(column).where(column.in_(ids)).distinct()))
    return found


def _owner(mapper: Mapper[Any]) -> Any:
    """The column by which a row is about a person; who only acted is somebody else's affair."""
    column = mapper.columns.get("person_id")
    if column is None or not any(k.column.table.name == "person" for k in column.foreign_keys):
        return None
    return column


def _kept(row: object) -> Kept:
    values = ((name, getattr(row, name)) for name in _names(type(row)))
    return Kept(
        str(inspect(type(row)).local_table),
        tuple((name, value) for name, value in values if value not in (None, "", [], {})),
    )


def _names(table: type[Any]) -> list[str]:
    words = sealed_in(table)
    hidden = {column for it in words.values() for column in it.columns} | _SECRET
    return [name for name in (*inspect(table).columns.keys(), *words) if name not in hidden]


def _choices(mapper: Mapper[Any], name: str) -> type[Enum] | None:
    column = mapper.columns.get(name)
    return getattr(column.type, "enum_class", None) if column is not None else None
