"""The calendar of a branch for other calendars: RFC 5545, a secret address, one branch and nobody's name."""

import re
from datetime import date

import pytest

from bot.domain.base import Refused
from bot.domain.people import Grant, Role
from bot.domain.schedule import DayKind
from bot.parts import Table
from tests.calendar_house import BRANCH, OTHER, plan, rule
from tests.calendar_house import town as town
from tests.conftest import Community
from tests.desk_house import Desk, public_file


@pytest.fixture
def desk(town: Community) -> Desk:
    """The branch's coordinator at the desk."""
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    return Desk(town, "韦红梅")


def address(desk: Desk) -> str:
    """The key in the address that the desk shows for the coordinator's branch."""
    cells = [str(c) for t in desk.of(Table, "calendar", feeds="1") for row in t.rows for c in row]
    return next(found[1] for c in cells if (found := re.search(r"/p/calendar/ics\?key=(.+)", c)))


def feed(desk: Desk) -> str:
    """What a calendar fetches, its folded lines joined."""
    desk.press("calendar", "feed", branch=str(desk.town.branch(BRANCH).id))
    content = public_file(desk.town, "calendar", "ics", key=address(desk)).content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    return content.decode().replace("\r\n ", "").replace("\r\n", "\n")


def event(text: str, day: str) -> str:
    """The event that the rule names for this day, as its UID says."""
    events = re.findall(r"BEGIN:VEVENT\n.*?END:VEVENT", text, re.DOTALL)
    return next(one for one in events if f"-{day}@yure" in one)


def test_a_feed_holds_the_branchs_days_in_utc(desk: Desk) -> None:
    text = feed(desk)
    assert text.startswith("BEGIN:VCALENDAR\nVERSION:2.0\n")
    assert text.endswith("END:VCALENDAR\n")
    study = event(text, "20261215")
    assert "DTSTART:20261215T010000Z\nDTEND:20261215T030000Z" in study
    assert "SUMMARY:学习日" in study
    assert "LOCATION:一楼会议室" in study
    assert "DESCRIPTION:《论十大关系》\\n笔记本" in study
    assert "20261220" not in text


def test_a_long_line_is_folded_between_characters_and_signs_are_escaped(desk: Desk) -> None:
    plan(desk.town, date(2027, 1, 15), f"{'学' * 60}，上, 下; 完\\")
    assert f"DESCRIPTION:{'学' * 60}，上\\, 下\\; 完\\\\" in event(feed(desk), "20270115")


def test_a_moved_day_keeps_its_uid_and_a_cancelled_one_says_so(desk: Desk) -> None:
    refs = {"2026-12-15": "rule:1@2026-12-15", "2026-12-10": "rule:2@2026-12-10"}
    desk.press(
        "calendar", "move", day=refs["2026-12-15"], to="2026-12-17", at="14:00", reason="维修"
    )
    desk.press("calendar", "cancel", day=refs["2026-12-10"], reason="台风")
    text = feed(desk)
    assert "DTSTART:20261217T060000Z" in event(text, "20261215")
    assert "STATUS:CANCELLED" in event(text, "20261210")


def test_an_event_says_its_name_once(desk: Desk) -> None:
    desk.press(
        "calendar", "add", branch=str(desk.town.branch(BRANCH).id), kind="event", to="2026-12-18",
        topic="重阳节联欢", reason="加一次",
    )  # fmt: skip
    (found,) = re.findall(
        r"BEGIN:VEVENT\n(?:(?!END:).)*SUMMARY:重阳节联欢.*?END:VEVENT", feed(desk), re.DOTALL
    )
    assert "DTSTART;VALUE=DATE:20261218" in found
    assert "DTEND" not in found, "without an hour it is the whole day"
    assert found.count("重阳节联欢") == 1


def test_a_new_address_ends_the_old_one(desk: Desk) -> None:
    feed(desk)
    old = address(desk)
    feed(desk)
    assert address(desk) != old
    with pytest.raises(Refused, match="不能用了"):
        public_file(desk.town, "calendar", "ics", key=old)


def test_without_a_key_nothing_is_read(desk: Desk) -> None:
    with pytest.raises(Refused, match="不能用了"):
        public_file(desk.town, "calendar", "ics")


def test_a_coordinator_of_another_branch_neither_sees_nor_renews_the_address(desk: Desk) -> None:
    ours = str(desk.town.branch(BRANCH).id)
    feed(desk)
    who, theirs = desk.town.person("黄玉兰", branch=OTHER), desk.town.branch(OTHER).id
    desk.town.add(Grant(person_id=who.id, role=Role.COORDINATOR, branch_id=theirs))
    other = Desk(desk.town, "黄玉兰")
    assert address(desk) not in repr(other.page("calendar", feeds="1"))
    with pytest.raises(Refused, match="您负责的支部"):
        other.press("calendar", "feed", branch=ours)
