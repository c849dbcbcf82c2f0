"""The database: the only place that tells SQLite from PostgreSQL.

Everything else hands over a *job*, a plain function of a session, and awaits its result. On SQLite one
writer thread runs the jobs that wait in one transaction, each in a savepoint of its own (group commit:
one fsync for many); on PostgreSQL a pool of threads runs a transaction a job. A result is given out only
after the commit. A job may be run again after a transaction that was lost: it must not do anything else.

    Exception
     ├─ Unavailable   nothing can be written now (full disk, lock, restart); nothing of the job stayed
     ├─ TooLong       the job took longer than it may; nothing of it stayed
     └─ Damaged       the SQLite file is not a sound database
"""

from bot.db.database import Database
from bot.db.engines import Damaged, Unavailable, is_damage, not_now, rebuilding
from bot.db.limit import TooLong
from bot.db.rows import SessionRows, database_seconds, hold, insert_once, take_turns

__all__ = [
    "Damaged", "Database", "SessionRows", "TooLong", "Unavailable", "database_seconds", "hold", "insert_once",
    "is_damage", "not_now", "rebuilding", "take_turns",
]  # fmt: skip
