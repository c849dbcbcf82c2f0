"""People who write while processes die under them: on Telegram, on the web page, and notices of the office."""

from __future__ import annotations

import http.client
import random
import re
import socket
import threading
import time
import urllib.parse
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from tests.botapi import BotApi

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_DEAD = (OSError, http.client.HTTPException)


class Busy(ABC):
    """Something that goes on in a thread until the block ends."""

    def __init__(self) -> None:
        """Begins with the block."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @abstractmethod
    def _run(self) -> None:
        """What it does until it is stopped."""


class Writers(Busy):
    """Members who write the same words on Telegram again and again."""

    def __init__(self, api: BotApi, seed: int, members: list[int], words: str) -> None:
        """`members`: their numbers on Telegram."""
        super().__init__()
        self.said: Counter[int] = Counter()
        self._api, self._random, self._members, self._words = (
            api, random.Random(seed), members, words,
        )  # fmt: skip

    def _run(self) -> None:
        while not self._stop.wait(self._random.uniform(0.01, 0.09)):
            member = self._random.choice(self._members)
            self._api.say(member, self._words)
            self.said[member] += 1


class Page:
    """The web page as somebody without scripts uses it. `at`: its address."""

    def __init__(self, at: str) -> None:
        """A browser that was never here before."""
        self._host, self._cookie = urllib.parse.urlsplit(at).netloc, ""

    def form(self) -> str:
        """The token of the form as it stands there now."""
        found = _TOKEN.search(self._ask("GET", "/chat")[1])
        return found[1] if found else ""

    def look(self) -> str:
        """The page as it stands now."""
        return self._ask("GET", "/chat")[1]

    def send(self, words: str, form: str) -> tuple[int, str]:
        """Status and page after 发送."""
        fields = {"text": words, "form_token": form}
        return self._ask("POST", "/chat", urllib.parse.urlencode(fields, errors="surrogatepass"))

    def say(self, words: str) -> tuple[int, str]:
        """Open the page and send."""
        return self.send(words, self.form())

    @contextmanager
    def follow(self) -> Iterator[None]:
        """Keep the page open as a browser with scripts does: its stream of answers."""
        line = http.client.HTTPConnection(self._host, timeout=20)
        try:
            line.request("GET", "/chat/stream", headers={"Cookie": self._cookie})
            assert line.getresponse().status == http.client.OK
            yield
        finally:
            line.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        line = http.client.HTTPConnection(self._host, timeout=20)
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            if (cookie := answer.getheader("Set-Cookie")) is not None:
                self._cookie = cookie.partition(";")[0]
            return answer.status, answer.read().decode()
        finally:
            line.close()


class Visitor(Busy):
    """Somebody on the web page: presses 发送 again, with the same form, until the page says ✓."""

    def __init__(self, port: int) -> None:
        """The page may be away at any time; it always comes back on this port."""
        super().__init__()
        self.said: list[str] = []
        """What the page took with a yes."""
        self._page = Page(f"http://127.0.0.1:{port}")

    def _run(self) -> None:
        while not self._stop.is_set():
            words, form = f"第{len(self.said)}句", self._until(self._page.form)
            self._until(lambda words=words, form=form: self._sent(words, form))  # type: ignore[misc]
            if self._stop.is_set():
                return
            self.said.append(words)
            self._stop.wait(0.05)

    def _until(self, done: Callable[[], str]) -> str:
        while not self._stop.is_set():
            try:
                if answer := done():
                    return answer
            except _DEAD:
                pass
            time.sleep(0.05)
        return ""

    def _sent(self, words: str, form: str) -> str:
        return "yes" if self._page.send(words, form)[0] == http.client.SEE_OTHER else ""


def free_port() -> int:
    """One that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
