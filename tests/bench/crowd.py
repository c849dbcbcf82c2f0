"""A community of any size, made inside the database: a million members in half a minute."""

from __future__ import annotations

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from bot.db import Database
from bot.domain.base import UTCDateTime
from bot.domain.people import Branch
from bot.now import real_now

COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :members) "
PEOPLE = COUNT + (
    "INSERT INTO person (id, number, name, sex, joined_on, full_member_on, joined_month_day, branch_id, phone,"
    " address, note, status, reminders_off, traditional, created_at) "
    "SELECT i, 'b' || i, '王' || i, '', {day}, {day}, {month} * 100 + {of_month}, 1, '', '', '', 'active',"
    " false, false, :now FROM n"
)
GRANTS = COUNT + "INSERT INTO \"grant\" (person_id, role) SELECT i, 'member' FROM n"
SENDERS = COUNT + (
    "INSERT INTO sender (channel, address, person_id, relation, bound_at, seen_at) "
    "SELECT 'telegram', cast(100000 + i AS VARCHAR), i, 'self', :now, :now FROM n"
)
MONTH, OF_MONTH = "(i % 12 + 1)", "(i / 12 % 28 + 1)"
"""Everybody joined on one of 336 days of 1976, spread evenly; members 1 to 12 in different months."""
DAY = {
    "sqlite": f"printf('1976-%02d-%02d', {MONTH}, {OF_MONTH})",
    "postgresql": f"make_date(1976, {MONTH}, {OF_MONTH})",
}


def settle(db: Database, members: int) -> None:
    """One branch with `members` on Telegram, in an empty database with its tables."""

    def job(session: Session) -> None:
        session.add(Branch(id=1, name="三海", place="一楼", phone="0777-1234567"))
        session.flush()
        dialect = session.get_bind().dialect.name
        people = PEOPLE.format(day=DAY[dialect], month=MONTH, of_month=OF_MONTH)
        now = bindparam("now", real_now(), UTCDateTime())
        for statement in (
            text(people).bindparams(now),
            text(GRANTS),
            text(SENDERS).bindparams(now),
        ):
            session.execute(statement, {"members": members})

    db.write_now(job)
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
