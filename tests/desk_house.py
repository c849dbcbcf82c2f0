"""The desk as one coordinator works at it: look at a page, press a button, see what waits; no browser."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.people import Person
from bot.feature import STRANGER, Look, Page, Waits
from bot.now import real_now
from bot.parts import Download, Found, Live, Part, Sheet, Table, Tabs, Text
from bot.web.acting import Act, Running, perform
from handlers import FEATURES
from tests.conftest import Community

_EVERY = [page for feature in FEATURES for page in feature.pages]
PAGES: dict[str, Page] = {page.path: page for page in _EVERY if STRANGER not in page.roles}
PUBLIC: dict[str, Page] = {page.path: page for page in _EVERY if STRANGER in page.roles}
Kind = TypeVar("Kind")


@dataclass
class Desk:
    """One coordinator at the desk."""

    town: Community
    by: str
    pressed: int = 0

    def who(self) -> Person:
        """The coordinator."""
        found: Person = self.town.all(select(Person).where(Person.name == self.by))[0]
        return found

    def look(self, **query: str) -> Look:
        """A look with this query."""
        house = self.town.house
        now = self.town.clock()
        return Look(
            self.who(),
            query,
            now,
            house.settings,
            house.post.channels,
            house.rehearse,
            house.compare,
        )

    def page(self, path: str, **query: str) -> list[Part]:
        """What stands on a page, parts within parts laid out."""
        look = self.look(**query)
        view = PAGES[path].view
        return list(
            flat(
                self.town.house.db.read_now(lambda session: list(view(SessionRows(session), look)))
            )
        )

    def of(self, kind: type[Kind], path: str, **query: str) -> list[Kind]:
        """The parts of one kind on a page."""
        return [part for part in self.page(path, **query) if isinstance(part, kind)]

    def rows(self, path: str, **query: str) -> list[tuple[Any, ...]]:
        """The rows of all tables of a page."""
        return [row for table in self.of(Table, path, **query) for row in table.rows]

    def press(
        self, path: str, action: str, files: Mapping[str, Any] | None = None, **values: str
    ) -> Any:
        """What a button does, as the web runs it: a sentence, or parts."""
        house, page = self.town.house, PAGES[path]
        running = Running(
            self.town.clock,
            real_now,
            house.settings,
            house.folder,
            house.carry_out,
            house.post.channels,
        )
        self.pressed += 1
        id_ = f"{self.by}{self.pressed}"
        act = Act(page, page.actions[action], self.who().id, "w1", id_, values, files or {})
        return house.db.write_now(lambda session: perform(act, running, session))

    def file(self, path: str, name: str, **query: str) -> Download:
        """A file to take home."""
        look, make = self.look(**query), PAGES[path].files[name]
        return self.town.house.db.write_now(lambda session: make(SessionRows(session), look))

    def waits(self, *features: str) -> list[Waits]:
        """What waits for this coordinator, of these features or all."""
        found = [f.waiting for f in FEATURES if f.waiting and (not features or f.name in features)]
        viewer, now, settings = self.who(), self.town.clock(), self.town.house.settings
        return self.town.house.db.read_now(
            lambda session: [
                one
                for waiting in found
                for one in waiting(SessionRows(session), viewer, now, settings)
            ]
        )


def public(town: Community, path: str, **query: str) -> list[Part]:
    """What anybody reads on a public page."""
    house, view = town.house, PUBLIC[path].view
    look = Look(Person(name=""), query, town.clock(), house.settings, house.post.channels)
    return list(flat(house.db.read_now(lambda session: list(view(SessionRows(session), look)))))


def public_words(town: Community, path: str, **query: str) -> str:
    """The texts of a public page, one after the other."""
    return "".join(part.text for part in public(town, path, **query) if isinstance(part, Text))


def public_file(town: Community, path: str, name: str, **query: str) -> Download:
    """A file that anybody may fetch."""
    house, make = town.house, PUBLIC[path].files[name]
    look = Look(Person(name=""), query, town.clock(), house.settings, house.post.channels)
    return house.db.write_now(lambda session: make(SessionRows(session), look))


def at_once(jobs: Sequence[Callable[[], object]]) -> list[str]:
    """All at the same time; "" for each that succeeded, else why not."""
    said: list[str] = []

    def run(job: Callable[[], object]) -> None:
        try:
            job()
            said.append("")
        except Refused as no:
            said.append(str(no))

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return said


def flat(parts: Sequence[Part]) -> Iterator[Part]:
    """Parts, and the parts within them, in their order."""
    for part in parts:
        yield part
        match part:
            case Found() | Live() | Sheet():
                yield from flat(part.parts)
            case Tabs():
                for _, inner in part.tabs:
                    yield from flat(inner)
