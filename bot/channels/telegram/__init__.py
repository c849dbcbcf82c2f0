"""Telegram: python-telegram-bot as a library for sending and for reading updates, our own receiving.

settings    what stands in `[telegram]`
channel     the door: what app, engine and outbox see
wire        HTTP to the Bot API; which failure means "surely not sent"
sending     a Reply becomes one message with big reply buttons; errors become Busy, Unreachable, Doubtful
translate   an update becomes Said, Spoiled or nothing
polling     our getUpdates loop; the offset moves only after the inbox has the batch
webhook     POST /channels/telegram; 200 only after the inbox has the update
trouble     what `yure doctor` and /health say about this channel
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from bot.channels.telegram.settings import CAN, TelegramSettings
from bot.spared import without

if TYPE_CHECKING:
    from bot.channels.telegram.channel import Telegram

# Before python-telegram-bot is imported, so that its durations are timedelta and not deprecated integers.
os.environ.setdefault("PTB_TIMEDELTA", "1")

__all__ = ["CAN", "Telegram", "TelegramSettings"]


def __getattr__(name: str) -> Any:
    """Import python-telegram-bot (0.3 s) only where a Telegram channel is really made."""
    if name != "Telegram":
        raise AttributeError(name)
    # httpx takes rich for its own command line: 5 MB and 0.04 s.
    with without("httpx._main"):
        from bot.channels.telegram.channel import Telegram

    return Telegram
