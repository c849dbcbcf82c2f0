"""Every outgoing message is a row with a unique key: put, claim, settle, fetch, recover.

`sending` is committed before the call, with the attempt counted, so a copy that may have gone out is
never forgotten.
"""

from bot.outbox.addresses import PHONE, WEB_REACH, Addresses
from bot.outbox.claiming import LEASE, READY, Outgoing, Wanted, claim, due_now, fetch, is_due
from bot.outbox.hush import hush
from bot.outbox.pace import Permits, pause, permits, rest, used
from bot.outbox.posting import Post, Quiet
from bot.outbox.script import in_characters
from bot.outbox.settling import (
    COPIES,
    DOUBT,
    TWICE,
    Outcome,
    cancelling,
    confirm,
    recover,
    settle,
    withdrawing,
)

__all__ = [
    "COPIES",
    "DOUBT",
    "LEASE",
    "PHONE",
    "READY",
    "TWICE",
    "WEB_REACH",
    "Addresses",
    "Outcome",
    "Outgoing",
    "Permits",
    "Post",
    "Quiet",
    "Wanted",
    "cancelling",
    "claim",
    "confirm",
    "due_now",
    "fetch",
    "hush",
    "in_characters",
    "is_due",
    "pause",
    "permits",
    "recover",
    "rest",
    "settle",
    "used",
    "withdrawing",
]  # fmt: skip
