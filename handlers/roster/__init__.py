"""会员 on the desk: finding people, one person's page, standings, devices and cards."""

from handlers.roster import load, pages
from handlers.roster.about import feature

__all__ = ["feature", "load", "pages"]
