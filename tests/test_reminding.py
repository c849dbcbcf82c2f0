"""Deciding reminders: merged, withheld, told again when things change; the same however often it ticks."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import outbox
from bot.domain.mail import Outbox, Sending
from bot.domain.occurrence import Occurrence
from bot.domain.people import Person
from bot.domain.phrase import Phrase, Slot
from bot.feature import Due, Occasion, Reminder
from bot.now import SHANGHAI, real_now
from bot.reminding import Agenda, Deciding, Planning, settle
from bot.reminding.agenda import PEOPLE_AT_ONCE, Agendas
from bot.talk import Rows
from tests.conftest import Community

SOON = Phrase("event.soon", "前一天", "明天有{什么}。", (Slot("what", "什么", "唱歌"),))


class Things:
    """Feature-like rules under test: (rule, day, hour) that everybody is reminded of in the morning before."""

    def __init__(self, community: Community, *wanted: tuple[str, date, int]) -> None:
        self.community, self.wanted = community, list(wanted)
        community.house.settings.known_phrases[SOON.name] = SOON
        self.moved: dict[str, date] = {}

    def occasions(self, rows: Rows, first: date, last: date, settings: Any) -> Iterator[Occasion]:
        for rule, day, hour in self.wanted:
            yield Occasion(f"event.{rule}", day, "all", time(hour), rule, self.moved.get(rule))

    def dues(self, rows: Rows, occasion: Occasion, settings: Any) -> Iterator[Due]:
        start = datetime.combine(occasion.on, occasion.at, SHANGHAI)
        for person in rows.all(select(Person).order_by(Person.id)):
            yield Due(
                occasion,
                "T-1",
                person.id,
                start - timedelta(days=1),
                start,
                SOON(settings, what=occasion.title),
            )

    def tick(self) -> None:
        house, now = self.community.house, self.community.clock
        reminders = [Reminder("event", self.occasions, self.dues)]
        house.db.write_now(lambda s: Planning(reminders, house.post, house.settings).plan(s, now()))
        house.db.write_now(
            lambda s: Deciding(reminders, house.post, house.settings).decide(s, now())
        )

    def read(self) -> Agenda:
        """What a tick would find now."""
        return self.community.house.db.read_now(
            lambda s: self._agendas().read(s, self.community.clock())
        )

    def take(self, part: Agenda) -> int:
        """Decide one part in a transaction of its own."""
        house = self.community.house
        deciding = Deciding(
            [Reminder("event", self.occasions, self.dues)], house.post, house.settings
        )
        return len(house.db.write_now(lambda s: deciding.take(s, part)))

    def _agendas(self) -> Agendas:
        reminders = [Reminder("event", self.occasions, self.dues)]
        return Agendas(reminders, self.community.house.settings)

    def texts(self, address: str = "m1") -> list[str]:
        return [reply.text for _, reply in self.community.fetch(address)]


def day(number: int) -> date:
    return date(2026, 11, number)


@pytest.fixture
def member(community: Community) -> Community:
    community.person("王秀英", address="m1")
    return community


def test_the_second_message_of_a_day_takes_along_the_third(member: Community) -> None:
    things = Things(member, ("唱歌", day(23), 8), ("下棋", day(23), 9), ("讲座", day(23), 15))
    member.clock.set("2026-11-21T20:00")
    things.tick()
    for moment in ("2026-11-22T08:00", "2026-11-22T09:00", "2026-11-22T15:00"):
        member.clock.set(moment)
        things.tick()
    assert things.texts() == ["明天有唱歌。", "明天有下棋。\n明天有讲座。"]
    assert sorted(row.reason for row in member.all(select(Outbox))) == ["", "", "merged"]


def test_what_was_taken_along_is_of_use_as_long_as_the_last_of_it(member: Community) -> None:
    """Who looks after the first has begun still reads of the other."""
    things = Things(member, ("唱歌", day(23), 8), ("下棋", day(23), 9), ("讲座", day(23), 15))
    member.clock.set("2026-11-21T20:00")
    things.tick()
    for moment in ("2026-11-22T08:00", "2026-11-22T09:00"):
        member.clock.set(moment)
        things.tick()
    member.clock.set("2026-11-23T09:30")
    assert things.texts() == ["明天有下棋。\n明天有讲座。"]


def test_on_a_shared_phone_each_reminder_names_its_member(member: Community) -> None:
    member.bind(member.person("陈桂英"), "m1")
    things = Things(member, ("唱歌", day(23), 9))
    member.clock.set("2026-11-22T09:00")
    things.tick()
    assert things.texts() == ["王秀英：明天有唱歌。", "陈桂英：明天有唱歌。"]


def test_a_moved_thing_is_told_to_those_who_were_told_and_reminded_of_anew(
    member: Community,
) -> None:
    things = Things(member, ("唱歌", day(24), 9))
    member.clock.set("2026-11-23T09:00")
    things.tick()
    assert things.texts() == ["明天有唱歌。"]
    things.moved["唱歌"] = day(26)
    things.tick()
    assert things.texts() == ["唱歌改到11月26日(周四)上午9点，请您留意。"]
    member.clock.set("2026-11-25T09:00")
    things.tick()
    assert things.texts() == ["明天有唱歌。"]


def test_a_cancelled_thing_withdraws_its_reminders_and_tells_those_who_were_told(
    member: Community,
) -> None:
    member.person("黄国强", address="m2")
    things = Things(member, ("唱歌", day(24), 9))
    member.clock.set("2026-11-23T09:00")
    things.tick()
    member.fetch("m1")
    things.wanted.clear()
    things.tick()
    assert things.texts("m1") == ["11月24日(周二)的唱歌不办了，请您别跑空。"]
    # Not fetched yet: withdrawn unseen, so there is nothing to take back.
    assert things.texts("m2") == []


def test_who_may_have_been_told_is_told_of_the_change_and_gets_no_second_copy(
    member: Community,
) -> None:
    member.person("黄国强", address="1002", channel="telegram")
    things = Things(member, ("唱歌", day(24), 9))
    member.clock.set("2026-11-23T09:00")
    things.tick()
    db, real = member.house.db, real_now()
    wanted = outbox.Wanted("w", "telegram", 9, 9)
    (sent,) = db.write_now(lambda s: outbox.claim(s, wanted, member.clock(), real))
    db.write_now(lambda s: outbox.settle(s, sent.id, outbox.Outcome.DOUBTFUL, real))
    things.wanted.clear()
    things.tick()
    taken = db.write_now(lambda s: outbox.claim(s, wanted, member.clock(), real))
    assert [m.reply.text for m in taken] == ["11月24日(周二)的唱歌不办了，请您别跑空。"]


def test_a_reminder_that_would_come_at_night_and_is_useless_by_morning_is_expired(
    member: Community,
) -> None:
    things = Things(member, ("唱歌", day(24), 6))
    member.clock.set("2026-11-22T20:00")
    things.tick()
    member.clock.set("2026-11-24T05:30")
    things.tick()
    [row] = member.all(select(Outbox))
    assert (row.state, row.reason) == (Sending.EXPIRED, "quiet_hours")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(minutes=st.lists(st.integers(1, 3000), min_size=1, max_size=6))
def test_however_the_ticks_fall_each_reminder_is_decided_once(
    member: Community, minutes: list[int]
) -> None:
    name = f"事{member.clock().isoformat()}"
    member.clock.set("2026-11-20T08:00")
    things = Things(member, (name, day(22), 9))
    things.tick()
    for step in minutes:
        member.clock.go(minutes=step)
        things.tick()
    member.clock.set("2026-11-22T08:00")
    things.tick()
    [occurrence] = member.all(select(Occurrence).where(Occurrence.title == name))
    rows = member.all(select(Outbox).where(Outbox.key.like(f"r:{occurrence.rule}:%")))
    assert len(rows) == 1


def test_many_reminders_are_decided_a_few_people_at_a_time(member: Community) -> None:
    for number in range(2 * PEOPLE_AT_ONCE):
        member.person(f"覃{number}", address=f"n{number}")
    things = Things(member, ("唱歌", day(23), 8), ("下棋", day(23), 8))
    member.clock.set("2026-11-21T20:00")
    things.tick()
    member.clock.set("2026-11-22T08:00")
    agenda = things.read()
    parts = list(agenda.parts())
    assert [len({one.person_id for _, one in part.due}) for part in parts] == [50, 50, 1]
    made = [things.take(part) for part in parts]
    assert made == [100, 100, 2]
    assert [things.take(part) for part in parts] == [0, 0, 0]
    member.house.db.write_now(lambda s: settle(s, agenda))
    assert things.read().due == []


def test_what_was_moved_between_reading_and_deciding_is_not_sent(member: Community) -> None:
    things = Things(member, ("唱歌", day(23), 9))
    member.clock.set("2026-11-21T20:00")
    things.tick()
    member.clock.set("2026-11-22T09:00")
    agenda = things.read()
    things.moved["唱歌"] = day(25)
    things.tick()
    assert [things.take(part) for part in agenda.parts()] == [0]
    member.house.db.write_now(lambda s: settle(s, agenda))
    assert things.texts() == []
    member.clock.set("2026-11-24T09:00")
    things.tick()
    assert things.texts() == ["明天有唱歌。"]


def test_a_feature_that_fails_silences_nobody_else(member: Community) -> None:
    things = Things(member, ("坏了", day(23), 9), ("唱歌", day(23), 9))
    member.clock.set("2026-11-21T20:00")
    things.tick()
    member.clock.set("2026-11-22T09:00")
    whole = things.dues

    def dues(rows: Rows, occasion: Occasion, settings: Any) -> Iterator[Due]:
        if occasion.title == "坏了":
            raise ValueError("this feature is broken")
        return whole(rows, occasion, settings)

    things.dues = dues  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="broken"):
        things.tick()
    agenda = things.read()
    assert [name for name, _ in agenda.failed] == ["event.坏了:2026-11-23:all"]
    assert [things.take(part) for part in agenda.parts()] == [1]
    things.dues = whole  # type: ignore[method-assign]
    things.tick()
    assert things.texts() == ["明天有唱歌。", "明天有坏了。"]


def test_a_look_finds_out_whether_there_is_anything_to_plan(community: Community) -> None:
    things = Things(community, ("a", date(2026, 11, 24), 9), ("b", date(2026, 11, 25), 9))
    reminders, house = [Reminder("event", things.occasions, things.dues)], community.house
    planning = Planning(reminders, house.post, house.settings)

    def seen() -> bool:
        return house.db.read_now(lambda s: planning.seen(s, community.clock()))

    def plan() -> None:
        house.db.write_now(lambda s: planning.plan(s, community.clock()))

    assert not seen()
    plan()
    assert seen()
    for change in (
        lambda: things.moved.update(a=date(2026, 11, 26)),
        lambda: things.wanted.append(("c", date(2026, 11, 27), 9)),
        lambda: things.wanted.remove(("b", date(2026, 11, 25), 9)),
        lambda: things.wanted.append(("b", date(2026, 11, 25), 10)),
    ):
        change()
        assert not seen()
        plan()
        assert seen()
    community.clock.go(days=1)
    assert seen()
    house.db.write_now(lambda s: planning.note(s, community.clock()))
    assert seen()
