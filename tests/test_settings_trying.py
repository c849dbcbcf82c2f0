"""A setting that moves reminders shows first what it would change, and a second press saves it."""

from collections import Counter
from datetime import date, datetime

import pytest
from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.foreseen import Wanted
from bot.domain.occurrence import Occurrence
from bot.domain.people import Grant, Role
from bot.domain.schedule import DayKind
from bot.domain.settings import SettingChange
from bot.parts import Form, Press, Table, Text
from bot.reminding import compare
from bot.tuning import follow
from tests.calendar_house import OTHER, rule, tick
from tests.calendar_house import town as town
from tests.conftest import Community
from tests.desk_house import Desk

NEXT = date(2026, 12, 21)
"""The thirtieth day from the one on which the tests begin."""


@pytest.fixture
def desk(town: Community) -> Desk:
    """韦红梅 administers."""
    who = Desk(town, "韦红梅").who()
    town.add(Grant(person_id=who.id, role=Role.ADMINISTRATOR))
    return Desk(town, "韦红梅")


def told(desk: Desk, name: str, value: str) -> str:
    """All that the page says of a value that is tried."""
    parts = desk.of(Text, "settings", name=name, value=value)
    return "\n".join(part.text for part in parts)


def few(desk: Desk, name: str, value: str) -> list[tuple[str, ...]]:
    tables = desk.of(Table, "settings", name=name, value=value)
    return [row for table in tables if "最先的" in table.caption for row in table.rows]  # type: ignore[misc]


def buttons(desk: Desk, name: str, value: str = "") -> list[Press]:
    return desk.of(Press, "settings", name=name, value=value)


def foreseen(desk: Desk) -> Counter[tuple[int, str, datetime]]:
    """What the clock would send in thirty days: whom, of what, when."""
    town, wanted = desk.town, Wanted(date(2026, 11, 22), NEXT)
    found = town.house.db.read_now(lambda s: town.house.rehearse(SessionRows(s), wanted))
    return Counter((o.person.id, o.rule, o.at) for o in found.shown if o.withheld is None)


def test_what_moves_is_said_with_the_first_few(desk: Desk) -> None:
    assert "1条换个时候发。" in told(desk, "schedule.lead_days", "2")
    who = "王秀英（0002）"
    assert few(desk, "schedule.lead_days", "2") == [
        (who, "学习日", "12月14日(周一)上午9点", "12月13日(周日)上午9点")
    ]
    assert few(desk, "schedule.lead_days", "2、1") == [
        (who, "学习日", "不发", "12月13日(周日)上午9点")
    ]
    assert "1条不再发" in told(desk, "service_day.lead_days", "1")


def test_quiet_hours_move_what_goes_out_early(desk: Desk) -> None:
    assert few(desk, "quiet.end", "08:00")[0][1:] == (
        "志愿服务日和活动", "12月10日(周四)早上7点半", "12月10日(周四)上午8点",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schedule.lead_days", "3、2、1"),
        ("service_day.lead_days", "7"),
        ("service_day.morning_at", "08:30"),
        ("quiet.end", "09:30"),
        ("limits.reminders_a_day", "1"),
        ("birthday.note_at", "10:00"),
    ],
)
def test_what_is_announced_is_what_happens(desk: Desk, name: str, value: str) -> None:
    desk.town.person("农丽珍", address="m7", joined_on=date(1988, 12, 14))
    before = foreseen(desk)
    house = desk.town.house
    knob = house.settings.knobs[name]
    supposed = house.settings.supposing(
        knob, knob.read(value, getattr(house.settings, knob.section))
    )
    said = house.db.read_now(lambda s: house.compare(SessionRows(s), supposed, None))
    (button,) = [b for b in buttons(desk, name, value) if b.action == "change"]
    desk.press("settings", "change", **dict(button.values))
    tick(desk.town, "2026-11-22T10:01")
    after = foreseen(desk)
    assert said.moved + said.dropped == (before - after).total()
    assert said.moved + said.added == (after - before).total()


def test_looking_stores_nothing(desk: Desk) -> None:
    told(desk, "quiet.end", "09:30")
    assert desk.town.all(select(SettingChange)) == []
    assert desk.town.all(select(Occurrence)) == []
    assert desk.town.house.post.quiet.end.hour == 7


def test_a_reminder_that_is_out_is_counted_no_more(desk: Desk) -> None:
    tick(desk.town, "2026-12-14T09:01")
    assert "一条也不变" in told(desk, "schedule.lead_days", "2")
    assert few(desk, "schedule.lead_days", "2") == []


def test_whom_an_administrator_does_not_look_after_is_counted_and_not_named(
    town: Community,
) -> None:
    rule(town, "20 15:00", DayKind.STUDY, branch=OTHER)
    town.person("农丽珍", address="m7", branch=OTHER)
    theirs, branch = town.person("黄丽", address="c2", branch=OTHER), town.branch(OTHER).id
    town.add(Grant(person_id=theirs.id, role=Role.ADMINISTRATOR, branch_id=branch))
    desk = Desk(town, "黄丽")
    assert "3条换个时候发" in told(desk, "schedule.lead_days", "2")
    names = {row[0].partition("（")[0] for row in few(desk, "schedule.lead_days", "2")}
    assert names == {"农丽珍", "黄丽"}


def test_what_cannot_be_a_value_has_no_button(desk: Desk) -> None:
    assert "要写几点几分" in told(desk, "quiet.end", "25:61")
    assert buttons(desk, "quiet.end", "25:61") == buttons(desk, "quiet.end") == []


def test_taking_back_a_change_shows_first_too(desk: Desk) -> None:
    desk.press("settings", "change", name="schedule.lead_days", value="2", was="1")
    desk.town.house.db.read_now(lambda s: follow(s, desk.town.house.settings))
    assert "1条换个时候发" in told(desk, "schedule.lead_days", "1")
    (button,) = buttons(desk, "schedule.lead_days", "1")
    assert button.action == "back"
    assert "恢复成 1" in desk.press("settings", "back", **dict(button.values))


def test_what_moves_no_reminder_is_saved_by_one_press(desk: Desk) -> None:
    (form,) = [f for f in desk.of(Form, "settings", name="keep.chat_days") if f.action == "change"]
    assert [field.name for field in form.fields] == ["name", "was", "value"]


def test_a_large_community_is_compared_as_far_as_there_is_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "MOST", 1)
    said = told(desk, "schedule.lead_days", "2")
    assert "一条也不变" in said
    assert "只算到12月1日(周二)为止" in said
