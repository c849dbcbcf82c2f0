"""Every page in a small district: it answers, it is small, and no statement it runs reads a whole table that grows."""

import re
import threading
from asyncio import new_event_loop
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event

from bot.app import House, Role, Running
from bot.db import Database
from bot.web import listen
from tests.bench.browsing import Answer, Browser, form_of
from tests.bench.district import District, Size, district, opened
from tests.bench.pages import BEGIN, BYTES

SMALL = Size(members=60, branches=2, messages=1000)
SMALL_FOR_EVER = frozenset({
    "branch", "calendar_rule", "calendar_exception", "calendar_feed", "study_plan", "holiday_year", "canned_answer",
    "organisation", "table_version", "pulse",
})  # fmt: skip
"""Tables that grow with branches and years, not with what members do: some hundred rows in a large district."""
IN_ORDER = {
    "person": "the roster is read by number, a page at a time; whether there are more than a thousand",
    "deed": "the audit log is read from the last on, a page at a time",
    "sight": "so are the looks at what is masked",
}
"""Tables that may be walked in the order of an index as far as a LIMIT goes, and why."""
FEW = {
    "notice": "some hundred a year; the keeping page looks which pictures are still needed",
    "setting_change": "what administrators changed by hand, over the years",
    "purge_night": "one a night, the last ones in order",
    "roster_import": "a few a year; the keeping page counts what is old enough to go",
    "doubtful_text": "each text once; the keeping page counts them",
    "membership": "the settings count who is in each of the five organisations",
}
"""Tables that the administrators' pages count or list whole, and why they may."""
_ALIASES = re.compile(r'(?:FROM|JOIN) "?(\w+)"? AS "?(\w+)"?')
_SCANNED = re.compile(r"SCAN (\w+)")


@dataclass
class Seen:
    """What was looked at, and what ran meanwhile."""

    pages: dict[str, Answer] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    scans: list[tuple[str, str]] = field(default_factory=list)
    """(table, statement) of all that reads a whole table or a whole index of it."""


@contextmanager
def running(house: House) -> Iterator[int]:
    """The web part of the product in this process; its port."""
    listener = listen("127.0.0.1", 0)
    product, loop = Running(house, listener, Role.WEB), new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(product.run()))
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(product.stop.set)
        thread.join(10)
        loop.close()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """All pages, looked at by who administers all branches and by who coordinates one."""
    town = district(tmp_path_factory.mktemp("district") / "data", SMALL)
    house, found = opened(town.folder), Seen()
    statements: dict[str, Any] = {}
    event.listen(
        house.db.engine, "before_cursor_execute",
        lambda _link, _cursor, statement, values, *_: statements.setdefault(statement, values),
    )  # fmt: skip
    with running(house) as port:
        look_at_all(town, port, found)
    with house.db.engine.connect() as link:
        for statement, values in dict(statements).items():
            found.scans += ((table, statement) for table in scanned(link, statement, values))
    house.close()
    return found


def look_at_all(town: District, port: int, found: Seen) -> None:
    for who, cookie in (("all", town.all), ("one", town.one)):
        with Browser(port, cookie) as browser:
            for path in browser.found(BEGIN):
                answer = found.pages[f"{who} {path}"] = browser.get(path)
                found.bytes[f"{who} {path}"] = browser.whole(answer)


def scanned(link: Any, statement: str, values: Any) -> Iterator[str]:
    """The tables of which a statement reads every row."""
    if not statement.lstrip().startswith(("SELECT", "WITH")):
        return
    aliases = {alias: table for table, alias in _ALIASES.findall(statement)}
    for *_, plan in link.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
        if (named := _SCANNED.match(plan)) is not None:
            yield aliases.get(named[1], named[1])


def test_every_page_answers(seen: Seen) -> None:
    assert {path for path, answer in seen.pages.items() if not answer.is_page} == set()
    begun = {form_of(path) for path in BEGIN}
    assert {form_of(path.partition(" ")[2]) for path in seen.pages} > begun


def test_every_page_is_small(seen: Seen) -> None:
    assert {path: size for path, size in seen.bytes.items() if size > BYTES} == {}


def test_no_page_reads_a_whole_table_that_grows(seen: Seen) -> None:
    assert len(seen.pages) > len(BEGIN)
    whole = [
        (table, statement)
        for table, statement in seen.scans
        if table not in SMALL_FOR_EVER
        and not table.startswith(("anon_", "CONSTANT"))  # what an inner query found
        and table not in FEW
        and not (table in IN_ORDER and "LIMIT" in statement)
    ]
    assert whole == []


def test_a_statement_without_an_index_is_seen() -> None:
    """The test above would notice."""
    db = Database("sqlite://")
    db.create()
    with db.engine.connect() as link:
        assert list(scanned(link, "SELECT * FROM outbox WHERE reason = ?", ("x",))) == ["outbox"]
        assert list(scanned(link, "SELECT * FROM outbox WHERE key = ?", ("x",))) == []
    db.close()
