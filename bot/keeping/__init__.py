"""How long things are kept, and the nightly purge: rules by kind of data, in small batches, with a report.

`rules` says of every table what goes and when, or why it stays; `parts` are the ways in which rows go;
`files` does the same for the data folder; `terms` says how long, `due` what would go now; `purge` runs it
by night, or on command.
"""

from bot.keeping.due import TITLES, Due, due
from bot.keeping.purge import Purge
from bot.keeping.rules import FROZEN, RULES
from bot.keeping.terms import Terms

__all__ = ["FROZEN", "RULES", "TITLES", "Due", "Purge", "Terms", "due"]
