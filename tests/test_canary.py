"""Canaries: an own word in every sealed column, read where the right is, and nowhere else, whatever is done."""

import secrets
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import backup, keyring
from bot.db import SessionRows
from bot.domain import schedule
from bot.domain.access.things import Level, Thing
from bot.domain.credentials import Credential
from bot.domain.deeds import Field
from bot.domain.doubt import DoubtfulText
from bot.domain.handover import Handover, HandoverNote
from bot.domain.imports import Doing, Kind, RosterImport, RosterImportLine
from bot.domain.mail import Conversation, Inbox, Mail, Outbox, Undo
from bot.domain.people import Person, Sender, StatusChange
from bot.domain.schedule import Leave, MakeUpTask
from bot.domain.sealed import sealed_in, tables
from bot.domain.visits import Visit, VisitEvent
from bot.feature import STAFF
from tests import access_things, leaks
from tests.access_town import TODAY, WORDS, Actor, Town, prepared, read
from tests.botapi import BotApi
from tests.botapi.product import Product
from tests.conftest import NOON
from tests.operations import Operation, operations

OWNER, OTHERS = (
    "coordinator A",
    ("stranger", "member", "volunteer", "coordinator B", "paused", "moved"),
)
"""Everything is planted in branch A."""
CHAT = 7001
"""Where the coordinator of branch A has Telegram."""

Make = Callable[[Town, Session], Any]


def _of(thing: Callable[..., Any]) -> Make:
    return lambda town, session: thing(town, session, "A", town.actors[OWNER])


def _beside_handover(town: Town, session: Session) -> HandoverNote:
    row = access_things.make_handover(town, session, "A", town.actors[OWNER])
    session.flush()
    return HandoverNote(handover_id=row.id, by_id=None, at=NOON)


def _heard(town: Town, session: Session) -> Inbox:
    """Said to somebody who waits for a person: the coordinator reads it with the conversation."""
    row = access_things.make_handover(town, session, "A", town.actors[OWNER])
    return Inbox(
        channel="terminal",
        update_id=f"i{row.address}",
        address=row.address,
        at=NOON,
        media=[],
        state="done",
    )


def _said(town: Town, session: Session) -> Outbox:
    """An answer that was read already."""
    row = access_things.make_handover(town, session, "A", town.actors[OWNER])
    return Outbox(
        key=f"o{row.address}", kind=Mail.PERSON, person_id=row.person_id, channel="terminal",
        address=row.address, state="sent", due_at=NOON, created_at=NOON,
    )  # fmt: skip


def _conversation(town: Town, session: Session) -> Conversation:
    """What a member has answered so far; nobody but the member's own dialog reads it."""
    person = town.person(session, "A")
    return Conversation(channel="terminal", address=f"k{person.number}", misses=0, updated_at=NOON)


def _leave(town: Town, session: Session) -> Leave:
    task: MakeUpTask = access_things.make_task(town, session, "A", town.actors[OWNER])
    return task.leave


def _imported(town: Town, session: Session) -> RosterImportLine:
    """A line of which something was not stored: its coordinator reads whose it is."""
    row = access_things.make_stored_import(town, session, "A", town.actors[OWNER])
    return RosterImportLine(
        import_id=row.id, row=3, kind=Kind.NEW, doing=Doing.LEFT, left="刚才有人登记了。"
    )  # fmt: skip


def _event(town: Town, session: Session) -> VisitEvent:
    visit = access_things.make_visit(town, session, "A", town.actors[OWNER])
    session.flush()
    return visit.events[-1]


ROWS: dict[str, Make] = {
    "person": lambda town, session: town.person(session, "A"),
    "visit": _of(access_things.make_visit),
    "visit_event": _event,
    "handover": _of(access_things.make_handover),
    "handover_note": _beside_handover,
    "inbox": _heard,
    "outbox": _said,
    "conversation": _conversation,
    "leave": _leave,
    "correction": _of(access_things.make_correction),
    "registration_request": _of(access_things.make_registration),
    "roster_import": _of(access_things.make_import),
    "roster_import_line": _imported,
    "status_change": lambda town, session: StatusChange(
        person_id=town.person(session, "A").id, status="paused", at=NOON
    ),
    "doubtful_text": lambda town, session: DoubtfulText(heard_on=TODAY, options=[]),
    "credential": lambda town, session: Credential(
        person_id=town.person(session, "A").id, hash="x", set_at=NOON
    ),
    "undo": lambda town, session: Undo(
        channel="terminal", address="nobody", name="x", ref="1", at=NOON, until=NOON
    ),
}
"""How a row of each table that seals something is made in branch A."""
NOBODY_READS = {
    "conversation.answers", "conversation.slots", "conversation.shown", "conversation.offered",
    "conversation.paused", "correction.old", "credential.code_secret", "credential.next_secret",
    "inbox.raw", "undo.title",
}  # fmt: skip
"""Kept for the machine alone: no page or dialog shows them (the offered secret of codes is on /account/code, to
its owner)."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, dict[str, str]]]:
    with prepared(tmp_path_factory.mktemp("canary")) as town:
        yield town, town.write(lambda session: plant(town, session))


@pytest.fixture
def town(built: tuple[Town, dict[str, str]], keys: object) -> Town:
    keyring.use(built[0].ring)
    return built[0]


@pytest.fixture
def words(built: tuple[Town, dict[str, str]]) -> dict[str, str]:
    """The canary of each sealed column ("person.address"); none of them may reach this test's log."""
    leaks.plant(*built[1].values())
    return built[1]


def plant(town: Town, session: Session) -> dict[str, str]:
    """A row of each table that seals something, with a word of its own in each such column."""
    planted = {}
    for table in tables():
        name = table.__tablename__
        assert name in ROWS, (
            f"{name} seals something: say in ROWS of tests/test_canary.py how one is made"
        )
        row = ROWS[name](town, session)
        for column, sealed in sealed_in(table).items():
            word = (
                f"138{secrets.randbelow(10**8):08d}"
                if "phone" in column
                else f"kn{secrets.token_hex(4)}"
            )
            setattr(row, column, _shaped(sealed.kind(), word, f"{name}.{column}"))
            planted[f"{name}.{column}"] = word
        session.add(row)
        session.flush()
    owner = town.actors[OWNER].person_id
    volunteer = town.actors["volunteer"].person_id
    for chat, person_id in ((CHAT, owner), (CHAT + 1, volunteer)):
        session.add(
            Sender(
                channel="telegram",
                address=str(chat),
                person_id=person_id,
                bound_at=NOON,
                seen_at=NOON,
            )
        )
    return planted


def _shaped(empty: Any, word: str, column: str) -> Any:
    """A word as the column holds it."""
    if column == "roster_import.sheet":
        return [[1, ["姓名", "编号"]], [2, [word, "9999"]]]
    if column == "roster_import_line.plan":
        return {"name": word, "changes": []}
    if isinstance(empty, dict):
        return {"text": word, "choices": [], "fixed": [], "media": []}
    return [[word]] if isinstance(empty, list) else word


def among(text: str | bytes, words: dict[str, str]) -> set[str]:
    """Of which columns the canary sings here."""
    if isinstance(text, bytes):
        return {column for column, word in words.items() if word.encode() in text}
    return {column for column, word in words.items() if word in text}


# ── reading everything that there is ────────────────────────────────────────────────────────────

LISTED = [
    op
    for op in operations()
    # A PDF is compressed, so nothing would be found in it; it shows what its page shows.
    if op.kind in ("page", "public", "file") and not op.name.endswith(".pdf")
]
LOOKS = [op for op in operations() if op.kind == "action" and op.part == "look"]
STAFF_FIRST = sorted(
    (op for op in operations() if op.name in WORDS and not op.name.startswith("notice_")),
    key=lambda op: not op.roles <= STAFF,
)


def numbers(town: Town) -> dict[Thing, list[str]]:
    """By what everything planted may be asked for."""

    def job(session: Session) -> dict[Thing, list[str]]:
        people = select(Person.id).where(Person.number.startswith("7"))
        owner = session.get_one(Person, town.actors[OWNER].person_id)
        days = schedule.held(SessionRows(session), owner, TODAY, TODAY + timedelta(days=31))
        ids = {
            Thing.VISIT: Visit.id,
            Thing.CONVERSATION: Handover.id,
            Thing.IMPORT: RosterImport.id,
        }
        found = {
            thing: [str(n) for n in session.scalars(select(column))]
            for thing, column in ids.items()
        }
        found[Thing.PERSON] = [str(n) for n in session.scalars(people)]
        return {**found, Thing.DAY: [schedule.ref_of(day) for day in days]}

    return town.house.db.read_now(job)


def pages(town: Town, actor: Actor) -> str:
    """All that an actor gets to read on pages, in files, and by asking to see each masked field."""
    known = numbers(town)
    if not actor.powers & STAFF:
        # Refused before any number is looked at, which tests/test_matrix.py tries for each of them.
        known = {thing: found[:1] for thing, found in known.items()}
    asked = [
        (op, query)
        for op in [TODAY_PAGE, *LISTED]
        for query in ({}, *({op.by: number} for number in known.get(op.thing, []) if op.by))
    ]
    asked += [
        (op, {"id": number, "field": kind.value})
        for op in LOOKS
        for number in known[op.thing]
        for kind in Field
    ]
    return "\n".join(town.answer(op, actor, query)[1] for op, query in asked)


def dialogs(town: Town, actor: Actor) -> str:
    """All that an actor gets to read in the terminal behind each dialog's first word."""
    return "\n".join(read(town, actor, op.name)[0] for op in STAFF_FIRST)


TODAY_PAGE = Operation("page", "", "今天", frozenset(), Thing.NOTHING, Level.SEE)


def test_every_canary_is_read_by_whom_it_concerns(town: Town, words: dict[str, str]) -> None:
    """Else the tests below prove nothing."""
    seen = among(pages(town, town.actors[OWNER]) + dialogs(town, town.actors[OWNER]), words)
    assert set(words) - seen == NOBODY_READS


@pytest.mark.parametrize("who", OTHERS)
def test_no_canary_is_read_by_anybody_else(who: str, town: Town, words: dict[str, str]) -> None:
    """On pages and public pages, in files, in every dialog; texts to be taught are nobody's any more."""
    heard = among(pages(town, town.actors[who]) + dialogs(town, town.actors[who]), words)
    assert heard <= {"doubtful_text.text"}


# ── what lies about ─────────────────────────────────────────────────────────────────────────────


def test_no_canary_is_in_the_bytes_of_the_database(town: Town, words: dict[str, str]) -> None:
    files = [path for path in town.house.folder.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files)
    assert any(b"\x00" in path.read_bytes() for path in files)
    assert not [(path.name, found) for path in files if (found := among(path.read_bytes(), words))]


def test_no_canary_is_in_a_backup(town: Town, words: dict[str, str], tmp_path: Path) -> None:
    backup.make(town.house.db, tmp_path / "copy.db", "")
    assert not among((tmp_path / "copy.db").read_bytes(), words)


def test_no_canary_goes_over_telegram_nor_into_the_log_nor_into_figures(
    town: Town, words: dict[str, str]
) -> None:
    """The product itself, with the coordinator of the branch, a volunteer and a stranger on Telegram."""
    who = {CHAT: OWNER, CHAT + 1: "volunteer", CHAT + 2: "stranger"}
    with BotApi() as api, Product(api, town.house.folder, YURE_HEALTH__TOKEN="t") as yure:
        for chat in who:
            for name in (
                "visit_desk",
                "answer",
                "registrations",
                "corrections",
                "visit_mine",
                "profile",
            ):
                for said in ("取消", WORDS[name], "1"):
                    api.say(chat, said)
                api.wait_confirmed()
        api.wait_sent(len(who) * 6)
        figures = "".join(
            _get(f"{yure.url}/{path}") for path in ("health", "health/detail", "metrics")
        )
        bodies = str([call.params for call in api.calls()])
    assert "走访" in bodies
    assert "yure_well" in figures
    assert not among(bodies, words)
    assert not among(figures, words)
    assert not among(yure.log.read_text(encoding="utf-8"), words)


def _get(url: str) -> str:
    asking = urllib.request.Request(url, headers={"Authorization": "Bearer t"})  # noqa: S310 - loopback
    with urllib.request.urlopen(asking, timeout=5) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode())
