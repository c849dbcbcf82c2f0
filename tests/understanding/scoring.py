"""Intents, dates and sums as the acceptance scorers call them."""

from typing import Any

from bot.understand import understand
from bot.understand.jsonl import as_dict
from tests.understanding.scoring_when import when, yuan

__all__ = ["intent", "when", "yuan"]


def intent(text: str) -> dict[str, Any]:
    """`understand` as a plain dictionary."""
    return as_dict(understand(text))
