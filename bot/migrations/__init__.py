"""The schema's history (Alembic), shipped in the package.

`upgrade` brings a database to this release; two upgrades at once both succeed, a killed one is undone
whole and can be repeated, and a database newer than the release is refused. A new revision is written by
`python -m bot.migrations "what changes"`.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.db import Database
from bot.domain.base import Refused

HERE = Path(__file__).parent
LOCK = 0x79757265
"""The advisory lock on PostgreSQL: "yure"."""


class NewerSchema(Refused):
    """The database was written by a newer release; this one must not touch it."""


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def upgrade(db: Database) -> None:
    """Bring the database to this release's schema. Raises NewerSchema where it is ahead of it."""
    script = ScriptDirectory.from_config(configuration())
    if _checked(db, script):
        return
    with db.engine.begin() as connection:
        if not db.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(configuration(connection), "head")


def check(db: Database) -> str:
    """ "" when the schema is this release's, else one Chinese sentence. Raises NewerSchema."""
    script = ScriptDirectory.from_config(configuration())
    return "" if _checked(db, script) else "数据库还是旧版的，请运行 yure db upgrade。"


def _checked(db: Database, script: ScriptDirectory) -> bool:
    """Whether the database is at this release's revision."""
    reading = db.engine.execution_options(yure_read=True)
    with reading.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {r.revision for r in script.walk_revisions()}:
        raise NewerSchema(
            f"数据库是更新的版本写的（{current}），请先升级余热 / the database is newer than this release"
        )
    return current == script.get_current_head()
