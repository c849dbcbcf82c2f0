"""The demonstration: a believable, fictitious community, the same in every run."""

from bot.demo.fill import fill, is_demo, keep_port
from bot.demo.links import Link, links

__all__ = ["Link", "fill", "is_demo", "keep_port", "links"]
