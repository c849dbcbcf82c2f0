"""One day of a branch's calendar, as a value."""

from dataclasses import dataclass
from datetime import date, time
from zlib import crc32

from bot.domain.holidays import Placing
from bot.domain.schedule.tables import KIND_TITLE, DayKind


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a branch's calendar, as it stands now."""

    named: date
    """The day that the rule names; with `source` it is the same thing however it is moved."""
    day: date
    kind: DayKind
    branch_id: int
    branch: str
    source: str
    at: time | None
    """In Asia/Shanghai; None: the whole day, or not said."""
    place: str = ""
    topic: str = ""
    material: str = ""
    moved_from: date | None = None
    reason: str = ""
    """Why it was moved, cancelled or added, or why it is not certain."""
    state: Placing = Placing.ORDINARY
    cancelled: bool = False
    decision: int = 0
    """The id of the coordinator's decision that holds for it; 0: none."""

    @property
    def ref(self) -> tuple[str, date]:
        """What stays the same however it is moved."""
        return self.source, self.named

    @property
    def version(self) -> str:
        """What a page has seen of it: another decision, day, hour or place makes it another."""
        at = f"{self.at:%H%M}" if self.at else ""
        return f"{self.decision}.{self.day:%Y%m%d}.{at}.{crc32(self.place.encode()):x}"

    @property
    def title(self) -> str:
        """学习日, 志愿服务日; an event is called by what it is."""
        own = self.kind in (DayKind.EVENT, DayKind.COLLECTIVE)
        return self.topic if own and self.topic else KIND_TITLE[self.kind]

    @property
    def occasion(self) -> tuple[str, str]:
        """The rule and the subject under which the clock knows it; of events a branch may hold several a day."""
        branch = f"branch:{self.branch_id}"
        if self.kind in (DayKind.STUDY, DayKind.SERVICE):
            return self.kind.value, branch
        rule = "service.event" if self.kind is DayKind.EVENT else self.kind.value
        return rule, f"{branch}:{self.source}"

    @property
    def asks(self) -> bool:
        """Whether a coordinator still has to say on which day it is held."""
        return self.state is not Placing.ORDINARY
