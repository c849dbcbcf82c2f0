"""What must not be read by whoever has the file: sealed columns, their keys, and how they are changed."""

# ruff: noqa: F811 - the fixtures of tests.engines stand before those of conftest

import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, inspect, select, text

from bot import keyring, sealing
from bot.db import Database
from bot.domain import registration
from bot.domain.base import Base, Refused
from bot.domain.people import Person, Status
from bot.domain.registration import Told
from bot.domain.visits import Visit
from bot.keyring import Foreign, KeyRing, KeyTrouble
from bot.migrations import upgrade
from bot.now import real_now
from tests.commands import invoke
from tests.conftest import Community
from tests.engines import community, url  # noqa: F401

PLAIN = {
    "study_delivery": {"brought_by", "what"},
    "roster_import": {"file", "row_key", "why"},
    "roster_import_line": {"left", "row_key"},
    "pulse": {"name", "trouble"},
    "handover_note": {"row_key"},
    "branch": {"name", "place", "phone", "hours"},
    "calendar_exception": {"source", "place", "topic", "reason"},
    "calendar_feed": {"key"},
    "calendar_rule": {"rule", "place", "topic"},
    "canned_answer": {"text"},
    "card": {"code_hash", "token_hash"},
    "consent": {"purpose", "version", "how"},
    "conversation": {"channel", "address", "dialog", "agreed"},
    "correction": {"relation", "row_key"},
    "deed": {"via", "did"},
    "doubtful_text": {"label", "text_whole", "row_key"},
    "grant": set(),
    "handover": {"channel", "address", "why", "row_key"},
    "holiday_year": {"text"},
    "inbox": {"channel", "update_id", "address", "reason"},
    "notice": {
        "code",
        "text",
        "text_hash",
        "audience",
        "audience_title",
        "approved_hash",
        "corrects_code",
        "reason",
        "sign",
    },
    "notice_move": {"detail", "was"},
    "occurrence": {"rule", "subject", "title"},
    "outbox": {"key", "channel", "address", "claimed_by", "reason"},
    "person": {
        "number",
        "name",
        "initials",
        "given_initials",
        "sex",
        "phone_whole",
        "phone_tail",
        "row_key",
    },
    "registration_request": {"channel", "address", "name", "relation", "why", "row_key"},
    "registration_try": {"channel", "address", "about"},
    "sealing_key": {"id"},
    "setting_change": {"name", "value", "file"},
    "sender": {"channel", "address", "relation"},
    "status_change": {"row_key"},
    "study_plan": {"topic", "place", "material"},
    "undo": {"channel", "address", "name", "ref", "row_key"},
    "visit": {"person_words", "by_relation", "row_key"},
    "visit_event": {"by_relation", "row_key"},
    "credential": {"hash", "row_key"},
    "recovery_code": {"code_hash"},
    "sign_in_tries": {"bucket"},
    "web_session": {"secret_hash", "address", "device", "net"},
}
"""Columns of text that anybody with the file may read: names of things, addresses of channels, hashes."""
TAKES_PART = {"leave": {"source", "row_key"}, "sign_up": {"source"}, "attendance": {"source"}}


def words_in(table: type[Any]) -> set[str]:
    """The columns that hold free text (an enumeration is none)."""
    columns = inspect(table).columns
    return {c.name for c in columns if type(c.type) is String}


@pytest.mark.parametrize(
    "mapper", sorted(Base.registry.mappers, key=lambda m: str(m.local_table)), ids=str
)
def test_every_column_of_text_is_sealed_or_said_to_be_plain(mapper: Any) -> None:
    known = {
        **PLAIN,
        **TAKES_PART,
        "make_up_task": {"topic"},
        "organisation": {"name"},
        "freeze": {"reason"},
        "pace": {"channel"},
        "table_version": {"name"},
        "read_aloud": {"channel", "address"},
    }
    assert words_in(mapper.class_) - known.get(str(mapper.local_table), set()) == set(), (
        "seal it, or say why not"
    )


def test_a_row_reads_and_writes_its_words_as_before(community: Community) -> None:
    who = community.person("韦建国", phone="13907771234", address="青年路8号")
    assert (who.phone, who.address, who.note) == ("13907771234", "青年路8号", "")
    raw = community.house.db.read_now(
        lambda s: s.execute(text("SELECT phone_sealed, note_sealed FROM person")).one()
    )
    assert b"1390777" not in bytes(raw[0])
    assert bytes(raw[1]) == b""


@pytest.mark.parametrize("what", ["row", "column", "table", "change"])
def test_a_cipher_opens_only_where_it_was_sealed(community: Community, what: str) -> None:
    one, other = community.person("甲", address="a1"), community.person("乙", address="b1")
    cipher = one.phone_sealed
    if what == "row":
        other.phone_sealed = cipher
    elif what == "column":
        other = one
        one.note_sealed, one.phone_sealed = cipher, b""
    elif what == "table":
        visit = Visit(row_key=one.row_key, words_sealed=cipher)
        with pytest.raises(Foreign):
            _ = visit.words
        return
    else:
        other.phone_sealed = other.phone_sealed[:-1] + bytes([other.phone_sealed[-1] ^ 1])
    with pytest.raises(Foreign):
        _ = other.note if what == "column" else other.phone


def test_people_are_found_by_the_end_of_their_phone(community: Community) -> None:
    community.person("韦建国", phone="13907771234")
    community.person("韦建军", phone="13907779999")
    found = community.all(registration.likely(Told("韦建国", "1234")))
    assert [person.name for person in found] == ["韦建国"]
    assert community.all(select(Person).where(Person.phone.is_found("whole", ""))) == []


def test_the_same_words_again_change_nothing(community: Community) -> None:
    who = community.person("韦建国", phone="13907771234")
    before = who.phone_sealed
    who.phone = "13907771234"
    assert who.phone_sealed is before


def test_the_key_file_is_its_owners_only_and_outside_the_data(tmp_path: Path) -> None:
    path = sealing.path_of(tmp_path / "data", "")
    keyring.make(path, keyring.new_key(real_now()))
    assert path == tmp_path / "data.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_first_starts_at_once_use_one_key(tmp_path: Path) -> None:
    one = keyring.make(tmp_path / "k", keyring.new_key(real_now()))
    other = keyring.make(tmp_path / "k", keyring.new_key(real_now()))
    assert one.current == other.current
    assert [path.name for path in tmp_path.glob("k*")] == ["k"]


@pytest.mark.parametrize(
    "words", ["", "# only a comment\n", "zz 2026-01-01 AAAA\n", "00112233 2026-01-01 AAAA\n"]
)
def test_a_broken_key_file_is_named(tmp_path: Path, words: str) -> None:
    (tmp_path / "k").write_text(words)
    with pytest.raises(KeyTrouble, match="/k"):
        keyring.load(tmp_path / "k")


def sealed_house(community: Community, keys: KeyRing) -> tuple[Database, KeyRing]:
    """Three people and their key noted in the database."""
    for n in range(3):
        community.person(f"王{n}", phone=f"1390777000{n}", address=f"m{n}", note="心脏病")
        community.say(f"m{n}", "我要登记住址青年路9号")
    sealing.note_key(community.house.db, keys)
    return community.house.db, keys


def test_a_start_without_the_key_is_refused(
    community: Community, keys: KeyRing, tmp_path: Path
) -> None:
    db, _ = sealed_house(community, keys)
    with pytest.raises(Refused, match="密钥"):
        sealing.open_keys(db, tmp_path / "elsewhere.key", real_now())
    other = keyring.make(tmp_path / "other.key", keyring.new_key(real_now()))
    with pytest.raises(Refused, match="密钥"):
        sealing.open_keys(db, tmp_path / "other.key", real_now())
    assert other.path is not None
    assert "密钥" in sealing.trouble_with(db, tmp_path / "data", other.path)


def test_a_key_is_changed_while_everything_stays_readable(
    community: Community, keys: KeyRing
) -> None:
    db, ring = sealed_house(community, keys)
    assert list(sealing.rotate(db, ring, real_now(), fresh=True))
    assert db.read_now(lambda s: sealing.left(s, ring)) == 0
    assert sealing.forget(db, ring) == 1
    assert {p.phone for p in community.all(select(Person))} == {f"1390777000{n}" for n in range(3)}
    found = community.all(registration.likely(Told("王1", "0001")))
    assert [person.name for person in found] == ["王1"]


def test_a_broken_off_change_is_taken_up_and_both_keys_read(
    community: Community, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, ring = sealed_house(community, keys)
    monkeypatch.setattr(sealing, "BATCH", 2)
    for done in sealing.rotate(db, ring, real_now(), fresh=True):
        if done >= 4:
            break
    left = db.read_now(lambda s: sealing.left(s, ring))
    assert left > 0
    assert len(community.all(registration.likely(Told("王1", "0001")))) == 1
    with pytest.raises(Refused, match=str(left)):
        sealing.forget(db, ring)
    assert sum(1 for _ in sealing.rotate(db, ring, real_now(), fresh=False)) >= 1
    assert db.read_now(lambda s: sealing.left(s, ring)) == 0


def test_another_process_learns_the_new_key_when_it_meets_it(
    community: Community, keys: KeyRing
) -> None:
    db, _ = sealed_house(community, keys)
    assert keys.path is not None
    mine = keyring.load(keys.path)
    list(sealing.rotate(db, keys, real_now(), fresh=True))
    keyring.use(mine)
    assert {p.phone for p in community.all(select(Person))} == {f"1390777000{n}" for n in range(3)}
    assert mine.current == keys.current


def test_the_commands_show_change_and_forget_keys(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "d")]
    assert invoke(["demo", "--prepare", *data]).exit_code == 0
    assert '"rows"' in invoke(["key", "rotate", "--json", *data]).output.splitlines()[-1]
    shown = invoke(["key", "show", *data]).output
    assert shown.count("旧的") == 1
    assert invoke(["key", "forget", *data]).exit_code == 0
    assert invoke(["key", "show", *data]).output.count("\n") == 1
    (tmp_path / "d.key").rename(tmp_path / "away.key")
    assert isinstance(invoke(["key", "show", *data]).exception, Refused)


def test_the_migration_seals_what_stood_there_plain_and_leaves_nothing(tmp_path: Path) -> None:
    from alembic import command

    from bot.migrations import configuration

    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with db.engine.begin() as connection:
        command.upgrade(configuration(connection), "0003")
    old = {
        ("INSERT INTO person (number, name, sex, phone, address, note, status, reminders_off, traditional, created_at)"
        " VALUES ('1', '甲', '', '13907771234', '青年路八号', '', 'active', 0, 0, '2026-01-01')"),
        ("INSERT INTO conversation (channel, address, answers, slots, shown, offered, paused, greeted,"
        " misses, updated_at)"
        " VALUES ('web', 'w1', '[[\"where\", \"青年路八号\"]]', '{}', '[]', '[]', '{}', 1, 0, '2026-01-01')"),
        ("INSERT INTO inbox (channel, update_id, address, at, text, media, raw, state, attempts, reason)"
        " VALUES ('web', 'u1', 'w1', '2026-01-01', '我住青年路八号', '[]', '', 'done', 0, '')"),
        ("INSERT INTO outbox (key, kind, lane, channel, address, reply, state, due_at, attempts, claimed_by, reason,"
        " created_at) VALUES ('k', 'answer', 0, 'web', 'w1', '{\"text\": \"青年路八号\"}', 'sent', '2026-01-01', 1,"
        " '', '', '2026-01-01')"),
    }  # fmt: skip
    with db.engine.begin() as connection:
        for line in old:
            connection.execute(text(line))
        connection.execute(text("INSERT INTO sender (channel, address, person_id, relation, bound_at)"
                                " VALUES ('web', 'w1', 1, 'self', '2026-01-01')"))  # fmt: skip
    upgrade(db)
    with db.engine.connect() as connection:
        who = connection.execute(text("SELECT phone_tail, row_key FROM person")).one()
    assert all(who)
    person = db.read_now(lambda s: s.scalars(select(Person)).one())
    assert (person.phone, person.address, person.note) == ("13907771234", "青年路八号", "")
    db.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("old.db*"))
    assert "青年路八号".encode() not in raw
    assert b"13907771234" not in raw


def test_a_list_of_ten_thousand_opens_nothing_it_does_not_show(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    real = KeyRing.open
    monkeypatch.setattr(
        KeyRing,
        "open",
        lambda self, bound, sealed: (opened.append(bound), real(self, bound, sealed))[1],
    )
    values = {"status": Status.ACTIVE, "created_at": community.clock()}
    community.house.db.write_now(
        lambda s: s.add_all(
            Person(number=str(n), name="王", phone=str(13900000000 + n), **values)
            for n in range(10_000)
        )
    )
    opened.clear()
    people = community.all(select(Person))
    assert [bool(person.note_sealed) for person in people] == [False] * 10_000
    assert opened == []
