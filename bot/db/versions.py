"""Moves the version of the roster in each transaction that writes it: nobody has to remember to.

Seen are rows written as objects, and UPDATE, DELETE and INSERT statements on their tables.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from bot.domain.roster_version import BEGIN, MOVE, ROSTER


def watch_roster() -> None:
    """From now on, in every session of this process."""
    if not event.contains(Session, "after_flush", _flushed):
        event.listen(Session, "after_flush", _flushed)
        event.listen(Session, "do_orm_execute", _executed)


def _flushed(session: Session, _: Any) -> None:
    written = (*session.new, *session.deleted)
    changed = (row for row in session.dirty if isinstance(row, ROSTER) and session.is_modified(row))
    if any(isinstance(row, ROSTER) for row in written) or any(True for _ in changed):
        _move(session)


def _executed(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if not state.is_select and mapper is not None and issubclass(mapper.class_, ROSTER):
        _move(state.session)


def _move(session: Session) -> None:
    link = session.connection()
    if not link.execute(MOVE).rowcount:
        link.execute(BEGIN)
