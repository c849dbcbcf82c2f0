"""The desk over a real HTTP server, as a browser without scripts works at it: pages are read, forms filled and sent."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import Any

import httpx2
from sqlalchemy import select

from bot.app import Role as Part
from bot.app import Running
from bot.domain import cards
from bot.domain.people import Person
from bot.now import real_now
from bot.web import listen, serve
from tests.conftest import Community
from tests.web_house import token


@dataclass
class Filled:
    """One form of a page: where it goes and what stands in it."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Every form of a page, as a browser would send it untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Filled] = []
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Filled(known.get("action", ""), known.get("method", "get")))
        elif self.forms:
            self._field(tag, known, self.forms[-1].values)

    def _field(self, tag: str, known: dict[str, str], values: dict[str, str]) -> None:
        name = known.get("name", "")
        if tag == "input" and name and known.get("type") not in ("checkbox", "file"):
            values[name] = known.get("value", "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in values or "selected" in known):
            values[self.select] = known.get("value", "")
        elif tag == "textarea":
            self.area = name
            values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area and self.forms:
            self.forms[-1].values[self.area] += data


@dataclass
class Browser:
    """One person's browser, and the page it shows."""

    client: httpx2.Client
    html: str = ""
    status: int = 0
    path: str = ""

    def open(self, path: str) -> str:
        """Follow a link; the words of the page."""
        return self._took(self.client.get(path))

    def send(self, action: str, files: dict[str, Any] | None = None, **values: str) -> str:
        """Fill the form that goes to `action` (its end is enough) and send it; the words of the page that follows."""
        found = self.form(action)
        if found.method == "get":
            return self._took(self.client.get(self.path, params=found.values | values))
        answer = self.client.post(found.action, data=found.values | values, files=files)
        return self._took(answer)

    def press(self, page: str, action: str, via: str = "", **form: str) -> str:
        """Send a form to a page of the desk, shown there or not; the words of the page that follows.

        `via`: a page that has a form, where this one has none for whoever presses.
        """
        self.open(f"/desk/{via or page}")
        data = {**form, "form_token": token(self.html), "back": f"/desk/{page}"}
        path = page.partition("?")[0]
        return self._took(self.client.post(f"/desk/{path}/{action}", data=data))

    def form(self, action: str) -> Filled:
        """The last form that goes to `action`; "search" is the one that only looks."""
        found = [one for one in self.forms() if one.action.endswith(action)]
        if action == "search":
            found = [one for one in self.forms() if one.method == "get"]
        assert found, f"no form for {action} in {self.words()[:2000]}"
        return found[-1]

    def forms(self) -> list[Filled]:
        """All forms of the page."""
        parser = _Forms()
        parser.feed(self.html)
        return parser.forms

    def words(self) -> str:
        """What is read on the page."""
        main = self.html.partition("<main")[2]
        bare = re.sub(r"<(textarea|select).*?</\1>|<[^>]*>", " ", main, flags=re.DOTALL)
        return re.sub(r"\s+", " ", bare)

    def links(self, words: str = "") -> list[str]:
        """Where the links with these words lead."""
        found = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', self.html, re.DOTALL)
        return [to.replace("&amp;", "&") for to, label in found if words in label]

    def _took(self, answer: httpx2.Response) -> str:
        self.html, self.status = answer.text, answer.status_code
        self.path = answer.url.path
        return self.words()


def _browser(town: Community, url: str, name: str) -> Browser:
    client = httpx2.Client(base_url=url, follow_redirects=True, headers={"Origin": url}, timeout=30)
    who = town.all(select(Person).where(Person.name == name))[0]
    card, _, token = cards.make(who.id, real_now())
    town.house.db.write_now(lambda session: session.add(card))
    client.get(f"/in/{token}")
    client.post(f"/in/{token}")
    return Browser(client)


@contextmanager
def served(town: Community) -> Iterator[Callable[[str], Browser]]:
    """The product's own pages on the loopback; call it with a name for that person's browser, signed in."""
    listener = listen("127.0.0.1", 0)
    running = Running(town.house, listener, Part.WEB)
    desk, stopper, started = running.desk(), list[Callable[[], object]](), threading.Event()
    browsers: list[Browser] = []

    async def run() -> None:
        stop = asyncio.Event()
        stopper.append(partial(asyncio.get_running_loop().call_soon_threadsafe, stop.set))
        started.set()
        await serve(running.pages(desk), listener, stop, [desk.close])

    def opens(name: str) -> Browser:
        browsers.append(_browser(town, f"http://127.0.0.1:{listener.getsockname()[1]}", name))
        return browsers[-1]

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    started.wait(10)
    try:
        yield opens
    finally:
        for browser in browsers:
            browser.client.close()
        stopper[0]()
        thread.join(10)
