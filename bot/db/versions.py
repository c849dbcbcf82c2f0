"""Moves the versions of tables in each transaction that writes to them: nobody has to remember to.

Seen are rows written as objects, and UPDATE, DELETE and INSERT statements on their tables.
"""

import functools
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from bot.db.rows import dialect_of, insert_into
from bot.domain.versions import WATCHED, TableVersion

_NAMES: Final = frozenset(one.__tablename__ for one in WATCHED)


def watch_tables() -> None:
    """From now on, in every session of this process."""
    if not event.contains(Session, "after_flush", _flushed):
        event.listen(Session, "after_flush", _flushed)
        event.listen(Session, "do_orm_execute", _executed)


def _flushed(session: Session, _: Any) -> None:
    changed = (row for row in session.dirty if _is_watched(row) and session.is_modified(row))
    written = (*session.new, *session.deleted, *changed)
    _move(session, {row.__tablename__ for row in written if _is_watched(row)})


def _executed(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if not state.is_select and mapper is not None:
        _move(state.session, {mapper.class_.__tablename__} & _NAMES)


def _is_watched(row: Any) -> bool:
    return row.__tablename__ in _NAMES


def _move(session: Session, names: Iterable[str]) -> None:
    for name in sorted(names):  # always in one order: two transactions must not wait for each other
        session.connection().execute(_moving(dialect_of(session)), {"name": name, "version": 1})


@functools.cache
def _moving(dialect: str) -> Any:
    into = insert_into(dialect, TableVersion)
    moved = {"version": TableVersion.__table__.c.version + 1}
    return into.on_conflict_do_update(index_elements=["name"], set_=moved)
