"""What members write → intent, slots, dates, amounts. No database, no network."""

from bot.understand.alarm import Alarm, danger_sign, despair, emergency
from bot.understand.amounts import parse_amount
from bot.understand.labels import LABELS, SAFE
from bot.understand.learn import load, retrain
from bot.understand.meaning import Understood, ready, understand
from bot.understand.when import When, parse_when

__all__ = [
    "LABELS",
    "SAFE",
    "Alarm",
    "Understood",
    "When",
    "danger_sign",
    "despair",
    "emergency",
    "load",
    "parse_amount",
    "parse_when",
    "ready",
    "retrain",
    "understand",
]
