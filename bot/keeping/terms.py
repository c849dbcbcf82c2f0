"""For how long each kind is kept, and by which moment it goes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.keeping.parts import Moment
from bot.now import Now, local


@dataclass(frozen=True, slots=True)
class Terms:
    """`now`: the calendar's clock. What is not old on the machine's clock `real` too stays."""

    settings: Any
    now: Now
    real: Now

    def days(self, kind: str) -> int:
        """Days that a kind is kept."""
        if kind == "recording":
            return int(self.settings.voice.keep_days)
        return int(getattr(self.settings.keep, f"{kind}_days"))

    def moment(self, kind: str) -> Moment:
        """What is older goes."""
        real = self.real()
        return Moment(min(self.now(), real) - timedelta(days=self.days(kind)), real)

    def night(self) -> date:
        """The day on which the night just past began to be due."""
        now = local(min(self.now(), self.real()))
        return now.date() - timedelta(days=now.time() < self.settings.keep.at)
