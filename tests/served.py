"""The real pages of a community behind HTTP, as the product serves them, and browsers signed in at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from bot.app import Running
from bot.domain import doors
from bot.domain.people import Person
from bot.now import real_now
from tests.conftest import Community
from tests.web_house import token


class Served:
    """A community's pages."""

    def __init__(self, town: Community) -> None:
        self.town = town
        running = Running(town.house, None)
        self.app = running.pages(running.desk())

    @contextmanager
    def browser(self, person: Person) -> Iterator["Browser"]:
        """Somebody's browser, signed in."""
        secret, address, now = doors.new_secret(), doors.new_address(), real_now()
        session = doors.session_of(secret, address, now)
        doors.sign(session, doors.Signed(person.id, doors.How.LINK, now), now)
        self.town.add(session)
        self.town.bind(person, address, "web")
        with TestClient(self.app, base_url="http://127.0.0.1:8000", follow_redirects=False) as it:
            it.cookies.set("yure", secret)
            yield Browser(it)


class Browser:
    """A browser at the desk, without scripts."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str) -> Response:
        """Open a page."""
        return self.client.get(path)

    def press(self, page: str, action: str, via: str = "", **form: Any) -> str:
        """Open the page, send its form, and read what the desk says; the status where it does not open.

        `via`: a page that has a form, where this one has none for whoever presses.
        """
        opened = self.client.get(f"/desk/{via or page}")
        if opened.status_code != 200:
            return str(opened.status_code)
        path = page.partition("?")[0]
        data = {**form, "form_token": token(opened.text), "back": f"/desk/{page}"}
        answer = self.client.post(f"/desk/{path}/{action}", data=data)
        if answer.status_code == 403:
            return "403"
        return self.client.get(f"/desk/{path}").text if answer.status_code == 303 else answer.text
