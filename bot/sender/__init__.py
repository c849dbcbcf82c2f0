"""Carries due messages from the outbox to the channels that push: answers first, within their rates."""

from bot.sender.carrier import Carrier
from bot.sender.line import Rate
from bot.sender.phrases import CLOCK_LEAPT, UNREACHABLE

__all__ = ["CLOCK_LEAPT", "UNREACHABLE", "Carrier", "Rate"]
