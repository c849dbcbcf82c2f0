"""The composition root: the house that everything stands in, and the product that runs in it."""

from bot.app.house import House, build, database_url, probe, sections
from bot.app.running import Role, Running, serve, spare_the_collector

__all__ = [
    "House", "Role", "Running", "build", "database_url", "probe", "sections", "serve", "spare_the_collector",
]  # fmt: skip
