import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pytest

from bot.domain.base import Refused
from bot.sheets import Limits, Row, read_rows
from bot.spreadsheet.__main__ import answer
from bot.spreadsheet.limits import Unreadable
from tests.sheets import hostile, packed

HEADINGS = frozenset({"姓名", "性别", "出生日期"})


Shelf = Callable[[hostile.Builder], Path]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Where each hostile file is made once: some take a second."""
    folder = tmp_path_factory.mktemp("hostile")
    return cache(lambda build: build(folder / f"{build.__name__}.xlsx"))


@pytest.mark.parametrize("build", hostile.ALL, ids=lambda build: build.__name__)
def test_a_hostile_file_is_refused_within_a_second(shelf: Shelf, build: hostile.Builder) -> None:
    path = shelf(build)
    begun = _worked()
    with pytest.raises(Refused) as refusal:
        read_rows(path, headings=HEADINGS)
    assert _worked() - begun < 1.5  # 0.1 to 0.6 on an idle machine
    assert "请" in str(refusal.value)
    assert len(str(refusal.value)) <= 100


def _worked() -> float:
    """Seconds of a processor, of children that ended too: the clock on the wall measures the neighbours."""
    return sum(os.times()[:4])


# Asks the kernel from a small process: a child's peak starts with that of the process that forked it.
_PEAK = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "bot.spreadsheet"], stdin=sys.stdin, stdout=subprocess.DEVNULL,
               stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counted in kilobytes on Linux only")
@pytest.mark.parametrize("build", [*hostile.BIG, packed.deep_xml], ids=lambda b: b.__name__)
def test_a_hostile_file_takes_no_more_than_200_mb(shelf: Shelf, build: hostile.Builder) -> None:
    path = shelf(build)
    request = {"path": str(path), "headings": [], "limits": asdict(Limits())}
    peak = subprocess.run(
        [sys.executable, "-c", _PEAK],
        input=json.dumps(request).encode(),
        capture_output=True,
        check=True,
    ).stdout
    assert int(peak) < 200_000_000


@pytest.mark.parametrize(
    ("builders", "word"),
    [
        (hostile.LOCKED, "密码"),
        (hostile.FOREIGN, "请"),
        (hostile.MACROS, "有宏"),
        (hostile.TEXT, "第2行"),
    ],
    ids=["locked", "foreign", "macros", "text"],
)
def test_the_refusal_says_what_is_wrong(
    shelf: Shelf, builders: tuple[hostile.Builder, ...], word: str
) -> None:
    for build in builders:
        with pytest.raises(Refused, match=word):
            read_rows(shelf(build))


def test_the_far_cell_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="第1048576行XFD列"):
        read_rows(packed.far_cell(tmp_path / "a.xlsx"))


def test_formats_far_out_without_content_do_no_harm(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    content = f"{packed.HEAD}{rows}{packed.TAIL}".encode()
    path = packed.replaced(tmp_path / "a.xlsx", packed.SHEET, [content])
    assert read_rows(path).rows == (Row(1, (7,)),)


# Only bounded memory stops the other two.
CHECKED = [build for build in hostile.ALL if build not in {packed.far_line, hostile.far_xls}]


@pytest.mark.parametrize("build", CHECKED, ids=lambda build: build.__name__)
def test_the_checks_alone_refuse_most_hostile_files(shelf: Shelf, build: hostile.Builder) -> None:
    """In this process, without bounds: so it is where the system has none (macOS, Windows)."""
    with pytest.raises(Unreadable):
        list(answer(shelf(build), HEADINGS, Limits(), allow=lambda _: None))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems don't bound processor time")
def test_a_child_that_only_computes_is_killed_within_a_second() -> None:
    endless = (
        "from bot.spreadsheet.bounds import keep_within\n"
        "from bot.spreadsheet.limits import Limits\n"
        "keep_within(Limits())\n"
        "while True: pass\n"
    )
    code = subprocess.run([sys.executable, "-c", endless], check=False, timeout=10).returncode
    assert code == -signal.SIGPROF
