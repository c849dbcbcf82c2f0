"""A small running house for the web tests: real database, real pages, and a community that answers."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from bot import inbox
from bot.channels.webchat import Clocks, SignIn, WebChat, WebchatSettings
from bot.db import Database
from bot.domain import cards
from bot.domain.doors import Terms
from bot.domain.mail import Heard, Inbox, Mail
from bot.domain.people import Branch, Grant, Person, Role
from bot.feature import Feature
from bot.members import Welcome
from bot.outbox import Post, Quiet
from bot.pages import Cost, Doors, Hashing, Looks, Office
from bot.talk import Choice, Note, Reply, Said, Spoiled
from bot.web import Account, Desk, Health, Running, make_app
from tests.tables import make_tables

NOW = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
URL = "http://testserver"
ECHO = "听到了："
QUICK = Cost(passes=1, kib=8, lanes=1)
"""Argon2id as a test has time for it."""
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class House:
    """Everything behind the pages, put together as the application does it."""

    def __init__(
        self,
        folder: Path,
        features: tuple[Feature, ...] = (),
        url: str = URL,
        database: str = "",
        terms: Terms | None = None,
        **settings: Any,
    ) -> None:
        """`database`: of PostgreSQL, its tables made; "" is SQLite in the folder."""
        self.at = NOW
        self.data_dir = folder
        self.db = Database(database or f"sqlite:///{folder / 'yure.db'}")
        if not database:
            make_tables(self.db)
        self.post = Post({"web": WebChat.can}, Quiet())
        self.looks = Looks(Office("三海街道老党员服务站", "0771-2345678"), url)
        self.doors = Doors(self.db, self.clock, secure=self.looks.secure, terms=terms)
        clocks = Clocks(self.clock, self.clock)
        limits = WebchatSettings(**settings)
        self.chat = WebChat(self.db, self.looks, self.doors, limits, clocks, folder)
        self.chat.hear = self.hear
        self.signin = SignIn(self.db, self.looks, self.doors, clocks.now, Welcome(self.post, None))
        running = Running(clocks.now, clocks.real, None, folder, self.carry_out)
        self.desk = Desk(self.db, self.looks, self.doors, features, running)
        self.hashing = Hashing(QUICK)
        self.account = Account(self.desk.frame, running, self.hashing)
        self.health = Health({"web": self.chat.state}, lambda states: [])
        parts = (self.chat, self.signin, self.account, self.desk, self.health)
        routes = [route for part in parts for route in part.routes()]
        self.app = make_app(self.looks, routes, self.account.locked)
        self.heard: list[Said] = []

    def clock(self) -> datetime:
        """Shows `at`, which a test moves."""
        return self.at

    async def hear(self, said: Sequence[Said], spoiled: Sequence[Spoiled] = ()) -> None:
        """The community's side: the inbox, and an answer to each message that is new."""

        def job(session: Session) -> None:
            for one in inbox.accept(session, said, spoiled, self.at):
                self.answer(session, session.get_one(Inbox, one.id))

        self.heard += said
        await self.db.write(job)

    def answer(self, session: Session, row: Inbox) -> None:
        """Answer every message by repeating it, with two choices."""
        row.state = Heard.DONE
        reply = Reply(ECHO + row.text, (Choice("对"), Choice("请再说一遍", "再说一遍")))
        self.post.answer(session, f"a:{row.id}:0", "web", row.address, reply, self.at)

    def carry_out(self, session: Session, talk: Any) -> None:
        """Queue what an action says to others."""
        for note in talk.notes:
            self.post.note(session, note, talk.now)

    def person(self, name: str = "韦建国", *roles: Role) -> int:
        """Somebody on the roster; the id."""

        def job(session: Session) -> int:
            branch = session.query(Branch).first() or Branch(
                name="三海街道离退休党支部", phone="0771-7654321"
            )
            number = f"{session.query(Person).count() + 1:04d}"
            person = Person(number=number, name=name, created_at=NOW, branch=branch)
            person.grants = [Grant(role=role) for role in roles or (Role.MEMBER,)]
            session.add(person)
            session.flush()
            return person.id

        return self.db.write_now(job)

    def link(self, person_id: int) -> str:
        """The path of a fresh sign-in link."""
        card, _, token = cards.make(person_id, self.at)
        self.db.write_now(lambda session: session.add(card))
        return f"/in/{token}"

    def tell(self, person_id: int, text: str, key: str) -> None:
        """Something said to a person unasked."""
        note = Note(person_id, text, key, Mail.PERSON)
        self.db.write_now(lambda session: self.post.note(session, note, self.at))

    @contextmanager
    def browser(self, **more: Any) -> Iterator[TestClient]:
        """A browser with its own cookies."""
        with TestClient(self.app, base_url=URL, follow_redirects=False, **more) as client:
            yield client


@contextmanager
def house(folder: Path, *features: Feature, **more: Any) -> Iterator[House]:
    """A house that is closed afterwards."""
    built = House(folder, features, **more)
    try:
        yield built
    finally:
        built.hashing.close()
        built.db.close()


def token(page: str) -> str:
    """The form token of a rendered page."""
    found = TOKEN.search(page)
    assert found
    return found[1]


def say(browser: TestClient, text: str, **more: Any) -> Any:
    """Type and press 发送, as a browser without scripts does."""
    page = browser.get("/chat").text
    return browser.post("/chat", data={"text": text, "form_token": token(page)}, **more)


def sign_in(browser: TestClient, path: str, **form: str) -> Any:
    """Open the link and press its button."""
    assert browser.get(path).status_code == 200
    return browser.post(path, data=form)
