"""The demonstration with somebody in every role, and a fresh thing of any kind in either branch."""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from bot import config, inbox, keyring
from bot.app import House, Running, build, sections
from bot.db import SessionRows
from bot.demo.fill import fill
from bot.domain import doors, schedule, visits
from bot.domain.access.things import Thing
from bot.domain.base import Refused
from bot.domain.correction import Correction, What
from bot.domain.coverage import Delivery
from bot.domain.handover import CannedAnswer
from bot.domain.imports import RosterImport
from bot.domain.mail import Conversation, Handover
from bot.domain.notices import Notice, State, new_code, text_hash
from bot.domain.people import Branch, Grant, Person, Role, Sender, Status
from bot.domain.registration import RegistrationRequest
from bot.domain.schedule import By, DayKind, MakeUpTask
from bot.domain.visits import Act, Half, HalfDay, Reason, Visit, Wish
from bot.feature import STRANGER, Look, Page
from bot.keyring import KeyRing
from bot.migrations import upgrade
from bot.now import local_day, real_now
from bot.pages import form_token
from bot.parts import Form, Part, Press, Table, Taps
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


# ── a fresh thing of each kind ──────────────────────────────────────────────────────────────────


def _visit(town: Town, session: Session, branch: str, who: Actor) -> Visit:
    person = town.person(session, branch)
    # The last one known would be in the way: a day to which the form's own day is another.
    slot = HalfDay(TODAY + timedelta(days=2), Half.MORNING)
    visit = visits.request(
        person, Wish(Reason.ILLNESS, slot), person.branch_id, Act(NOON, person.id), slot.day
    )
    visit.health_note = "血压高"
    session.add(visit)
    return visit


def _invited(town: Town, session: Session, branch: str, who: Actor) -> Visit:
    visit = _visit(town, session, branch, who)
    session.flush()
    volunteer = session.get_one(Person, town.actors["volunteer"].person_id)
    visits.invite(visit, volunteer, Act(NOON, town.actors["writer"].person_id))
    return visit


def _accepted(town: Town, session: Session, branch: str, who: Actor) -> Visit:
    visit = _invited(town, session, branch, who)
    session.flush()
    assert visit.asked is not None
    visits.accept(visit.asked, Act(NOON, visit.asked.volunteer_id))
    return visit


def _notice(
    town: Town, session: Session, branch: str, who: Actor, state: State = State.DRAFT
) -> Notice:
    person = town.person(session, branch)
    text = f"{branch}的通知{next(town.numbers)}"
    notice = Notice(
        code=new_code(), text=text, text_hash=text_hash(text, ()), audience=f"member:{person.id}",
        audience_title=person.name, scope=[town.branches[branch]], by_id=town.actors["writer"].person_id,
        state=state, reachable=0, by_phone=1, created_at=NOON, confirmed_at=NOON, starts_at=NOON,
        needs_approval=state is State.PENDING, media=[],
    )  # fmt: skip
    session.add(notice)
    return notice


def _pictured(town: Town, session: Session, branch: str, who: Actor) -> Notice:
    """A notice with a picture that is really there."""
    notice, path = _notice(town, session, branch, who), "media/notice.png"
    file = town.house.folder / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"a picture")
    notice.media = [["picture", "", path]]
    return notice


def _handover(town: Town, session: Session, branch: str, who: Actor) -> Handover:
    person = town.person(session, branch)
    address = f"h{person.number}"
    session.add(
        Sender(
            channel="terminal", address=address, person_id=person.id, bound_at=NOON, seen_at=NOON
        )
    )
    session.add(
        Conversation(
            channel="terminal", address=address, answers=[], slots={}, shown=[], offered=[], paused={},
            misses=0, updated_at=NOON,
        )
    )  # fmt: skip
    row = Handover(
        channel="terminal",
        address=address,
        person_id=person.id,
        why="asked",
        words=f"{branch}有事",
        at=NOON,
    )
    session.add(row)
    return row


def _registration(town: Town, session: Session, branch: str, who: Actor) -> RegistrationRequest:
    person = town.person(session, branch)
    row = RegistrationRequest(
        channel="terminal", address=f"r{person.number}", name=person.name, phone="1111",
        candidates=[person.id], why="unknown", at=NOON,
    )  # fmt: skip
    session.add(row)
    return row


def _bound(town: Town, session: Session, branch: str, who: Actor) -> RegistrationRequest:
    from bot.domain.registration import Stage

    row = _registration(town, session, branch, who)
    sender = Sender(
        channel="terminal", address=row.address, person_id=row.candidates[0], bound_at=NOON
    )
    session.add(sender)
    session.flush()
    row.stage, row.person_id, row.sender_id = Stage.BOUND, row.candidates[0], sender.id
    row.decided_at = NOON
    return row


def _correction(town: Town, session: Session, branch: str, who: Actor) -> Correction:
    person = town.person(session, branch)
    row = Correction(
        person_id=person.id, what=What.PHONE, old=person.phone, new="13700000000", at=NOON,
        due_on=TODAY + timedelta(days=3),
    )  # fmt: skip
    session.add(row)
    return row


def _collective(town: Town, session: Session, branch: str, who: Actor) -> str:
    """The next collective birthday, as its page names it."""
    days = schedule.coming(
        SessionRows(session), town.branches[branch], TODAY, TODAY + timedelta(days=366)
    )
    day = next(day for day in days if day.kind is DayKind.COLLECTIVE)
    return f"{day.source}/{day.named.isoformat()}"


def _extra_day(town: Town, session: Session, branch: str, who: Actor) -> str:
    """A day of its own, today: it can be moved, cancelled, tapped."""
    place = session.get_one(Branch, town.branches[branch])
    day = TODAY
    topic = f"活动{next(town.numbers)}"
    held = schedule.Held(day, None, f"场地{next(town.numbers)}", topic)
    row = schedule.add_day(place, DayKind.EVENT, held, By(NOON, None, "加的"), ())
    session.add(row)
    session.flush()
    return f"extra:{row.id}@{day.isoformat()}"


def _task(town: Town, session: Session, branch: str, who: Actor) -> MakeUpTask:
    person = town.person(session, branch)
    first = TODAY
    days = schedule.coming(
        SessionRows(session), town.branches[branch], first, first + timedelta(days=40)
    )
    day = next(day for day in days if day.kind is DayKind.STUDY)
    _, task = schedule.take_leave(SessionRows(session), person, day, By(NOON, person.id), 14)
    assert task is not None
    return task


def _done_task(town: Town, session: Session, branch: str, who: Actor) -> MakeUpTask:
    task = _task(town, session, branch, who)
    schedule.finish(task, By(NOON, None))
    return task


def _delivery(town: Town, session: Session, branch: str, who: Actor) -> Delivery:
    person = town.person(session, branch)
    row = Delivery(
        person_id=person.id, branch_id=person.branch_id, day=TODAY - timedelta(days=1), brought_by="韦大姐",
        what="材料", at=NOON,
    )  # fmt: skip
    session.add(row)
    return row


def _import(town: Town, session: Session, branch: str, who: Actor) -> RosterImport:
    """One's own where the branch is in reach, else somebody else's."""
    by = who.person_id if branch in who.reach else town.actors["writer"].person_id
    row = RosterImport(by_id=by, at=NOON, file="名册.xlsx", sheet=SHEET, did={})
    session.add(row)
    return row


SHEET: list[Any] = [[1, ["姓名", "编号"]]]


def _stored_import(town: Town, session: Session, branch: str, who: Actor) -> RosterImport:
    from bot.domain.imports import Stage

    row = _import(town, session, branch, who)
    row.stage, row.stored_at, row.did = Stage.STORED, NOON, {"new": [], "changed": {}}
    return row


THINGS: dict[Thing, Callable[[Town, Session, str, Actor], Any]] = {
    Thing.PERSON: lambda town, session, branch, who: town.person(session, branch),
    Thing.VISIT: _visit,
    Thing.NOTICE: _notice,
    Thing.CONVERSATION: _handover,
    Thing.CANNED: lambda town, session, branch, who: CannedAnswer(
        branch_id=town.branches[branch], text=f"{branch}常用"
    ),
    Thing.REGISTRATION: _registration,
    Thing.CORRECTION: _correction,
    Thing.BRANCH: lambda town, session, branch, who: session.get_one(Branch, town.branches[branch]),
    Thing.DAY: _extra_day,
    Thing.TASK: _task,
    Thing.DELIVERY: _delivery,
    Thing.IMPORT: _import,
}
"""How a fresh one is made in a branch. A new kind of thing needs one more."""


@contextmanager
def prepared(folder: Path) -> Iterator[Town]:
    """The demonstration with somebody in every role."""
    ring = keyring.make(path_of(folder, ""), keyring.new_key(real_now()))
    keyring.use(ring)
    house = build(config.load(None, sections(), folder), Clock())
    upgrade(house.db)
    house.db.write_now(lambda session: fill(session, folder, NOON))
    running = Running(house, None)
    names = house.db.read_now(lambda s: list(s.scalars(select(Branch.id).order_by(Branch.id))))
    town = Town(house, running.pages(running.desk()), ring, dict(zip("AB", names, strict=True)))
    try:
        town.write(lambda session: _people(town, session))
        town.names = house.db.read_now(lambda session: _names(town, session))
        yield town
    finally:
        house.close()


def stock(town: Town) -> None:
    """Everything that may wait, in both branches."""
    made = (_visit, _handover, _registration, _bound, _correction, _task, _notice)
    who = town.actors["writer"]

    def job(session: Session) -> None:
        for branch in MARKS:
            for make in made:
                row = make(town, session, branch, who)
                session.add(row)
                session.flush()
            for state in (State.PENDING, State.SENT):
                notice = _notice(town, session, branch, who, state)
                notice.text = f"{notice.audience_title}请来一下"

    town.write(job)


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
