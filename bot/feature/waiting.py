"""What waits for staff, what is coming, and what they must see on every page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from bot.domain.people import Person
from bot.parts import Press
from bot.talk import Rows


class Need(IntEnum):
    """What kind of thing waits for a person; the lower, the sooner."""

    DANGER = 0
    PERSON = 1
    REGISTRATION = 2
    APPROVAL = 3
    """Before what has waited for days: nobody's yes in half an hour is a no."""
    VISIT = 4
    REMINDER = 5
    UNREACHED = 6
    DRAFT = 7
    WORDS = 8
    OTHER = 9


NEED_TITLE: dict[Need, str] = {
    Need.DANGER: "紧急", Need.PERSON: "等人回话", Need.REGISTRATION: "登记", Need.VISIT: "走访",
    Need.REMINDER: "提醒", Need.UNREACHED: "请打电话", Need.APPROVAL: "等您批准", Need.DRAFT: "您写的通知",
    Need.WORDS: "没听懂的话", Need.OTHER: "其他",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that needs a person now, as the Today page and the staff's chat show it."""

    title: str
    detail: str
    since: datetime | None
    """None: it has not waited since a moment; a day that is coming asks something."""
    urgent: bool = False
    command: str = ""
    """What a coordinator may say in chat to deal with it ("走访 12")."""
    kind: Need = Need.OTHER
    to: str = ""
    """The page where it is dealt with: "/desk/visits?id=12"."""
    presses: tuple[Press, ...] = ()
    """Buttons that settle it right here; each names its page."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that is coming, for the Today page when nobody waits: "12月10日(周四)上午9点 志愿服务日"."""

    day: date
    title: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands above every page of the desk, with the page where it is dealt with."""

    text: str
    to: str
    label: str


Waiting = Callable[[Rows, Person, datetime, Any], Iterable[Waits]]
"""(rows, viewer, now, all settings in force) → what waits for this person."""
ComingUp = Callable[[Rows, Person, datetime], Iterable[Coming]]
BannerOf = Callable[[Rows, Person, datetime], Banner | None]
"""What must be seen on every page now; asked for each page, so one look at an index."""
