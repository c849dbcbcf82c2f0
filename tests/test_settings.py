"""The settings in force: page over file, environment over page; every process follows within a second."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import config
from bot.app import build, sections
from bot.checks.settings import settings_in_force
from bot.clock import Clock as Ticker
from bot.config import CORE
from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.people import Person, Role
from bot.domain.settings import SettingChange
from bot.feature import Due, Occasion, Reminder
from bot.now import SHANGHAI
from bot.reminding import Deciding, Planning
from bot.talk import Note, Rows
from bot.tuning import Following, Tuned, back, change, follow, knobs_of
from tests.conftest import Clock, Community
from tests.engines import community, url

__all__ = ["community", "url"]

KNOBS = knobs_of(CORE | sections())


def put(town: Community, name: str, said: str) -> str:
    """What the page does, without following."""
    house = town.house

    def job(session: Any) -> str:
        return change(SessionRows(session), house.settings, (name, said), None, town.clock())

    return house.db.write_now(job)


def take_back(town: Community, name: str) -> str:
    house = town.house
    return house.db.write_now(
        lambda s: back(SessionRows(s), house.settings, name, None, town.clock())
    )


def up_to_date(town: Community) -> Tuned:
    settings = town.house.settings
    town.house.db.read_now(lambda session: follow(session, settings))
    return settings


# ── what stands over what ───────────────────────────────────────────────────────────────────────


def test_a_change_holds_until_it_is_taken_back(community: Community) -> None:
    assert put(community, "quiet.start", "20:30") == "20:30"
    assert community.house.settings.quiet.start == time(21)
    assert up_to_date(community).quiet.start == time(20, 30)
    assert community.house.post.quiet.start == time(20, 30)
    assert take_back(community, "quiet.start") == "21:00"
    assert up_to_date(community).quiet.start == time(21)


@pytest.mark.parametrize(
    ("name", "said", "value"),
    [
        ("service_day.lead_days", "７、3，1", (7, 3, 1)),
        ("notice.approval_above", "５０", 50),
        ("birthday.note_at", " 8:05 ", time(8, 5)),
    ],
)
def test_values_are_typed_as_people_type(
    community: Community, name: str, said: str, value: object
) -> None:
    put(community, name, said)
    section, _, key = name.partition(".")
    assert getattr(getattr(up_to_date(community), section), key) == value


@pytest.mark.parametrize(
    ("name", "said", "words"),
    [
        ("quiet.start", "25:00", "要写几点几分"),
        ("quiet.start", "21", "要写几点几分"),
        ("keep.chat_days", "3", "7到36500"),
        ("keep.web_session_days", "90", "180到36500"),
        ("schedule.lead_days", "60", "顿号"),
        ("notice.trial", "许多", "整数"),
        ("web.port", "80", "没有这一项"),
        ("telegram.token", "x", "没有这一项"),
    ],
)
def test_what_the_section_refuses_is_refused_in_words(
    community: Community, name: str, said: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        put(community, name, said)
    assert community.all(select(SettingChange)) == []


def test_the_environment_stands_over_the_page_and_says_so(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(community, "quiet.start", "20:30")
    monkeypatch.setenv("YURE_QUIET__START", "22:00")
    house = build(config.load(None, sections(), Path(community.house.folder)), community.clock)
    house.db.read_now(lambda session: follow(session, house.settings))
    found = house.db.read_now(lambda session: settings_in_force(session, house.settings))
    assert house.settings.quiet.start == time(22)
    assert "quiet.start：页面上改过，可是环境变量定着" in found.trouble
    with pytest.raises(Refused, match="YURE_QUIET__START"):
        house.db.write_now(
            lambda s: change(
                SessionRows(s), house.settings, ("quiet.start", "20:00"), None, community.clock()
            )
        )
    house.close()


def test_an_edit_of_the_file_behind_a_change_is_noticed(
    community: Community, tmp_path: Path
) -> None:
    put(community, "keep.chat_days", "60")
    file = tmp_path / "later.toml"
    file.write_text("[keep]\nchat_days = 30\n", encoding="utf-8")
    house = build(config.load(file, sections(), Path(community.house.folder)), community.clock)
    found = house.db.read_now(lambda session: settings_in_force(session, house.settings))
    assert house.settings.keep.chat_days == 60
    assert "yure settings --back" in found.trouble
    house.close()


def test_a_value_that_this_release_refuses_is_left_out_and_named(community: Community) -> None:
    community.add(SettingChange(name="keep.chat_days", value="2", file="90", at=community.clock()))
    community.add(SettingChange(name="gone.for_good", value="2", file="1", at=community.clock()))
    settings = up_to_date(community)
    assert settings.keep.chat_days == 90
    assert set(settings.left_out) == {"keep.chat_days", "gone.for_good"}
    found = community.house.db.read_now(lambda s: settings_in_force(s, settings))
    assert "keep.chat_days" in found.trouble


def test_no_secret_address_or_path_is_on_the_page() -> None:
    process = {"data", "database", "web", "telegram", "webchat", "log", "health", "sending"}
    assert {knob.section for knob in KNOBS} & process == set()
    assert [k.name for k in KNOBS if k.kind.model_fields[k.key].annotation in (str, Path)] == []


def test_another_process_follows_without_a_restart(community: Community) -> None:
    other = build(config.load(None, sections(), Path(community.house.folder)), community.clock)

    async def run() -> None:
        following = asyncio.ensure_future(Following(other.db, other.settings).run())
        await asyncio.to_thread(put, community, "limits.reminders_a_day", "1")
        for _ in range(100):
            await asyncio.sleep(0.05)
            if other.settings.limits.reminders_a_day == 1:
                break
        following.cancel()

    asyncio.run(run())
    other.close()
    assert other.settings.limits.reminders_a_day == 1


# ── reminders that are not sent yet ─────────────────────────────────────────────────────────────


class Party:
    """A party on 30 November at nine, of which everybody is reminded by the lead times of study days."""

    def __init__(self, town: Community) -> None:
        self.town = town
        house = town.house
        reminders = [Reminder("party", self.occasions, self.dues)]
        self.ticker = Ticker(
            house.db,
            Planning(reminders, house.post, house.settings),
            Deciding(reminders, house.post, house.settings),
            town.clock,
        )

    def occasions(self, rows: Rows, first: date, last: date, settings: Any) -> Iterator[Occasion]:
        yield Occasion("party", date(2026, 11, 30), "all", time(9), "茶话会")

    def dues(self, rows: Rows, occasion: Occasion, settings: Any) -> Iterator[Due]:
        start = datetime.combine(occasion.on, occasion.at, SHANGHAI)
        for lead in settings.schedule.lead_days:
            at = datetime.combine(
                occasion.on - timedelta(days=lead), settings.schedule.remind_at, SHANGHAI
            )
            for person in rows.all(select(Person)):
                yield Due(occasion, f"T-{lead}", person.id, at, start, f"{lead}天后有茶话会。")

    def at(self, moment: str) -> list[str]:
        self.town.clock.set(moment)
        self.ticker.tick_now()
        return [reply.text for _, reply in self.town.fetch("m1")]


@pytest.fixture
def party(community: Community) -> Party:
    community.person("王秀英", address="m1")
    made = Party(community)
    assert made.at("2026-11-20T10:00") == []
    return made


def test_other_lead_times_hold_for_what_is_still_to_come(party: Party) -> None:
    put(party.town, "schedule.lead_days", "3")
    assert party.at("2026-11-27T09:00") == ["3天后有茶话会。"]
    assert party.at("2026-11-29T09:00") == []


def test_a_moment_that_is_past_only_by_the_new_lead_is_not_made_up(party: Party) -> None:
    party.at("2026-11-25T10:00")
    put(party.town, "schedule.lead_days", "7、1")
    assert party.at("2026-11-25T10:01") == []
    assert [row.reason for row in party.town.all(select(Outbox))] == ["retimed"]
    assert party.at("2026-11-29T09:00") == ["1天后有茶话会。"]


def test_what_was_missed_in_an_outage_is_sent_although_settings_changed_meanwhile(
    party: Party,
) -> None:
    party.at("2026-11-29T08:00")
    put(party.town, "schedule.remind_at", "09:30")
    assert party.at("2026-11-29T11:00") == ["（补发）1天后有茶话会。"]


def test_what_was_sent_is_not_sent_again_at_the_new_hour(party: Party) -> None:
    assert party.at("2026-11-29T09:00") == ["1天后有茶话会。"]
    put(party.town, "schedule.remind_at", "10:00")
    assert party.at("2026-11-29T10:00") == []


def test_other_quiet_hours_move_what_waits_for_the_morning(party: Party) -> None:
    town = party.town
    person = town.all(select(Person))[0]
    staff = town.person("李敏", Role.COORDINATOR, address="c1")
    town.clock.set("2026-11-22T22:00")
    morning = datetime(2026, 11, 23, 7, 0, tzinfo=SHANGHAI)

    def queue(session: Any) -> None:
        for who, kind in ((person, Mail.REMINDER), (person, Mail.VISIT), (staff, Mail.VISIT)):
            note = Note(who.id, "早。", f"{who.id}{kind}", kind, due_at=morning)
            town.house.post.note(session, note, town.clock())

    town.house.db.write_now(queue)
    put(town, "quiet.end", "08:00")
    party.ticker.tick_now()
    due = {(r.person_id, r.kind): r.due_at for r in town.all(select(Outbox))}
    later = morning + timedelta(hours=1)
    assert due == {
        (person.id, Mail.REMINDER): later,
        (person.id, Mail.VISIT): later,
        (staff.id, Mail.VISIT): morning,
    }
    assert {r.state for r in town.all(select(Outbox))} == {Sending.WAITING}


def test_supposing_changes_nothing(community: Community, clock: Clock) -> None:
    settings = community.house.settings
    supposed = settings.supposing(settings.knobs["schedule.lead_days"], [5])
    assert (supposed.schedule.lead_days, settings.schedule.lead_days) == ((5,), (1,))
