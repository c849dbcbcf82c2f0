"""The only place that reads a clock. Everybody else takes a `Now`, or a moment, as an argument."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
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


class Steady:
    """Notices a clock that was put forward: until it is put right, nobody is written to unasked."""

    LEAP = timedelta(minutes=10)

    def __init__(self, now: Now, running: Callable[[], float]) -> None:
        """`running` counts seconds, sleep of the machine included, whatever happens to the clock."""
        self._now, self._running = now, running
        self._start = now() - timedelta(seconds=running())

    def leapt(self) -> timedelta | None:
        """How far the clock is ahead of the time that has passed, where that is more than ten minutes.

        A clock put back needs no alarm: keys protect what was sent, and from then on it is the measure.
        """
        ahead = self._now() - timedelta(seconds=self._running()) - self._start
        if ahead < -self.LEAP:
            self._start += ahead
        return ahead if ahead > self.LEAP else None

    def now(self) -> datetime:
        """The moment without the leap: nothing is late or due by a clock that may be wrong."""
        return self._now() - (self.leapt() or timedelta(0))


def seconds_running() -> float:
    """Seconds since the machine started, its sleep included where the system counts it."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


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
