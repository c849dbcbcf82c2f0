"""How long things are kept: what is due goes and is gone, what is not due or frozen stays."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot import inbox, outbox
from bot.channels.webchat import history
from bot.domain.base import Base
from bot.domain.handover import Handover
from bot.domain.keeping import PurgeNight
from bot.domain.mail import Conversation, Inbox, Mail, Outbox, Sending
from bot.domain.people import Person
from bot.domain.registration import RegistrationTry
from bot.domain.schedule import Attendance, DayKind, Leave, MakeUpTask
from bot.domain.visits import Half, Reason, Visit
from bot.domain.visits import State as VisitState
from bot.keeping import FROZEN, Purge
from bot.keeping import parts as ways
from bot.keeping.rules import tables_with_a_rule
from bot.now import local_day, real_now
from bot.outbox import Outcome
from bot.talk import Note, Reply, Said
from tests.conftest import Clock, Community
from tests.engines import community, url

__all__ = ["community", "url"]

SECRET = "我家的暗号是红梅七十一"


def purge(community: Community) -> Purge:
    """The purge of this house; here the machine's clock is the calendar's."""
    house = community.house
    return Purge(house.db, house.folder, house.settings, community.clock, community.clock)


def go(community: Community, **by: float) -> dict[str, int]:
    """Time passes; then a night's purge."""
    community.clock.go(**by)
    return purge(community).purge()


def visit(community: Community, person: Person) -> Visit:
    today = local_day(community.clock())
    made: Visit = community.add(
        Visit(
            person_id=person.id, branch_id=person.branch_id, reason=Reason.ILLNESS, health_note=SECRET,
            words=SECRET, day=today, half=Half.MORNING, due_on=today, state=VisitState.DONE,
            created_at=community.clock(), settled_at=community.clock(), closed_at=community.clock(),
        )
    )  # fmt: skip
    return made


def leave(community: Community, person: Person) -> Leave:
    today = local_day(community.clock())
    row: Leave = community.add(
        Leave(
            person_id=person.id, branch_id=person.branch_id, kind=DayKind.STUDY, source="rule:1",
            named=today, day=today, at=community.clock(), reason=SECRET,
        )
    )  # fmt: skip
    community.add(MakeUpTask(leave_id=row.id, due_on=today))
    return row


def test_every_table_says_how_long_it_is_kept() -> None:
    named = tables_with_a_rule() | set(FROZEN)
    assert {name for name in Base.metadata.tables if name not in named} == set()


def test_words_go_after_ninety_days_and_a_repeat_is_still_known(community: Community) -> None:
    community.person("王秀英", address="m001")
    community.say("m001", SECRET, update="u1")
    before = go(community, days=89)
    assert "chat" not in before
    assert go(community, days=2)["chat"] > 0
    row = community.all(select(Inbox))[0]
    assert (row.text, row.media, row.update_id) == ("", [], "u1")
    again = Said("terminal", "m001", "u1", community.clock(), SECRET)
    assert community.house.db.write_now(lambda s: inbox.accept(s, [again], (), real_now())) == []
    assert {Reply.from_values(r.reply).text for r in community.all(select(Outbox))} == {""}
    assert community.all(select(Conversation)) == []


def test_a_second_purge_finds_nothing(community: Community) -> None:
    person = community.person("王秀英", address="m001")
    community.say("m001", "找人帮忙")
    visit(community, person)
    leave(community, person)
    assert go(community, days=400) != {}
    assert go(community, days=1) == {}


def test_new_words_of_the_same_person_stay(community: Community) -> None:
    community.person("王秀英", address="m001")
    community.say("m001", "你好")
    community.clock.go(days=91)
    community.say("m001", SECRET)
    purge(community).purge()
    assert [row.text for row in community.all(select(Inbox).order_by(Inbox.id))] == ["", SECRET]


def test_emptied_messages_leave_no_empty_bubbles_on_the_page(community: Community) -> None:
    community.person("王秀英", address="w1", channel="web")
    community.say("w1", "你好", channel="web")
    go(community, days=91)
    read = community.house.db.read_now(lambda s: history.read(s, "w1"))
    assert read.lines == ()


def test_what_nobody_settled_is_expired_and_what_is_on_its_way_is_left(
    community: Community,
) -> None:
    person = community.person("王秀英", address="t1", channel="telegram")
    for key in ("doubtful", "queued"):
        note = Note(person.id, SECRET, key, Mail.NOTICE)
        community.house.db.write_now(
            lambda s, note=note: community.house.post.note(s, note, community.clock())
        )
    doubtful = community.all(select(Outbox).where(Outbox.key == "doubtful"))[0].id
    community.house.db.write_now(
        lambda s: outbox.settle(s, doubtful, Outcome.DOUBTFUL, real_now(), outbox.DOUBT, 0)
    )
    go(community, days=91)
    assert {row.state for row in community.all(select(Outbox))} == {Sending.EXPIRED}
    assert {row.reason for row in community.all(select(Outbox))} == {"kept_too_long"}


def test_the_highest_id_is_never_removed_so_no_answer_gets_an_old_key(
    community: Community,
) -> None:
    community.person("王秀英", address="m001")
    for _ in range(3):
        community.say("m001", "你好")
    newest = community.all(select(func.max(Inbox.id)))
    go(community, days=1100)
    assert community.all(select(Inbox.id)) == newest


def test_the_note_of_a_visit_goes_a_year_after_it_and_the_register_stays(
    community: Community,
) -> None:
    made = visit(community, community.person("王秀英"))
    assert go(community, days=364) == {}
    assert go(community, days=2) == {"visit_note": 1}
    kept = community.all(select(Visit))[0]
    assert (kept.health_note, kept.words, kept.state, kept.day) == (
        "",
        "",
        VisitState.DONE,
        made.day,
    )


def test_an_open_visit_keeps_its_note(community: Community) -> None:
    made = visit(community, community.person("王秀英"))

    def reopen(session: Any) -> None:
        row = session.get(Visit, made.id)
        row.state, row.closed_at = VisitState.REQUESTED, None

    community.house.db.write_now(reopen)
    go(community, days=800)
    assert community.all(select(Visit))[0].health_note == SECRET


def test_reasons_of_leave_go_after_a_year_and_attendance_after_three(community: Community) -> None:
    person = community.person("王秀英")
    leave(community, person)
    assert go(community, days=366) == {"leave_reason": 1}
    assert community.all(select(Leave))[0].reason == ""
    assert go(community, days=731)["attendance"] == 2
    assert community.all(select(Leave)) == community.all(select(Attendance)) == []


def test_tries_are_counted_for_a_day_and_gone_after_two(community: Community) -> None:
    community.add(RegistrationTry(channel="web", address="w1", about="x", at=community.clock()))
    assert go(community, days=3) == {"try": 1}


def test_requests_for_a_person_keep_their_time_and_lose_their_words(community: Community) -> None:
    community.person("王秀英", address="m001")
    community.say("m001", "找人帮忙")

    def close(session: Any) -> None:
        row = session.scalars(select(Handover)).first()
        row.state, row.closed_at, row.words = "closed", community.clock(), SECRET

    community.house.db.write_now(close)
    go(community, days=91)
    row = community.all(select(Handover))[0]
    assert row.words == ""
    assert row.at is not None


def test_exports_and_pictures_go_but_not_those_of_notices(community: Community) -> None:
    folder = community.house.folder
    old = (community.clock() - timedelta(days=100)).timestamp()
    for name in ("exports/a.txt", "media/sent.jpg", "media/said.webm", "media/new.jpg"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        if "new" not in name:
            os.utime(path, (old, old))
    gone = purge(community).purge()
    assert gone == {"export": 1, "picture": 1, "recording": 1}
    assert [p.name for p in sorted(folder.glob("media/*"))] == ["new.jpg"]


def test_a_calendar_moved_ahead_of_the_machine_deletes_nothing(community: Community) -> None:
    community.person("王秀英", address="m001")
    community.say("m001", SECRET)
    machine = Clock(community.clock())
    community.clock.go(days=365)
    house = community.house
    assert Purge(house.db, house.folder, house.settings, community.clock, machine).purge() == {}


def test_a_night_is_purged_once_and_taken_up_again_where_it_was_cut_short(
    community: Community,
) -> None:
    night = purge(community)
    assert night.is_due()
    night.purge()
    assert not night.is_due()
    community.house.db.write_now(lambda s: s.execute(text("UPDATE purge_night SET done_at = NULL")))
    assert night.is_due()
    community.clock.set("2026-11-23 04:01")
    night.purge()
    assert [row.day.day for row in community.all(select(PurgeNight).order_by(PurgeNight.day))] == [
        22,
        23,
    ]


def test_a_dry_run_counts_what_the_purge_then_takes(community: Community) -> None:
    person = community.person("王秀英", address="m001")
    community.say("m001", SECRET)
    visit(community, person)
    community.clock.go(days=366)
    counted = {due.kind: due.count for due in purge(community).due() if due.count}
    assert counted == purge(community).purge()


def test_many_rows_go_in_batches_between_which_others_write(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "BATCH", 10)
    at = community.clock()
    said = [Said("web", f"w{n}", f"u{n}", at, SECRET) for n in range(95)]
    community.house.db.write_now(lambda s: inbox.accept(s, said, (), real_now()))
    community.house.db.write_now(lambda s: s.execute(text("UPDATE inbox SET state = 'done'")))
    commits: list[int] = []
    community.house.db.after_commit.append(lambda: commits.append(1))
    assert go(community, days=91) == {"chat": 95}
    assert len(commits) > 10
    assert {row.text for row in community.all(select(Inbox))} == {""}


@pytest.mark.parametrize("url", [""])  # PostgreSQL's files are its own: VACUUM frees them
def test_what_is_purged_cannot_be_read_in_the_file(community: Community) -> None:
    person = community.person("王秀英", address="m001")
    community.say("m001", SECRET)
    visit(community, person)
    leave(community, person)
    go(community, days=366)
    with community.house.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        c.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    files = [p for p in Path(community.house.folder).glob("yure.db*") if p.stat().st_size]
    assert files
    assert not any(SECRET.encode() in path.read_bytes() for path in files)
