"""A roster in a table: what its lines say, and how that differs from the people already known.

    read(rows, today)  →  Roster  →  diff(roster, known, branches, today)  →  RosterDiff

Nothing is changed here. Empty cells never erase, absent people are listed and never removed, and a
line in doubt is faulty: a person decides.
"""

from bot.domain.roster.branches import find_branch, is_new_branch
from bot.domain.roster.compare import Change, Changed, RosterDiff, diff
from bot.domain.roster.headings import Field, heading_words
from bot.domain.roster.lines import Entry, Faulty, Known, Roster, read

__all__ = [
    "Change",
    "Changed",
    "Entry",
    "Faulty",
    "Field",
    "Known",
    "Roster",
    "RosterDiff",
    "diff",
    "find_branch",
    "heading_words",
    "is_new_branch",
    "read",
]
