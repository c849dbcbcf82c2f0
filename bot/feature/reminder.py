"""What falls due on days, and who is reminded of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select

from bot.domain.people import Person
from bot.domain.schedule import Expected
from bot.talk import Rows


@dataclass(frozen=True, slots=True)
class Occasion:
    """One thing that falls due on a local day; (rule, day, subject) is unique for ever.

    `rule` is the reminder's name, or begins with it and a dot; `subject` names what it is about: "branch:1",
    "visit:3", or "person:12", of which nobody but that person is reminded. `day` is the day the rule names and
    stays when the thing is moved: then `moved_to` says where it really is. The clock sees a change of `moved_to`
    or `at`, makes a new revision of it and tells those who were told; one that is no longer yielded is cancelled
    and they are told that.
    """

    rule: str
    day: date
    subject: str
    at: time
    title: str = ""
    moved_to: date | None = None
    of: Any = field(default=None, compare=False, repr=False)
    """What the feature made it from, so that its reminders need not look it up; None where it was kept."""

    @property
    def on(self) -> date:
        """The day on which it really is."""
        return self.moved_to or self.day


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder to one person: which occasion, how long before, when (aware), what to say, useful until when."""

    occasion: Occasion
    lead: str
    """"T-7", "T-3", "T-1", "day": with person and channel it makes the outbox key."""
    person_id: int
    at: datetime
    useful_until: datetime
    text: str
    plain: str = ""
    media: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """The same reminder to many at one moment: a rehearsal reads who they are, and words only for those it shows."""

    occasion: Occasion
    lead: str
    people: Select[Person] | Expected
    """Of a day of the calendar `Expected`: who they are is read for many days together."""
    at: datetime
    useful_until: datetime
    say: Callable[[], str]

    def due(self, person_id: int, text: str) -> Due:
        """The reminder to one of them, in the words that `say` made."""
        return Due(self.occasion, self.lead, person_id, self.at, self.useful_until, text)


Occasions = Callable[[Rows, date, date, Any], Iterable[Occasion]]
"""(rows, first day, last day, settings) → what is named or held on these days; indexed, never a scan of all members."""
Dues = Callable[[Rows, Occasion, Any], Iterable[Due | Round]]
"""(rows, occasion, settings) → who is reminded of it, when and in which words."""


FURTHEST_LEAD = 45
"""Days: so far ahead the clock plans."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A rule by which the clock reminds people."""

    name: str
    occasions: Occasions
    dues: Dues
    days_before: Callable[[Any], int] = lambda settings: FURTHEST_LEAD
    """(settings) → so many days before its day the first reminder of an occasion falls due, at the most."""
