"""A branch's calendar as other calendars read it (iCalendar, RFC 5545), under an address that few know."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.base import Base
from bot.domain.people import Branch
from bot.domain.schedule.change import By
from bot.domain.schedule.day import Day
from bot.domain.schedule.words import note
from bot.now import SHANGHAI

_FOLD = 75
"""Octets of a line; a longer one goes on behind a line end and a space."""
LASTS = timedelta(hours=2)
"""So long a day of the calendar goes on from its hour; nobody says how long."""
_BACK, _AHEAD = timedelta(days=31), timedelta(days=366)


class CalendarFeed(Base):
    """The address under which a branch's calendar is read; a new key ends the old one."""

    __tablename__ = "calendar_feed"

    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    branch: Mapped[Branch] = relationship(lazy="joined")


def new_feed(former: CalendarFeed | None, branch: Branch, by: By) -> CalendarFeed:
    """The branch's feed under a fresh address; `former`, where there is one, opens no more."""
    feed = former or CalendarFeed(branch_id=branch.id)
    feed.key, feed.by_id, feed.made_at = secrets.token_urlsafe(24), by.person_id, by.at
    return feed


def feed_with(key: str) -> Select[CalendarFeed]:
    """The feed that a key opens."""
    return select(CalendarFeed).where(CalendarFeed.key == key)


def feeds() -> Select[CalendarFeed]:
    """Every branch's address."""
    return select(CalendarFeed).order_by(CalendarFeed.branch_id)


def feed_span(today: date) -> tuple[date, date]:
    """The days that a feed holds: a month back, a year ahead."""
    return today - _BACK, today + _AHEAD


def ics(days: Iterable[Day], title: str, now: datetime) -> bytes:
    """The feed. An event keeps its UID however it is moved; what is cancelled says so."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yure//Calendar//ZH", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(title)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]  # fmt: skip
    for day in days:
        lines += _event(day, now)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(day: Day, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{day.source.replace(':', '-')}-{day.named:%Y%m%d}@yure"
    yield f"DTSTAMP:{_stamp(now)}"
    yield from _hours(day.day, day.at)
    yield f"SUMMARY:{_escaped(day.title)}{'（待确认）' if day.asks else ''}"
    if day.place:
        yield f"LOCATION:{_escaped(day.place)}"
    topic = "" if day.topic == day.title else day.topic
    about = "\n".join(part for part in (topic, day.material, note(day)) if part)
    if about:
        yield f"DESCRIPTION:{_escaped(about)}"
    yield f"STATUS:{_status(day)}"
    yield "END:VEVENT"


def _status(day: Day) -> str:
    if day.cancelled:
        return "CANCELLED"
    return "TENTATIVE" if day.asks else "CONFIRMED"


def _hours(day: date, at: time | None) -> Iterator[str]:
    """In UTC, so that no reader needs to know our zone; without an hour, the whole day (RFC 5545, 3.6.1)."""
    if at is None:
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        return
    begins = datetime.combine(day, at, SHANGHAI)
    yield f"DTSTART:{_stamp(begins)}"
    yield f"DTEND:{_stamp(begins + LASTS)}"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> bytes:
    """A line in octets, broken where it is long, never within a character."""
    parts, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > _FOLD:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += width
    return "\r\n".join([*parts, ""]).encode()
