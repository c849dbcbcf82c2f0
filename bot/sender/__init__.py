"""Carries due messages from the outbox to the channels that push: answers first, within their rates."""

from bot.sender.carrier import Carrier
from bot.sender.line import Rate

__all__ = ["Carrier", "Rate"]
