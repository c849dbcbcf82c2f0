"""Texts that killed programs elsewhere: every channel gets them."""

DEADLY = (
    "\ud800",
    "坏\x00字",
    "\u200b\u200b",
    "\u202e反",
    "长" * 100_000,
    "²",
    str(2**63),
    "٣",
    "🂡" * 500,
)
