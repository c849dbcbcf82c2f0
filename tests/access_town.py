"""The demonstration with somebody in every role, and what each of them is answered."""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from bot import config, inbox, keyring
from bot.app import House, Running, build, sections
from bot.db import SessionRows
from bot.demo.fill import fill
from bot.domain import doors
from bot.domain.base import Refused
from bot.domain.people import Branch, Grant, Person, Role, Sender, Status
from bot.feature import STRANGER, Look, Page
from bot.keyring import KeyRing
from bot.migrations import upgrade
from bot.now import local_day, real_now
from bot.pages import form_token
from bot.parts import Form, Part, Press, Presses, Table, Taps
from bot.sealing import path_of
from bot.talk import Reply, Said
from handlers import FEATURES
from tests.conftest import NOON, Clock
from tests.desk_house import flat
from tests.operations import Operation

MARKS = {"A": "甲一鸣", "B": "乙双全"}
"""How everybody made here of a branch is called: read by nobody of the other branch."""
TODAY = local_day(NOON)
PAGES = {
    page.path: page for feature in FEATURES for page in feature.pages if STRANGER not in page.roles
}
WORDS = {d.name: d.words[0] for feature in FEATURES for d in feature.dialogs if d.words}
"""What opens each dialog."""
TURNS = 3
"""So many of the choices shown are taken."""


@dataclass(frozen=True)
class Actor:
    """Somebody, what counts of the roles, which branches are looked after, and the cookie."""

    name: str
    person_id: int | None
    powers: frozenset[str]
    reach: frozenset[str] = frozenset()
    secret: str = ""
    address: str = ""
    """In the terminal."""
    web: str = ""
    """The address of the browser."""


@dataclass
class Town:
    """The house, its pages, and who acts."""

    house: House
    app: Any
    ring: KeyRing
    branches: dict[str, int]
    actors: dict[str, Actor] = field(default_factory=dict)
    names: dict[str, frozenset[str]] = field(default_factory=dict)
    """Names that only people of one branch have."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def out_of_reach(self, actor: Actor, text: str) -> list[str]:
        """Whose names stand in `text` although they belong to a branch that this coordinator doesn't look after."""
        others = [
            name
            for branch, names in self.names.items()
            if branch not in actor.reach
            for name in names
        ]
        return [name for name in others if name in text]

    def write(self, job: Callable[[Session], Any]) -> Any:
        """In a transaction."""
        return self.house.db.write_now(job)

    # ── what is asked for ───────────────────────────────────────────────────────────────────────

    def answer(self, op: Operation, actor: Actor, values: dict[str, str]) -> tuple[int, str]:
        """Perform an operation over HTTP; its status, and what the page says. A refusal behind a redirect is 409."""
        with TestClient(self.app, follow_redirects=False) as browser:
            if actor.secret:
                browser.cookies.set("yure", actor.secret)
            if op.kind == "action":
                token = form_token(actor.secret or "x")
                response = browser.post(
                    f"/desk/{op.path}/{op.part}", data={**values, "form_token": token}
                )
            else:
                root = "/p" if op.kind == "public" else "/desk"
                path = f"{root}/{op.path}".rstrip("/") + (f"/{op.part}" if op.part else "")
                response = browser.get(path, params=values)
        return response.status_code, _text(response.content)

    def form(self, op: Operation, query: dict[str, str]) -> dict[str, str]:
        """What the form of an action holds for a coordinator of both branches: an attacker may know all of it."""
        page = PAGES[op.path]
        try:
            parts = self.house.db.read_now(
                lambda session: list(flat(self._view(session, page, query)))
            )
        except Refused:
            return {}
        found = [values for part in parts for values in _filled(part, op.part)]
        named = [values for values in found if op.by and values.get(op.by) == query.get(op.by)]
        return next(iter([*named, *found]), {})

    def _view(self, session: Session, page: Page, query: dict[str, str]) -> list[Part]:
        viewer = session.get_one(Person, self.actors["both"].person_id)
        house = self.house
        look = Look(viewer, query, house.now(), house.settings, house.post.channels)
        return list(page.view(SessionRows(session), look))

    def hear(self, actor: Actor, *words: str) -> list[Reply]:
        """What an actor's terminal shows after the last of these words."""
        replies: list[Reply] = []
        for said in words:
            one = Said("terminal", actor.address, f"u{next(self.numbers)}", self.house.now(), said)
            new = self.write(lambda s, one=one: inbox.accept(s, [one], (), real_now()))
            replies = [
                reply
                for row in new
                for reply in self.write(lambda s, row=row: self.house.worker.answer(s, row.id))
            ]
        return replies

    # ── things ──────────────────────────────────────────────────────────────────────────────────

    def person(self, session: Session, branch: str, name: str = "", **values: Any) -> Person:
        """A fresh member."""
        n = next(self.numbers)
        person = Person(
            **{
                "number": f"7{n:04d}", "name": name or f"{MARKS[branch]}{n}", "branch_id": self.branches[branch],
                "phone": f"139{n:08d}", "address": f"{branch}路{n}号", "note": f"{branch}备注{n}",
                "joined_on": date(1976, 11, 30), "joined_month_day": 1130,
                "created_at": NOON, "status": Status.ACTIVE, **values,
            }
        )  # fmt: skip
        person.grants = [Grant(role=Role.MEMBER)]
        session.add(person)
        session.flush()
        return person


def _text(content: bytes) -> str:
    """What a page or a file says; of a workbook all of its sheets."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return content.decode("utf-8", "replace")


def _filled(part: Part, action: str) -> Iterator[dict[str, str]]:
    """The values that a form or a button of this action would post."""
    match part:
        case Form() if part.action == action:
            yield {one.name: one.value or _typed(one) for one in part.fields if one.kind != "file"}
        case Press() if part.action == action:
            yield dict(part.values)
        case Presses():
            yield from (dict(one.values) for one in part.presses if one.action == action)
        case Taps() if part.action == action and part.taps:
            yield {**dict(part.values), part.name: part.taps[0].value}
        case Table():
            presses = (cell for row in part.rows for cell in row if isinstance(cell, Press))
            yield from (dict(cell.values) for cell in presses if cell.action == action)


def _typed(one: Any) -> str:
    """What somebody would type or choose."""
    if one.kind in ("choice", "checks"):
        return str(one.options[0][0]) if one.options and one.required else ""
    if not one.required:
        return ""
    return (TODAY + timedelta(days=10)).isoformat() if one.kind == "date" else "请看一看"


@contextmanager
def prepared(folder: Path) -> Iterator[Town]:
    """The demonstration with somebody in every role."""
    ring = keyring.make(path_of(folder, ""), keyring.new_key(real_now()))
    keyring.use(ring)
    house = build(config.load(None, sections(), folder), Clock())
    upgrade(house.db)
    house.db.write_now(lambda session: fill(session, folder, house.post, NOON))
    running = Running(house, None)
    names = house.db.read_now(lambda s: list(s.scalars(select(Branch.id).order_by(Branch.id))))
    town = Town(house, running.pages(running.desk()), ring, dict(zip("AB", names, strict=True)))
    try:
        town.write(lambda session: _people(town, session))
        town.names = house.db.read_now(lambda session: _names(town, session))
        yield town
    finally:
        house.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One for the module."""
    with prepared(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def town(built: Town, keys: object) -> Town:
    """One town for all: `keys` has put the keys of a new one in their place."""
    keyring.use(built.ring)
    return built


def read(
    town: Town, actor: Actor, dialog: str, more: tuple[str, ...] = ()
) -> tuple[str, list[str]]:
    """All that an actor reads of a dialog and behind its first choices, and what those choices say."""
    opened = town.hear(actor, "取消", WORDS[dialog])
    choices = [choice.says for reply in opened for choice in reply.choices]
    heard = [*opened]
    for says in dict.fromkeys((*choices[:TURNS], *more)):
        heard += town.hear(actor, "取消", WORDS[dialog], says)
    return "\n".join(f"{reply.text} {[c.label for c in reply.choices]}" for reply in heard), choices


def _names(town: Town, session: Session) -> dict[str, frozenset[str]]:
    of = {
        branch: set(session.scalars(select(Person.name).where(Person.branch_id == id_)))
        for branch, id_ in town.branches.items()
    }
    held = select(Grant.person_id).where(Grant.role != Role.MEMBER)
    # Who coordinates and who visits is no secret of a branch.
    staff = set(session.scalars(select(Person.name).where(Person.id.in_(held))))
    return {
        "A": frozenset({MARKS["A"], *of["A"]} - of["B"] - staff),
        "B": frozenset({MARKS["B"], *of["B"]} - of["A"] - staff),
    }


STAFF_ROLE = frozenset({str(Role.COORDINATOR)})


def _people(town: Town, session: Session) -> None:
    a, b = town.branches["A"], town.branches["B"]
    for branch, name in MARKS.items():
        town.person(session, branch, name)
    every = {one.number: one for one in session.scalars(select(Person)).unique()}
    every["8003"].grants[0].branch_id = every["8003"].branch_id = b
    own = town.person(session, "A", "甲联络")
    off = {"paused": Status.PAUSED, "moved": Status.MOVED}
    gone = {
        name: town.person(session, "A", f"甲{name}", status=status) for name, status in off.items()
    }
    writer = town.person(session, "A", "写手", branch_id=None)
    for person, branch_id in ((own, a), (gone["paused"], a), (gone["moved"], a), (writer, None)):
        person.grants = [Grant(role=Role.COORDINATOR, branch_id=branch_id)]
    session.flush()
    coordinator, both = STAFF_ROLE, frozenset("AB")
    who: dict[str, tuple[Person, frozenset[str], frozenset[str]]] = {
        "member": (every["0002"], frozenset({str(Role.MEMBER)}), frozenset()),
        "volunteer": (every["9001"], frozenset({str(Role.VOLUNTEER)}), frozenset()),
        "coordinator A": (own, coordinator, frozenset("A")),
        "coordinator B": (every["8003"], coordinator, frozenset("B")),
        "both": (every["8002"], coordinator, both),
        "administrator": (every["8001"], frozenset({*coordinator, str(Role.ADMINISTRATOR)}), both),
        "paused": (gone["paused"], frozenset(), frozenset()),
        "moved": (gone["moved"], frozenset(), frozenset()),
        "writer": (writer, coordinator, both),
    }
    town.actors["stranger"] = Actor("stranger", None, frozenset(), address="stranger")
    for name, (person, powers, reach) in who.items():
        town.actors[name] = _signed_in(session, name, person, powers, reach)


def _signed_in(
    session: Session, name: str, person: Person, powers: frozenset[str], reach: frozenset[str]
) -> Actor:
    secret, address = doors.new_secret(), doors.new_address()
    browser = doors.session_of(secret, address, real_now())
    doors.sign(browser, doors.Signed(person.id, doors.How.LINK, real_now()), real_now())
    session.add(browser)
    terminal = f"t-{name}"
    for channel, at in (("web", address), ("terminal", terminal)):
        session.add(
            Sender(channel=channel, address=at, person_id=person.id, bound_at=NOON, seen_at=NOON)
        )
    session.flush()
    return Actor(name, person.id, powers, reach, secret, terminal, address)
