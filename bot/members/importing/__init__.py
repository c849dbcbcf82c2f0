"""Imports of a roster: compared, planned line by line, stored and taken back some lines at a time.

compare → compared (kept in memory) → confirmed ─ plan → lines ─ store → stored ─ undo → undone
"""

from bot.members.importing.compared import Compared, compared, version_now
from bot.members.importing.comparing import compare
from bot.members.importing.importer import Importer

__all__ = ["Compared", "Importer", "compare", "compared", "version_now"]
