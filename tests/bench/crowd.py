"""A community of any size, made inside the database: a million members in a minute."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    String,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    type_coerce,
)  # fmt: skip
from sqlalchemy.orm import Session

from bot import keyring
from bot.db import Database
from bot.domain.people import Branch, Grant, Person, Role, Sender
from bot.keyring import KeyRing, new_key
from bot.now import real_now


def settle(db: Database, members: int) -> None:
    """One branch with `members` on Telegram, in an empty database with its tables; under a new key."""
    keyring.use(KeyRing([new_key(real_now())]))

    def job(session: Session) -> None:
        session.add(Branch(id=1, name="三海", place="一楼", phone="0777-1234567"))
        session.flush()
        numbers = count(members)
        joined = joined_on(numbers.c.i, session.get_bind().dialect.name)
        for table, values in columns(numbers.c.i, joined).items():
            rows = select(*(value.label(name) for name, value in values.items()))
            session.execute(insert(table).from_select(list(values), rows))

    db.write_now(job)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def count(members: int) -> CTE:
    """The numbers from 1 to `members` in a column i."""
    numbers = select(literal(1, Integer).label("i")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < members))


def month_and_day(i: ColumnElement[int]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Everybody joined on one of 336 days of 1976, spread evenly: nobody on the 29th to the 31st."""
    return i % 12 + 1, cast(func.floor(i / 12.0), Integer) % 28 + 1


def joined_on(i: ColumnElement[int], dialect: str) -> ColumnElement[Any]:
    """The same as a date, which SQLite keeps as text."""
    month, day = month_and_day(i)
    if dialect == "sqlite":
        return type_coerce(func.printf("1976-%02d-%02d", month, day), String)
    return func.make_date(1976, month, day)


def columns(
    i: ColumnElement[int], joined: ColumnElement[Any]
) -> dict[type[Any], dict[str, ColumnElement[Any]]]:
    """What the rows of each table hold; the rest is their default."""
    month, day = month_and_day(i)
    number, table = cast(i, String), Person.__table__.c
    now = literal(real_now(), table.created_at.type)
    key = month * 100 + day
    return {
        Person: {
            "id": i, "number": "b" + number, "name": "王" + number, "joined_on": joined,
            "full_member_on": joined, "joined_month_day": key, "branch_id": literal(1), "created_at": now,
        },
        Grant: {"person_id": i, "role": literal(Role.MEMBER, Grant.__table__.c.role.type)},
        Sender: {
            "channel": literal("telegram"), "address": cast(100_000 + i, String), "person_id": i,
            "relation": literal("self"), "bound_at": now, "seen_at": now,
        },
    }  # fmt: skip
