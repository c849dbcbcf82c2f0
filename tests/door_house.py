"""A house at whose doors staff stand, on either engine, and what they do there."""

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.domain.credentials import Credential
from bot.domain.deeds import Deed
from bot.domain.doors import WebSession
from bot.domain.people import Person, Role
from bot.feature import Feature, Page
from bot.parts import Field, Form, Live, Text
from tests.engines import url
from tests.web_house import House, sign_in, token

__all__ = ["url"]
WORDS = "去年腊月二十三在河边钓到大鱼"
OTHER = "三只小猫爬上了老屋的青瓦"
PHONE = "13977712345"


def feature(done: list[dict[str, str]]) -> Feature:
    """A page with a form and a live part; what is posted to it stands in `done`."""

    async def send(_: Any, values: dict[str, str]) -> str:
        done.append(values)
        return "发出去了。"

    parts = [Form("send", "发出去", (Field("text", "说什么", "area"),)), Live("l", (Text("在等"),))]
    page = Page("visits", "走访", lambda *_: parts, actions={"send": send}, order=1)
    return Feature("visit", "走访", pages=[page])


class DoorHouse(House):
    """A house with one page, and 李敏 who coordinates."""

    def __init__(self, folder: Path, database: str, **more: Any) -> None:
        self.done: list[dict[str, str]] = []
        super().__init__(folder, (feature(self.done),), database=database, **more)
        self.who = self.staff("李敏", PHONE)

    def staff(self, name: str, phone: str, *roles: Role) -> int:
        """One of the staff; the id."""
        number = self.person(name, *roles or (Role.COORDINATOR,))
        self.change(number, phone=phone)
        return number

    def change(self, person: int, **values: Any) -> None:
        """Change somebody's row."""

        def job(session: Any) -> None:
            for name, value in values.items():
                setattr(session.get_one(Person, person), name, value)

        self.db.write_now(job)

    def set_up(self, browser: TestClient, person: int = 0, words: str = WORDS) -> None:
        """Come by a link and set a passphrase."""
        sign_in(browser, self.link(person or self.who))
        done = self.send(browser, "/account/passphrase", new=words, repeated=words)
        assert done.status_code == 303, done.text

    def send(self, browser: TestClient, path: str, page: str = "", **form: str) -> Any:
        """Fill in the form of a page of the same address, and send it."""
        form["form_token"] = token(browser.get(page or path).text)
        return browser.post(path, data=form)

    def enter(self, browser: TestClient, who: str = "李敏", words: str = WORDS, **form: str) -> Any:
        """Type a name and a passphrase at /signin."""
        return self.send(browser, "/signin", "/signin?other=1", who=who, passphrase=words, **form)

    def set_up_code(self, browser: TestClient, words: str = WORDS) -> tuple[str, list[str]]:
        """Turn codes on: the secret, and the recovery codes."""
        self.send(browser, "/account/code/start", "/account/code", now=words)
        secret = self.db.read_now(lambda s: s.scalars(select(Credential)).one().next_secret)
        shown = self.send(browser, "/account/code/confirm", "/account/code", code=self.code(secret))
        assert shown.status_code == 200
        found = shown.text.split('<ul class="codes">')[1].split("</ul>")[0]
        codes = [one.split("</li>")[0] for one in found.split("<li>")[1:]]
        self.wait(minutes=1)
        return secret, codes

    def code(self, secret: str) -> str:
        """What the phone shows now."""
        return pyotp.TOTP(secret).at(self.at)

    def wait(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)

    def deeds(self) -> list[str]:
        """What the audit log says of the doors, in order."""
        query = select(Deed.did).where(Deed.did.startswith("signin.")).order_by(Deed.id)
        return list(self.db.read_now(lambda s: s.scalars(query).all()))

    def sessions(self) -> list[WebSession]:
        """The browsers that are signed in."""
        query = select(WebSession).where(
            WebSession.ended_at.is_(None), WebSession.person_id.is_not(None)
        )
        return list(self.db.read_now(lambda s: s.scalars(query).unique().all()))


@pytest.fixture
def home(url: str, tmp_path: Path) -> Iterator[DoorHouse]:
    """The house, on either engine."""
    built = DoorHouse(tmp_path, url)
    yield built
    built.hashing.close()
    built.db.close()


@pytest.fixture
def browser(home: DoorHouse) -> Iterator[TestClient]:
    """李敏's own browser, with a passphrase set."""
    with home.browser() as client:
        home.set_up(client)
        yield client


@pytest.fixture
def stranger(home: DoorHouse) -> Iterator[TestClient]:
    """A browser never seen."""
    with home.browser() as client:
        yield client


class _Hidden(HTMLParser):
    """Collects what a form carries without showing it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Inputs, and the beginning of a text area."""
        named = dict(attrs)
        if tag == "input" and named.get("type") == "hidden":
            self.found.setdefault(named.get("name") or "", named.get("value") or "")
        self._area = (named.get("name") or "") if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        """What stands in a text area; a browser drops the line break that opens it."""
        if self._area:
            self.found[self._area] = data.removeprefix("\n")
            self._area = ""


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the main part of a page."""
    reader = _Hidden()
    reader.feed(page.split('<main id="main"')[1])
    return reader.found
