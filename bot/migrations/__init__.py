"""The schema's history (Alembic), shipped in the package.

`upgrade` brings a database to this release; two upgrades at once both succeed, a killed one is undone
whole and can be repeated, and a database newer than the release is refused. A new revision is written by
`python -m bot.migrations "what changes"`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from bot.db import Database, rebuilding
from bot.domain.base import Refused

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
LOCK = 0x79757265
"""The advisory lock on PostgreSQL: "yure"."""


class NewerSchema(Refused):
    """The database was written by a newer release; this one must not touch it."""


def configuration(connection: Connection | None = None) -> "Config":
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def upgrade(db: Database, upto: str = "head") -> None:
    """Bring the database to this release's schema, or to a revision of it. Raises NewerSchema where it is ahead."""
    if _checked(db):
        return
    is_new = _current(db) is None
    # Loaded only where there is something to do: 0.2 s of each start.
    from alembic import command

    with rebuilding(db.engine) as connection:
        if not db.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(configuration(connection), upto)
    if not is_new:
        # What a revision removed must not be read in the file's free pages.
        db.wipe()


def check(db: Database) -> str:
    """ "" when the schema is this release's, else one Chinese sentence. Raises NewerSchema."""
    return "" if _checked(db) else "数据库还是旧版的，请运行 yure db upgrade。"


def revisions() -> list[str]:
    """This release's revisions, the first one first: the numbers that their files begin with."""
    return sorted(file.stem.split("_")[0] for file in (HERE / "versions").glob("[0-9]*.py"))


def _current(db: Database) -> str | None:
    """The database's revision; None where it has no tables yet."""
    reading = db.engine.execution_options(yure_read=True)
    with reading.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def _checked(db: Database) -> bool:
    """Whether the database is at this release's revision."""
    known, current = revisions(), _current(db)
    if current is not None and current not in known:
        raise NewerSchema(
            f"数据库是更新的版本写的（{current}），请先升级余热 / the database is newer than this release"
        )
    return current == known[-1]
