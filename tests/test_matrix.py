"""Roles × operations × ownership: every page, button, file and dialog of the registries, performed by each role."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.db import SessionRows
from bot.domain.access.things import Thing
from bot.domain.base import OutOfReach
from bot.domain.doubt import DoubtfulText
from bot.domain.people import Person
from bot.domain.registration import RegistrationRequest
from bot.feature import STAFF, Feature, Page, any_staff, own
from handlers import FEATURES
from tests import access_things
from tests.access_things import THINGS
from tests.access_town import MARKS, TODAY, TURNS, WORDS, Actor, Town, read
from tests.access_town import built as built
from tests.access_town import town as town
from tests.operations import Operation, Undeclared, operations

OPERATIONS = {op.name if op.kind != "dialog" else f"dialog {op.name}": op for op in operations()}
# Pages that show everything come first: what the others make for their turn would have to be shown as well.
AT_DESK = dict(
    sorted(
        ((n, op) for n, op in OPERATIONS.items() if op.kind in ("page", "action", "file")),
        key=lambda item: bool(item[1].by) or item[1].kind == "action",
    )
)
PUBLIC = {name: op for name, op in OPERATIONS.items() if op.kind == "public"}
SPOKEN = {name: op for name, op in OPERATIONS.items() if op.kind == "dialog"}
SEEN_BY_ALL = frozenset(
    {Thing.NOTHING, Thing.DOUBT, Thing.SETTING, Thing.DEED, Thing.MAIL, Thing.MACHINE}
)
"""No branch owns one: the role alone decides."""

MADE: dict[str, Callable[..., Any]] = {
    "visits.withdraw": access_things.make_invited,
    "visits.release": access_things.make_accepted,
    "collective.cards": access_things.make_collective,
    "import.undo": access_things.make_stored_import,
    "notices.picture": access_things.make_pictured,
}
"""Of actions that need a thing in a certain state: how that is made."""


def _nothing(town: Town, query: dict[str, str]) -> dict[str, str]:
    return {}


def _likely(town: Town, query: dict[str, str]) -> dict[str, str]:
    """Who asks to be registered, by number."""

    def job(session: Any) -> str:
        request = session.get_one(RegistrationRequest, int(query["id"]))
        return str(session.get_one(Person, request.candidates[0]).number)

    return {"who": town.house.db.read_now(job)}


def _doubtful(town: Town, query: dict[str, str]) -> dict[str, str]:
    """A fresh text that was not understood, and what it means."""

    def job(session: Any) -> str:
        row = DoubtfulText(text=f"那个{next(town.numbers)}", options=[], heard_on=TODAY)
        session.add(row)
        session.flush()
        return str(row.id)

    return {"id": town.write(job), "label": "book_return"}


VALUES: dict[str, Callable[[Town, dict[str, str]], dict[str, str]]] = {
    "registrations.approve": _likely,
    "cards.make": lambda town, query: {"from": "9"},
    "words.teach": _doubtful,
    "words.drop": _doubtful,
    "study.month": lambda town, query: {"month": "2026-11"},
}
"""Of actions whose form can't be filled by itself (a file, a free choice): what stands in it."""


def cells(op: Operation, town: Town) -> Iterator[tuple[Actor, str]]:
    """Each actor with a thing of either branch; whom the door stops anyhow, and where nothing is named, once."""
    owned = bool(op.by) and op.thing not in SEEN_BY_ALL
    for actor in town.actors.values():
        if actor.name == "writer":
            continue
        yield from ((actor, branch) for branch in ("AB" if owned and actor.reach else "A"))


def may(op: Operation, actor: Actor, branch: str) -> bool:
    """What docs/access.md says."""
    if not actor.powers & op.roles:
        return False
    return not op.by or op.thing in SEEN_BY_ALL or branch in actor.reach


def named(op: Operation, actor: Actor, branch: str, town: Town) -> dict[str, str]:
    """The query or form that names a fresh thing of the branch."""
    if not op.by or op.thing in SEEN_BY_ALL:
        return {}
    make = MADE.get(op.name) or THINGS.get(op.thing)
    assert make is not None, (
        f"{op.name} is about {op.thing}: say in THINGS of tests/access_things.py how a fresh one is made"
    )

    def job(session: Any) -> str:
        thing = make(town, session, branch, actor)
        if isinstance(thing, str):
            return thing
        session.add(thing)
        session.flush()
        return str(getattr(thing, NAMES.get(op.name, "id")))

    return {op.by: town.write(job)}


NAMES = {"study.brought": "number"}
"""By what a form names a thing, where that isn't its id."""


@pytest.mark.parametrize("name", AT_DESK)
def test_an_operation_is_for_whom_it_is_declared(name: str, town: Town) -> None:
    """Refused: 403, by the door or by a gate. Allowed: with the same form no gate refuses, though a rule may (409)."""
    op, wrong = AT_DESK[name], []
    for actor, branch in cells(op, town):
        query = named(op, actor, branch, town)
        form = town.form(op, query) if op.kind == "action" else {}
        values = {**form, **query, **VALUES.get(name, _nothing)(town, query)}
        status, page = town.answer(op, actor, values)
        allowed = (200, 303, 409) if op.kind == "action" else (200,)
        good = status in allowed if may(op, actor, branch) else status == 403
        named_there = town.out_of_reach(actor, page) if actor.reach else []
        if named_there:
            wrong.append(f"{actor.name} reads of {named_there[:3]}, who are another branch's.")
        if not good:
            wanted = "allowed" if may(op, actor, branch) else "refused with 403"
            wrong.append(f"{actor.name} on a thing of {branch}: {status}, {wanted}. {_why(page)}")
    assert not wrong, "\n".join([_advice(op), *wrong])


def _advice(op: Operation) -> str:
    return (
        f"{op.kind} {op.name} is declared as {op.level} {op.thing} by {op.by!r}. If that is wrong, mend `about`, `by` "
        "or `touches` of its Page; if a form can't be filled by itself, give VALUES or MADE in tests/test_matrix.py "
        "what it needs; if somebody else's thing was not refused, pass it through its gate in bot/domain/access."
    )


def _why(page: str) -> str:
    """The sentence in which a page says why not."""
    alert = page.partition('role="alert"')[2].partition("</")[0]
    return alert[-200:].strip()


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_names_no_member(name: str, town: Town) -> None:
    """Nor does a file: one that wants a key is not there without it."""
    op = PUBLIC[name]
    status, page = town.answer(op, town.actors["stranger"], {})
    assert status in ((200, 404) if op.part else (200,))
    assert not [mark for mark in MARKS.values() if mark in page]


# ── dialogs ─────────────────────────────────────────────────────────────────────────────────────

OF_STAFF = [op.name for op in SPOKEN.values() if op.roles <= STAFF and op.name in WORDS]
OF_ALL = [op.name for op in SPOKEN.values() if not op.roles <= STAFF and op.name in WORDS]
NAMES_PEOPLE = {
    "visit_desk", "answer", "registrations", "bound_lately", "corrections", "birthday_list", "notice_progress",
    "notice_approve",
}  # fmt: skip
"""Dialogs in which somebody made here is named to those who may: else the crawl below proves nothing."""


@pytest.fixture(scope="module")
def stocked(built: Town) -> Town:
    access_things.stock(built)
    return built


@pytest.mark.parametrize("name", OF_STAFF)
def test_a_dialog_of_staff_names_nobody_of_another_branch(
    name: str, town: Town, request: pytest.FixtureRequest
) -> None:
    """Not even to whom types what stands on another coordinator's buttons; to others it says nothing at all."""
    request.getfixturevalue("stocked")
    every, says = read(town, town.actors["both"], name)
    other, _ = read(town, town.actors["coordinator A"], name, tuple(says[-TURNS:]))
    nothing = [read(town, town.actors[who], name)[0] for who in ("member", "paused", "stranger")]

    assert not town.out_of_reach(town.actors["coordinator A"], other)
    assert not [mark for mark in MARKS.values() for text in nothing if mark in text]
    assert name not in NAMES_PEOPLE or any(mark in every + other for mark in MARKS.values())


@pytest.mark.parametrize("name", OF_ALL)
def test_a_dialog_for_all_names_nobody_else(
    name: str, town: Town, request: pytest.FixtureRequest
) -> None:
    """A member, a volunteer and a stranger read of nobody whom their phone doesn't stand for."""
    request.getfixturevalue("stocked")
    for who in ("member", "volunteer", "stranger"):
        text, _ = read(town, town.actors[who], name)
        assert not [mark for mark in MARKS.values() if mark in text]


# ── 撤销 ────────────────────────────────────────────────────────────────────────────────────────

UNDOS = {name: undoing for feature in FEATURES for name, undoing in feature.undos.items()}
UNDONE: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("visit.request", "visit.change", "visit.cancel"), access_things.make_visit),
    **dict.fromkeys(("visit.accept", "visit.invite", "visit.outcome"), access_things.make_visit),
    "birthday.cards": access_things.make_visit, "register.approve": access_things.make_bound,
    "profile.made": access_things.make_correction, "schedule.leave": access_things.make_leave,
    "schedule.made_up": access_things.make_task, "calendar.change": access_things.make_decision,
    "notice.stop": access_things.make_notice,
}  # fmt: skip
"""What each takes back, where staff do it; one more must be named here, or be `own` or of no branch."""


@pytest.mark.parametrize(
    "name", [name for name, undoing in UNDOS.items() if undoing.gate not in (own, any_staff)]
)
def test_what_staff_did_is_taken_back_by_whoever_still_looks_after_the_branch(
    name: str, town: Town
) -> None:
    def job(session: Any) -> list[str]:
        row = UNDONE[name](town, session, "A", town.actors["writer"])
        session.add(row)
        session.flush()
        return [
            who
            for who in ("coordinator A", "coordinator B", "both")
            if passes(session, who, str(row.id))
        ]

    def passes(session: Any, who: str, ref: str) -> bool:
        viewer = session.get_one(Person, town.actors[who].person_id)
        try:
            UNDOS[name].gate(SessionRows(session), viewer, ref)
        except OutOfReach:
            return False
        return True

    assert town.write(job) == ["coordinator A", "both"]


# ── nothing is left out ─────────────────────────────────────────────────────────────────────────


def test_what_says_nothing_of_itself_is_told_what_to_add() -> None:
    page = Page("keys", "钥匙", lambda rows, look: [])
    with pytest.raises(Undeclared, match="about=Thing"):
        operations([Feature("keys", "钥匙", pages=[page])])


def test_a_dialog_of_staff_says_what_it_is_about() -> None:
    feature = Feature("keys", "钥匙")

    @feature.dialog("keys", "看钥匙", roles=STAFF)
    async def keys(talk: Any) -> None: ...

    with pytest.raises(Undeclared, match="'keys' is for staff"):
        operations([feature])
