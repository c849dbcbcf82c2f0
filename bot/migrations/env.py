"""Run by Alembic: migrations on the connection that `bot.migrations.upgrade` opened, in its transaction."""

import importlib
import pkgutil

from alembic import context

import bot.domain
from bot.domain.base import Base

# Every table stands in some module of the domain.
for module in pkgutil.walk_packages(bot.domain.__path__, "bot.domain."):
    importlib.import_module(module.name)

config = context.config
connection = config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
