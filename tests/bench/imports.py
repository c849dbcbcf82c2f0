"""5,000 people of a real .xlsx, as a coordinator imports them on the desk: read, compared, stored, changed, taken back.

    python -m tests.bench.imports [--people 5000]

Processor time of this process and of the child that opens the file; the bar of ten seconds is for reading, comparing
and storing together. Ten thousand others are on the roster; somebody else writes a row every 5 ms meanwhile. The
figures of each step go to standard error. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from bot import config, keyring
from bot.app import build, sections, spare_the_collector
from bot.demo import names
from bot.domain.people import Person, Role, Status
from bot.keyring import new_key
from bot.now import real_now
from bot.parts import Form, Table
from bot.sealing import path_of
from bot.sheets import to_xlsx
from tests.bench.another import Another
from tests.bench.table import Line, at_most, report
from tests.conftest import Clock, Community
from tests.desk_house import PAGES, Desk
from tests.test_listing import next_of

HEAD = ("编号", "姓名", "性别", "出生日期", "入党日期", "所属支部", "手机", "住址", "备注")
BRANCHES = ("三海街道离退休党支部", "双鹤社区离退休党支部")
PEOPLE, TOGETHER, OTHERS = 5000, 10.0, 10_000
WAIT, CLICK, CLICKS = 100, 150, 200
"""Milliseconds that somebody else's write and a click may take; how many clicks."""
IDLE = 3.0
"""Seconds in which somebody else writes and nothing is imported: the floor of those waits."""
BY = "李敏"


def roster(people: int, street: str) -> bytes:
    """A sheet of so many people, the same at each call but for their street."""
    random = Random(5)
    lines: list[Sequence[object]] = [HEAD]
    for number in range(people):
        joined = date(1970, 1, 1) + timedelta(days=number % 9000)
        born = joined - timedelta(days=25 * 365)
        name = f"{random.choice(names.SURNAMES)}{random.choice('建国秀英志明')}{random.choice('华兰强芳')}"
        lines.append((
            f"T{number:05d}", name, "男", born.isoformat(), joined.isoformat(), BRANCHES[number % 2],
            f"138{number:08d}", f"{street}{number}号", "",
        ))  # fmt: skip
    return to_xlsx(lines)


class Stopwatch:
    """Processor seconds by name."""

    def __init__(self) -> None:
        """Nothing was timed."""
        self.took: dict[str, float] = {}

    def __call__(self, name: str, job: Callable[[], object]) -> object:
        """Do it and keep how long the processors worked on it."""
        begun, before = time.perf_counter(), _worked()
        done = job()
        self.took[name] = _worked() - before
        clock = time.perf_counter() - begun
        print(f"{name}: {self.took[name]:.2f} s of processor, {clock:.2f} s", file=sys.stderr)
        return done


def _worked() -> float:
    return sum(os.times()[:4])


def town_in(folder: Path) -> Community:
    """An administrator and two branches."""
    keyring.use(keyring.make(path_of(folder, ""), new_key(real_now())))
    clock = Clock()
    house = build(config.load(None, sections(), folder), clock)
    house.db.create()
    town = Community(house, clock)
    town.person(BY, Role.ADMINISTRATOR, address="c1")
    for name in BRANCHES:
        town.branch(name)
    return town


def others(town: Community) -> None:
    """So many more on the roster: a sheet is compared with them, too."""
    branch, now = town.branch(BRANCHES[0]).id, town.clock()

    def add(session: Session) -> None:
        session.add_all(
            Person(
                number=f"M{n:05d}",
                name=f"莫{n}",
                branch_id=branch,
                status=Status.ACTIVE,
                created_at=now,
            )
            for n in range(OTHERS)
        )

    town.house.db.write_now(add)


def run(people: int, folder: Path) -> Iterator[Line]:
    """Once all the way."""
    spare_the_collector()
    town, watch = town_in(folder), Stopwatch()
    others(town)
    desk, waits = Desk(town, BY), dict[str, Another]()
    with Another(town.house.db) as idle:
        time.sleep(IDLE)
    for what, street in (("new", "青年路"), ("changed", "建设路"), ("same", "建设路")):
        id_ = drop(desk, watch, roster(people, street), what)
        watch(f"{what}: page", lambda id_=id_: desk.page("import", id=id_))
        if what == "new":
            yield from clicks(desk, id_)
        if what != "same":
            with Another(town.house.db) as waits[what]:
                watch(f"{what}: stored", lambda id_=id_: confirm(desk, id_))
    with Another(town.house.db) as waits["taken back"]:
        desk.press("import", "undo", id="2")
        watch("taken back", town.house.importer.work)
    town.house.close()
    for what in ("new", "changed"):
        total = sum(took for name, took in watch.took.items() if name.startswith(f"{what}:"))
        yield at_most(f"{people} {what} lines of an .xlsx imported, s", total, TOGETHER)
    for what, another in waits.items():
        name = f"another's write, {people} {what}; idle, p99, ms"
        yield Line(name, f"≤ {WAIT}", another.p99, another.p99 <= WAIT, idle.p99)


def drop(desk: Desk, watch: Stopwatch, body: bytes, what: str) -> str:
    """Drop a file; the id of the import."""
    sheet = watch(f"{what}: read", lambda: PAGES["import"].reads["sheet"](body))
    watch(
        f"{what}: kept",
        lambda: desk.press("import", "compare", files={"sheet": sheet}, sheet="r.xlsx"),
    )
    table: Table = desk.of(Table, "import")[0]
    return table.links[0].partition("id=")[2]


def confirm(desk: Desk, id_: str) -> None:
    """Press 就这样存, and let it be stored."""
    (form,) = desk.of(Form, "import", id=id_)
    desk.press("import", "store", **{field.name: field.value for field in form.fields})
    desk.town.house.importer.work()


def clicks(desk: Desk, id_: str) -> Iterator[Line]:
    """The filters of a comparison, and the next pages of each, as the page's links lead there."""
    took: list[float] = []
    for kind in ("new", "missing", "changed", "faulty"):
        query: dict[str, str] | None = {"id": id_, "show": kind}
        while query is not None and len(took) < CLICKS:
            begun = time.perf_counter()
            parts = desk.page("import", **query)
            took.append((time.perf_counter() - begun) * 1000)
            query = next_of(parts)
    yield at_most(
        "a filter or a page of the comparison, p95, ms", sorted(took)[int(len(took) * 0.95)], CLICK
    )


def lines() -> Iterator[Line]:
    """What the table says."""
    with tempfile.TemporaryDirectory() as folder:
        yield from run(PEOPLE, Path(folder))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder_:
        sys.exit(report(run(asked.people, Path(folder_))))
