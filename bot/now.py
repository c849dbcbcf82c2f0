"""The only place that reads a clock. Everybody else takes a `Now`, or a moment, as an argument."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Now = Callable[[], datetime]

SHANGHAI = ZoneInfo("Asia/Shanghai")


def real_now() -> datetime:
    """The machine's clock, aware, in UTC: leases, rates and sessions are measured on it."""
    return datetime.now(UTC)


def moved_clock(at: datetime) -> Now:
    """A calendar clock that shows `at` now and runs on from there at the machine's pace."""
    offset = at.astimezone(UTC) - real_now()
    return lambda: real_now() + offset


def stopped_clock(at: datetime) -> Now:
    """A calendar clock that always shows `at`."""
    moment = at.astimezone(UTC)
    return lambda: moment


def parse_at(text: str) -> datetime:
    """An ISO moment from a person; without a zone it is Asia/Shanghai.

    Raises ValueError where it is not an ISO date or date and time.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment


def local(moment: datetime) -> datetime:
    """The same instant as the wall clock in Asia/Shanghai shows it."""
    return moment.astimezone(SHANGHAI)


def local_day(moment: datetime) -> date:
    """The date in Asia/Shanghai on which `moment` falls."""
    return local(moment).date()
