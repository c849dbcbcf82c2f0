"""The dialog engine: one message heard, one transaction, one answer."""

from bot.engine.hear import Engine

__all__ = ["Engine"]
