"""Which rows a session writes, as "visit:12", and whose they are: found by the tables themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from bot.domain.people import Branch, Person


@dataclass
class Trace:
    """What was written, each once, in order; whole when the writes are flushed."""

    names: dict[str, None] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)
    """Whose rows."""
    branches: set[int] = field(default_factory=set)
    """Of which branches, as far as the rows say so themselves."""

    def note(self, row: Any) -> None:
        """One row that was written."""
        state = inspect(row)
        key = state.identity or state.mapper.primary_key_from_instance(row)
        self.names[f"{state.mapper.local_table}:{'/'.join(map(str, key))}"] = None
        person = row.id if isinstance(row, Person) else getattr(row, "person_id", None)
        branch = row.id if isinstance(row, Branch) else getattr(row, "branch_id", None)
        self.people |= set() if person is None else {person}
        self.branches |= set() if branch is None else {branch}

    def join(self, other: "Trace") -> None:
        """What `other` saw, too."""
        self.names |= other.names
        self.people |= other.people
        self.branches |= other.branches


@contextmanager
def touched(session: Session) -> Iterator[Trace]:
    """The rows written in this block."""
    trace = Trace()

    def note(at: Session, _: Any) -> None:
        changed = [row for row in at.dirty if at.is_modified(row)]
        for row in (*at.new, *changed, *at.deleted):
            trace.note(row)

    event.listen(session, "after_flush", note)
    try:
        yield trace
    finally:
        event.remove(session, "after_flush", note)
