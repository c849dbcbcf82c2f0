"""The dialog engine: one message heard, one transaction, one answer."""

from bot.engine.hear import Engine
from bot.engine.phrases import PHRASES

__all__ = ["PHRASES", "Engine"]
