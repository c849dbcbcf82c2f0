"""How long things are kept, and the nightly purge: rules by kind of data, in small batches, with a report.

`rules` says of every table what goes and when, or why it stays; `parts` are the ways in which rows go;
`files` does the same for the data folder; `purge` runs it by night, or on command.
"""

from bot.keeping.purge import Due, Purge
from bot.keeping.rules import FROZEN, RULES

__all__ = ["FROZEN", "RULES", "Due", "Purge"]
