"""Which days are off, as one value, and which of that is certain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.holidays.guess import guessed_off

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class YearTable:
    """The holidays of one year as one file gives them.

    May hold the last days of the year before, where the new year's holiday begins in December.
    """

    year: int
    confirmed: bool
    """The notice of the State Council (国务院办公厅) for this year is out and was copied here."""
    off: Mapping[date, str]
    """Days off by the name of their holiday, the weekends inside it included."""
    worked: frozenset[date]
    """Saturdays and Sundays on which people work instead (调休)."""


@dataclass(frozen=True, slots=True)
class Holidays:
    """All that is known of holidays. Without any table every year is unconfirmed."""

    off: Mapping[date, str] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()
    confirmed: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool | None:
        """Whether people work on `day`; None where an unconfirmed year leaves it open.

        In an unconfirmed year a plain Monday to Friday counts as worked, a weekend is open (it may
        be worked instead of a holiday), and so is a day that is likely to be a holiday.
        """
        if day.year in self.confirmed:
            return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)
        if day.weekday() >= SATURDAY or self.name_of(day):
            return None
        return True

    def name_of(self, day: date) -> str | None:
        """The holiday that `day` belongs to, or likely belongs to in an unconfirmed year."""
        if day in self.off or day.year in self.confirmed:
            return self.off.get(day)
        return guessed_off(day.year).get(day)

    def unconfirmed(self, start: date, end: date) -> list[int]:
        """The years from `start` to `end` for which the coordinator should be asked for a file."""
        return [y for y in range(start.year, end.year + 1) if y not in self.confirmed]


def gather(tables: Iterable[YearTable]) -> Holidays:
    """One value from many files; of two for the same year the later one wins."""
    by_year = {table.year: table for table in tables}
    return Holidays(
        off={day: name for table in by_year.values() for day, name in table.off.items()},
        worked=frozenset(day for table in by_year.values() for day in table.worked),
        confirmed=frozenset(table.year for table in by_year.values() if table.confirmed),
    )
