"""Every page of the desk and every public page, in a district of 10,000 members and 1,000,000 messages.

    python -m tests.bench.pages [--folder FOLDER] [--rounds 20] [--members 10000 --branches 100 --messages 1000000]

The web part of the product serves in a process of its own. Pages are found by their links, one of each form, once as
administrator of all branches, once as coordinator of one. The floor is a bare Starlette page, asked in turns with
ours. Bytes are those of a first visit: page, style sheet, script. Filling takes minutes: it is kept in --folder (or
the variable BENCH_DISTRICT). Exits 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.app import Role, Running
from bot.app import serve as serve_product
from bot.feature import STRANGER
from bot.web import listen, serve
from handlers import FEATURES
from tests.bench.browsing import Browser
from tests.bench.district import District, Size, district, opened
from tests.bench.table import Line, at_most, report

MEDIAN, P95, BYTES = 150, 400, 60_000
"""Milliseconds, milliseconds, and bytes of one page at the most."""
ROUNDS: Final = 20
_PAGES: Final = [page for feature in FEATURES for page in feature.pages]
BEGIN: Final = [
    "/desk",
    *(f"/desk/{page.path}" for page in _PAGES if page.order and STRANGER not in page.roles),
    *(f"/p/{page.path}" for page in _PAGES if STRANGER in page.roles),
]
"""Pages that everybody finds; the others are found from them."""


def serve_district(folder: Path) -> None:
    """The web part of the product on a free port, which is said first."""
    house, listener = opened(folder), listen("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    asyncio.run(serve_product(Running(house, listener, Role.WEB)))


def serve_bare() -> None:
    """One page of Starlette and nothing else."""

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>余热</title><p>好")

    listener = listen("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    asyncio.run(serve(Starlette(routes=[Route("/", page)]), listener, asyncio.Event()))


@contextmanager
def served(*what: str) -> Iterator[int]:
    """The port of a server in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.pages", *what]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def measured(town: District, rounds: int) -> Iterator[Line]:
    """All pages, for both coordinators."""
    with served("--serve", str(town.folder)) as port, served("--bare") as bare:
        for who, cookie in (("all", town.all), ("one", town.one)):
            with Browser(port, cookie) as browser, Browser(bare) as floor:
                yield from _pages(who, browser, floor, rounds)


def _pages(who: str, browser: Browser, floor: Browser, rounds: int) -> Iterator[Line]:
    slowest, largest = (0.0, ""), (0, "")
    for path in browser.found(BEGIN):
        answers = [(browser.get(path), floor.get("/")) for _ in range(rounds)]
        ours, bare = (
            sorted(one.seconds * 1000 for one in column) for column in zip(*answers, strict=True)
        )
        median, p95 = statistics.median(ours), ours[int(len(ours) * 0.95) - 1]
        slowest = max(slowest, (p95, path))
        largest = max(largest, (browser.whole(answers[0][0]), path))
        name = f"{who}: {path}, ms"[:52]
        yield Line(name, f"≤ {MEDIAN}", median, median <= MEDIAN, statistics.median(bare))
    yield at_most(f"{who}: p95, ms: {slowest[1]}"[:52], slowest[0], P95)
    yield at_most(f"{who}: bytes: {largest[1]}"[:52], largest[0], BYTES)


def lines() -> Iterator[Line]:
    """In the full size."""
    yield from in_size(Size(), os.environ.get("BENCH_DISTRICT", ""), ROUNDS)


def in_size(size: Size, folder: str, rounds: int) -> Iterator[Line]:
    """`folder`: where the district is kept; "": nowhere."""
    with tempfile.TemporaryDirectory() as passing:
        yield from measured(district(Path(folder or passing) / "data", size), rounds)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Every page in a large district")
    parser.add_argument("--folder", default=os.environ.get("BENCH_DISTRICT", ""))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    for name in ("members", "branches", "messages"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Size(), name))
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--bare", action="store_true")
    asked = parser.parse_args()
    if asked.serve is not None:
        serve_district(asked.serve)
        return 0
    if asked.bare:
        serve_bare()
        return 0
    size = Size(asked.members, asked.branches, asked.messages)
    return report(in_size(size, asked.folder, asked.rounds))


if __name__ == "__main__":
    sys.exit(main())
