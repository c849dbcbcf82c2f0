"""Nothing that people say or are called reaches a log: every test of the suite is looked through for it.

Looked through are our log lines, what was written to standard error (by child processes too) and the log
files of products started below a test's folder. Words said, phones and addresses of a test are its canaries.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.log import Redacted

PHONE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?![\d.])")
TOKEN = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,}")
LINE = re.compile(r"^(?:\{.*\"event\"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ )")
"""How a line of our log begins."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SHORTEST = 4
"""Shorter words are found by chance."""

canaries: set[str] = set()
"""What must not be seen in this test's output."""


class Lines(logging.Handler):
    """Keeps the log lines of a test as they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Redacted())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


lines = Lines()


def plant(*words: str) -> None:
    """These belong to people."""
    canaries.update(word for word in words if len(word) >= SHORTEST)


def forget() -> None:
    """The next test begins."""
    canaries.clear()
    lines.lines.clear()


def found(text: str) -> Iterator[str]:
    """What is in `text` and must not be."""
    yield from (f"a phone number: {hit}" for hit in PHONE.findall(text))
    yield from (f"a token: {hit}" for hit in TOKEN.findall(text))
    yield from (f"somebody's words: {word}" for word in sorted(canaries) if word in text)
    logged = (line for line in text.splitlines() if LINE.match(line))
    yield from (f"Chinese in a log line: {line}" for line in logged if CHINESE.search(line))


def output(sections: Iterable[tuple[str, str]], folder: Path | None) -> Iterator[str]:
    """All that a test wrote and that is not meant for a reader at the terminal."""
    yield "\n".join(lines.lines)
    yield from (text for name, text in sections if "stderr" in name)
    for path in folder.rglob("*.log*") if folder is not None else ():
        yield path.read_text(encoding="utf-8", errors="replace")
