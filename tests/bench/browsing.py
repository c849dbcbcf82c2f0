"""Looking at the pages of a server over one connection, and finding them by their links as people do."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

MOST: Final = 150
"""Pages found at the most."""
KEPT: Final = 3
"""Seconds without a question after which the server may have hung up (it does after five)."""
_OURS: Final = re.compile(r'href="((?:/desk|/p/|/schedule|\?)[^"#]*)"')
_STATIC: Final = re.compile(r'(?:href|src)="([^"]+\.(?:css|js)[^"]*)"')
_HEAD: Final = b"<!doctype html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    sent: int
    """Bytes as they were transferred: compressed where the server compresses."""
    seconds: float

    @property
    def is_page(self) -> bool:
        """A page that was shown, rather than a file or a refusal."""
        return self.status == http.client.OK and self.body.startswith(_HEAD)


class Browser:
    """One connection, open while the block lasts."""

    def __init__(self, port: int, cookie: str = "") -> None:
        """`cookie`: by which the server knows who looks."""
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Accept-Encoding": "gzip", "Cookie": cookie}
        self._static: dict[str, int] = {}
        self._used = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()

    def get(self, path: str) -> Answer:
        """Look at a page."""
        if time.monotonic() - self._used > KEPT:
            self._link.close()
        self._used = time.monotonic()
        start = time.perf_counter()
        self._link.request("GET", path, headers=self._headers)
        answer = self._link.getresponse()
        sent = answer.read()
        seconds = time.perf_counter() - start
        packed = answer.getheader("content-encoding") == "gzip"
        return Answer(answer.status, gzip.decompress(sent) if packed else sent, len(sent), seconds)

    def whole(self, answer: Answer) -> int:
        """Bytes transferred for a page and what it needs, without pictures, on a first visit."""
        needed = set(_STATIC.findall(answer.body.decode()))
        for path in needed - self._static.keys():
            self._static[path] = self.get(path).sent
        return answer.sent + sum(self._static[path] for path in needed)

    def found(self, begin: Sequence[str]) -> list[str]:
        """One address of every form of page that these pages lead to, they themselves first."""
        left = list(begin)
        seen = {form_of(path) for path in left}
        pages = []
        while left and len(pages) < MOST:
            path = left.pop(0)
            answer = self.get(path)
            if not answer.is_page:
                continue
            pages.append(path)
            for link in links(path, answer.body.decode()):
                if form_of(link) not in seen:
                    seen.add(form_of(link))
                    left.append(link)
        return pages


def links(path: str, page: str) -> list[str]:
    """Where a page leads to, within the desk and the public pages."""
    here = urlsplit(path).path
    found = map(unescape, _OURS.findall(page))
    return [here + link if link.startswith("?") else link for link in found]


def form_of(address: str) -> str:
    """What pages of one form have in common: the path, and which names of the query have a value."""
    split = urlsplit(address)
    names = sorted(name for name, value in parse_qsl(split.query) if value)
    return f"{split.path}?{urlencode([(name, '') for name in names])}"
