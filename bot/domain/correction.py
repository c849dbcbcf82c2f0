"""Corrections of what is kept about a person: asked for by the member, checked and made by a coordinator.

open → made | refused        made → taken_back (open again)
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base, Refused
from bot.domain.keeping import Forgets, not_forgotten
from bot.domain.people import Person, month_day
from bot.domain.roster import cells, days
from bot.domain.roster.days import Misread
from bot.domain.sealed import Cipher, RowKey, Sealed
from bot.now import local_day

WORKING_DAYS: Final = 3
"""Within which a coordinator answers (a promise of ours; PIPL art. 50 says "in time")."""
SATURDAY: Final = 5
LONGEST: Final = 60


class What(StrEnum):
    """What is wrong; the values of the first six are attributes of `Person`."""

    PHONE = "phone"
    ADDRESS = "address"
    NAME = "name"
    BORN_ON = "born_on"
    JOINED_ON = "joined_on"
    FULL_MEMBER_ON = "full_member_on"
    BRANCH = "branch"
    OTHER = "other"


WHAT_TITLE: Final = {
    What.PHONE: "电话", What.ADDRESS: "住址", What.NAME: "姓名", What.BORN_ON: "出生日期",
    What.JOINED_ON: "入党日期", What.FULL_MEMBER_ON: "转正日期", What.BRANCH: "支部",
    What.OTHER: "别的",
}  # fmt: skip
DATES: Final = (What.BORN_ON, What.JOINED_ON, What.FULL_MEMBER_ON)
BY_HAND: Final = (What.BRANCH, What.OTHER)
"""What a coordinator changes elsewhere; here it is only answered."""


class Step(StrEnum):
    """Where a correction stands."""

    OPEN = "open"
    MADE = "made"
    REFUSED = "refused"


class Correction(Forgets, RowKey, Base):
    """One correction asked for."""

    __tablename__ = "correction"
    __table_args__ = (not_forgotten("correction", "decided_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    what: Mapped[What]
    old_sealed: Mapped[Cipher]
    """What stood there when it was changed."""
    new_sealed: Mapped[Cipher]
    """As it is to be kept (days in ISO); empty where the member is to be called."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[str] = mapped_column(default="self")
    at: Mapped[datetime]
    due_on: Mapped[date]
    step: Mapped[Step] = mapped_column(default=Step.OPEN, index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    old = Sealed(str)
    new = Sealed(str)

    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])


_PHONE = "请说完整的号码：手机11位，座机带区号。"
_NAME = "请只说全名，比如“王秀英”。"
_DAY = "请说清楚年月日，比如“1948年3月5日”。"
_READERS: Final[dict[What, tuple[Callable[[Any], Any], str]]] = {
    What.PHONE: (cells.read_phone, _PHONE), What.NAME: (cells.read_name, _NAME),
    What.BORN_ON: (days.read_day, _DAY), What.JOINED_ON: (days.read_day, _DAY),
    What.FULL_MEMBER_ON: (days.read_day, _DAY),
}  # fmt: skip


def read(what: What, said: str, today: date) -> str:
    """What was said, as it is to be kept. Raises Refused where it can't be that."""
    reader, hint = _READERS.get(what, (str.strip, ""))
    try:
        value = reader(said)
    except Misread:
        raise Refused(hint) from None
    if isinstance(value, date):
        if value > today:
            raise Refused("这一天还没有到，请再说一遍。")
        return value.isoformat()
    if len(value) > LONGEST:
        raise Refused(f"有点长了，请您用{LONGEST}个字以内说一说。")
    return str(value)


def make(correction: Correction, by_id: int | None, now: datetime) -> None:
    """Change what is kept. Raises Refused where it was decided, or doesn't fit the other dates."""
    _must_be(correction, Step.OPEN)
    correction.old = kept(correction.person, correction.what)
    if correction.new and correction.what not in BY_HAND:
        _put(correction.person, correction.what, correction.new, now)
    _decide(correction, Step.MADE, by_id, now)


def refuse(correction: Correction, by_id: int | None, now: datetime) -> None:
    """Leave it as it is."""
    _must_be(correction, Step.OPEN)
    _decide(correction, Step.REFUSED, by_id, now)


def take_back(correction: Correction, now: datetime) -> None:
    """As it stood before; it waits again."""
    _must_be(correction, Step.MADE)
    if correction.new and correction.what not in BY_HAND:
        _put(correction.person, correction.what, correction.old, now)
    correction.step, correction.decided_at, correction.decided_by_id = Step.OPEN, None, None


def kept(person: Person, what: What) -> str:
    """What is kept now, as text; days in ISO."""
    if what is What.BRANCH:
        return person.branch.name if person.branch else ""
    value = "" if what is What.OTHER else getattr(person, what.value)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def due_on(today: date) -> date:
    """The last working day in time; weekends only are left out, a holiday is the coordinator's luck."""
    day, left = today, WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def waiting() -> Select[Correction]:
    """What nobody has decided, the oldest first."""
    return select(Correction).where(Correction.step == Step.OPEN).order_by(Correction.id)


def decided_about(person_id: int) -> Select[Correction]:
    """What was decided about somebody, the latest first."""
    decided = (Correction.person_id == person_id, Correction.step != Step.OPEN)
    return select(Correction).where(*decided).order_by(Correction.id.desc())


def waiting_for(person_id: int, what: What) -> Select[Correction]:
    """What waits about one thing of a person: asking again renews it."""
    return waiting().where(Correction.person_id == person_id, Correction.what == what)


def _put(person: Person, what: What, text: str, now: datetime) -> None:
    if what not in DATES:
        setattr(person, what.value, text)
        return
    day = date.fromisoformat(text) if text else None
    told = {field: getattr(person, field.value) for field in DATES} | {what: day}
    others = (told[What.BORN_ON], told[What.JOINED_ON], told[What.FULL_MEMBER_ON])
    if any(days.contradictions(*others, local_day(now))):
        raise Refused("这一天和出生、入党、转正的其他日期对不上，请核对纸面材料。")
    setattr(person, what.value, day)
    person.joined_month_day = month_day(person.joined_on)


def _must_be(correction: Correction, step: Step) -> None:
    if correction.step is not step:
        raise Refused("这一条已经有人办过了。")


def _decide(correction: Correction, step: Step, by_id: int | None, now: datetime) -> None:
    correction.step, correction.decided_by_id, correction.decided_at = step, by_id, now
