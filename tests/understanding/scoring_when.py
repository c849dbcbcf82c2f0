"""Dates and sums as the acceptance scorer calls them: naive local time in and out."""

from datetime import datetime

from bot.understand.amounts import parse_amount
from bot.understand.when import parse_when


def when(text: str, ref: str) -> dict[str, str] | None:
    """`parse_when` with plain strings."""
    found = parse_when(text, datetime.fromisoformat(ref))
    if found is None:
        return None
    return {
        "start": found.start.replace(tzinfo=None).isoformat(),
        "end": found.end.replace(tzinfo=None).isoformat(),
    }


def yuan(text: str) -> float | None:
    """`parse_amount` in yuan."""
    fen = parse_amount(text)
    return None if fen is None else fen / 100
