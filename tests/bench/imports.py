"""5,000 people of a real .xlsx, as a coordinator imports them on the desk: read, compared, stored, changed, taken back.

    python -m tests.bench.imports [--people 5000]

Processor time of this process and of the child that opens the file; the bar of ten seconds is for reading, comparing
and storing together. The figures of each step go to standard error. Exits 1 where a bar is missed.
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

from bot import config, keyring
from bot.app import build, sections
from bot.demo import names
from bot.domain.people import Role
from bot.domain.roster import heading_words
from bot.keyring import new_key
from bot.now import real_now
from bot.parts import Table
from bot.sealing import path_of
from bot.sheets import Sheet, read_bytes, to_xlsx
from tests.bench.table import Line, at_most, report
from tests.conftest import Clock, Community
from tests.desk_house import Desk

HEAD = ("编号", "姓名", "性别", "出生日期", "入党日期", "所属支部", "手机", "住址", "备注")
BRANCHES = ("三海街道离退休党支部", "双鹤社区离退休党支部")
PEOPLE, TOGETHER = 5000, 10.0
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


def run(people: int, folder: Path) -> Iterator[Line]:
    """Once all the way."""
    town, watch = town_in(folder), Stopwatch()
    desk = Desk(town, BY)

    def drop(street: str, what: str) -> str:
        body = roster(people, street)
        sheet = watch(f"{what}: read", lambda: read_bytes(body, headings=heading_words()))
        assert isinstance(sheet, Sheet)
        watch(
            f"{what}: kept",
            lambda: desk.press("import", "compare", files={"sheet": sheet}, sheet="r.xlsx"),
        )
        table: Table = desk.of(Table, "import")[0]
        return table.links[0].partition("id=")[2]

    for what, street in (("new", "青年路"), ("changed", "建设路"), ("same", "建设路")):
        id_ = drop(street, what)
        watch(f"{what}: page", lambda id_=id_: desk.page("import", id=id_))
        if what != "same":
            watch(f"{what}: stored", lambda id_=id_: desk.press("import", "store", id=id_))
    watch("taken back", lambda: desk.press("import", "undo", id="2"))
    town.house.close()
    for what in ("new", "changed"):
        total = sum(took for name, took in watch.took.items() if name.startswith(f"{what}:"))
        yield at_most(f"{people} {what} lines of an .xlsx imported, s", total, TOGETHER)


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
