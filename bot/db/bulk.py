"""Many rows at once, made by a query inside the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Insert, Select
from sqlalchemy.orm import Session

from bot.db.rows import insert_into
from bot.domain.base import Base


def inserting_selected(dialect: str, table: type[Base], rows: Select[Any]) -> Insert:
    """INSERT … SELECT … ON CONFLICT DO NOTHING: the query's columns are named as those of the table."""
    columns = [column.name for column in rows.selected_columns]
    into = insert_into(dialect, table)
    statement: Insert = into.from_select(columns, rows).on_conflict_do_nothing()
    return statement


def insert_selected(session: Session, statement: Insert, given: Mapping[str, Any]) -> int:
    """Run one of `inserting_selected`; returns how many rows were new."""
    session.flush()
    return int(session.connection().execute(statement, dict(given)).rowcount)
