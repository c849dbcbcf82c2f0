"""Thirty days switched off, then started: what is still useful goes out once, the rest is expired and listed."""

import time
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.schedule import CalendarRule, DayKind
from bot.now import SHANGHAI
from tests.conftest import Community

MEMBERS = 91
OFF, ON = "2026-11-01T12:00", "2026-12-01T10:00"
"""Between them lie four Wednesdays; on the Tuesday of the start one is reminded of tomorrow's."""
WITHIN = 60.0
NEVER = (Sending.EXPIRED, Sending.CANCELLED)


@pytest.fixture
def office(community: Community) -> Community:
    for n in range(MEMBERS):
        community.person(f"王{chr(0x4E00 + n)}", address=f"{1001 + n}", channel="telegram")
    branch = community.branch("三海街道离退休党支部")
    community.add(
        CalendarRule(
            branch_id=branch.id, kind=DayKind.STUDY, rule="wed 09:00", created_at=community.clock()
        )
    )
    community.clock.set(OFF)
    community.house.clock.tick_now()
    community.clock.set(ON)
    return community


def reminders(office: Community) -> list[Outbox]:
    rows: list[Outbox] = office.all(select(Outbox).where(Outbox.kind == Mail.REMINDER))
    return rows


def test_after_thirty_days_off_only_what_is_still_true_goes_out_and_all_is_decided(
    office: Community,
) -> None:
    start = time.monotonic()
    office.house.clock.tick_now()
    assert time.monotonic() - start < WITHIN
    rows = reminders(office)
    wednesdays = [date(2026, 11, 4) + timedelta(days=7 * n) for n in range(4)]
    going = Counter(row.person_id for row in rows if row.state not in NEVER)
    assert len(going) == MEMBERS
    assert set(going.values()) == {1}
    listed = Counter(row.key.split(":")[2] for row in rows if row.state in NEVER)
    assert listed == {day.isoformat(): 2 * MEMBERS for day in wednesdays}
    assert {row.reason for row in rows if row.state in NEVER} <= {"too_late", "superseded"}


def test_a_second_look_after_an_outage_decides_nothing_anew(office: Community) -> None:
    office.house.clock.tick_now()
    before = len(reminders(office))
    assert office.house.clock.tick_now() == 0
    office.clock.at = datetime(2026, 12, 1, 12, tzinfo=SHANGHAI)
    assert office.house.clock.tick_now() == 0
    assert len(reminders(office)) == before
