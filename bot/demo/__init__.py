"""The demonstration: a believable, fictitious community, the same in every run."""

from bot.demo.fill import fill, is_demo
from bot.demo.links import Link, links

__all__ = ["Link", "fill", "is_demo", "links"]
