"""Backups: a consistent copy under load, checked, kept a while, encrypted if a key is configured.

SQLite is copied by VACUUM INTO, which holds up no writer; PostgreSQL by pg_dump. A backup is restored into
an empty place only, and what was still to be sent then comes back as held: it may have gone out since.

`copying` makes one and brings it back, `nightly` does so each night, `files` knows what a database file and
a sound copy are, `tools` runs PostgreSQL's programs and age.
"""

from bot.backup.copying import hold, make, restore
from bot.backup.files import check, fault_in, newest_good
from bot.backup.nightly import folder_of, make_due, nightly
from bot.backup.tools import lacking

__all__ = [
    "check", "fault_in", "folder_of", "hold", "lacking", "make", "make_due", "newest_good", "nightly", "restore",
]  # fmt: skip
