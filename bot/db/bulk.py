"""Many rows at once, made by a query inside the database."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from bot.db.rows import insert_of
from bot.domain.base import Base


def insert_selected(
    session: Session, table: type[Base], columns: list[str], rows: Select[Any]
) -> int:
    """INSERT … SELECT … ON CONFLICT DO NOTHING; returns how many rows were new. `columns` in the query's order."""
    insert = insert_of(session.get_bind().dialect.name)
    statement = insert(table).from_select(columns, rows).on_conflict_do_nothing()
    session.flush()
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
