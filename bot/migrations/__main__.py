"""Write a new revision from the difference between the tables and the history: python -m bot.migrations "words"."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from bot.db import Database
from bot.migrations import HERE, configuration, upgrade


def main() -> None:
    """Upgrade an empty SQLite database to the head, compare, write the revision."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'yure.db'}")
        upgrade(db)
        with db.engine.begin() as connection:
            number = len(list((HERE / "versions").glob("*.py"))) + 1
            words = " ".join(sys.argv[1:])
            command.revision(
                configuration(connection), words, autogenerate=True, rev_id=f"{number:04d}"
            )
        db.close()


main()
