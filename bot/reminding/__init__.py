"""Reminders: what falls due becomes occurrences, and each reminder is decided exactly once.

Planning looks 45 days ahead and stores occurrences with a unique key; deciding puts each due reminder
into the outbox under a unique key, as sent, merged, withheld or expired. Running either a hundred times
changes nothing. A tick looks only at occurrences whose `next_at` has come.
"""

from bot.reminding.agenda import Agenda, settle
from bot.reminding.compare import Comparing
from bot.reminding.decide import Deciding, Decision
from bot.reminding.foresee import Foreseeing
from bot.reminding.plan import CALLED_OFF, PUT_OFF, Planning
from bot.reminding.rehearse import Stretch, rehearse
from bot.reminding.retime import Retiming, give_up, go_by, retiming

__all__ = [
    "CALLED_OFF", "PUT_OFF", "Agenda", "Comparing",
    "Deciding", "Decision", "Foreseeing", "Planning", "Retiming", "Stretch", "give_up", "go_by",
    "rehearse", "retiming", "settle",
]  # fmt: skip
