"""The schema's history (Alembic), shipped in the package."""

from bot.db import Database


def upgrade(db: Database) -> None:
    """Bring the database to this release's schema."""
    db.create()
