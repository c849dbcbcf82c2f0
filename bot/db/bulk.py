"""Many rows at once, made by a query inside the database."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.domain.base import Base


def insert_selected(
    session: Session, table: type[Base], columns: list[str], rows: Select[Any]
) -> int:
    """INSERT … SELECT … ON CONFLICT DO NOTHING; returns how many rows were new. `columns` in the query's order."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).from_select(columns, rows).on_conflict_do_nothing()
    session.flush()
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
