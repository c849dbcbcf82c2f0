"""What is known of holidays: the files that came with the product, and the office's own, which win."""

from functools import lru_cache

from sqlalchemy import Select, select

from bot.domain.holidays import Holidays, known
from bot.domain.schedule.branches import Reads
from bot.domain.schedule.tables import HolidayYear

_known = lru_cache(maxsize=4)(known)


def own_years() -> Select[HolidayYear]:
    """The office's own files, the earliest year first."""
    return select(HolidayYear).order_by(HolidayYear.year)


def holidays_in(rows: Reads) -> Holidays:
    """What is known of holidays, the office's own files winning."""
    own = rows.all(own_years())
    return _known(tuple(year.text for year in own))
