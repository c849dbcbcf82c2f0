"""What a job asks of the database, counted: statements run, rows made into objects. Times hang on the machine."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bot.domain.base import Base


@dataclass
class Work:
    """What was done so far."""

    statements: list[str] = field(default_factory=list)
    loaded: Counter[str] = field(default_factory=Counter)
    """Rows made into objects, by table."""


@contextmanager
def counted(engine: Engine) -> Iterator[Work]:
    """Counts what runs on `engine` while the block lasts."""
    found = Work()

    def run(_link: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.statements.append(" ".join(statement.split()))

    def load(row: Base, _: Any) -> None:
        found.loaded[row.__tablename__] += 1

    event.listen(engine, "before_cursor_execute", run)
    event.listen(Base, "load", load, propagate=True)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", run)
        event.remove(Base, "load", load)


def plan_of(session: Session, query: Any) -> list[str]:
    """How SQLite would go about a query, a line a step."""
    text = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    found = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")
    return [step for *_, step in found]
