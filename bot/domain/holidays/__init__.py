"""Public holidays of China: our own file for each year wins, a guess raises questions for the rest.

A year without a confirmed file moves nothing; its likely holidays are shown as 可能是假期，待确认.
"""

from bot.domain.holidays.file import known, read_year, shipped
from bot.domain.holidays.move import Moved, Placing, service_day
from bot.domain.holidays.table import Holidays, YearTable, gather

__all__ = [
    "Holidays",
    "Moved",
    "Placing",
    "YearTable",
    "gather",
    "known",
    "read_year",
    "service_day",
    "shipped",
]
