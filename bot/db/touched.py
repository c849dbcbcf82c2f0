"""Which rows a session writes, as "visit:12": what a deed was done to, found by the tables themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session


@contextmanager
def touched(session: Session) -> Iterator[list[str]]:
    """The rows written in this block, each once, in order; whole when the block's writes are flushed."""
    found: dict[str, None] = {}

    def note(at: Session, _: Any) -> None:
        changed = [row for row in at.dirty if at.is_modified(row)]
        for row in (*at.new, *changed, *at.deleted):
            state = inspect(row)
            key = state.identity or state.mapper.primary_key_from_instance(row)
            found[f"{state.mapper.local_table}:{'/'.join(map(str, key))}"] = None
        names[:] = found

    names: list[str] = []
    event.listen(session, "after_flush", note)
    try:
        yield names
    finally:
        event.remove(session, "after_flush", note)
