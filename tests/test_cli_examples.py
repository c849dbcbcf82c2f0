"""The example of each command's help does what it says, on the demonstration and as it is written."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import Result

from bot.domain.base import Refused
from tests.commands import invoke
from tests.sheets import healthy
from tests.test_cli import LEAVES, options

RUN_ON = {"run", "demo"}
"""They serve until they are stopped: tests/test_docs.py and the browser tests start them."""
AT = ("--at", "2026-12-07T09:00")
EXAMPLE = re.compile(r"Example: (?:echo (?P<said>[^|]+) \| )?yure (?P<words>[^\n]+)")
FIRST = {
    "members resume": ["members pause 0001 --as 韦小兰"],
    "notice thaw": ["notice freeze --as 韦小兰 --reason 发错了"],
    "calendar restore": ["calendar cancel --branch 三海 --day 2026-12-15 --reason 台风"],
    "calendar rule resume": [
        "calendar rule pause --branch 三海 --kind study --from 2027-01-01 --to 2027-02-28"
    ],
    "db restore": ["db backup yure-copy.db"],
}
"""What must have happened before."""
REFUSED = {
    "members add": "已经有管理员了", "members approve": "没有等着韦金花的登记", "outbox release": "没有在等人决定",
    "outbox drop": "没有在等人决定", "calendar rule add": "已经有这条规律了", "notice send": "请加上 --yes",
    "notice correct": "请加上 --yes", "notice approve": "不用再批",
}  # fmt: skip
"""What the demonstration has nothing for, or has already: in these words."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, and the files that the examples read."""
    folder = tmp_path_factory.mktemp("examples")
    yure(f"demo --data {folder / 'data'} --prepare --at 2026-12-07T09:00")
    head = ("姓名", "出生日期", "所属支部", "手机")
    healthy.xlsx(folder / "roster.xlsx", [head, ("周新", "1950-01-02", "三海", "13900002222")])
    days = ("日期", "名称", "安排")
    healthy.xlsx(folder / "2027.xlsx", [days, ("2027-02-05..2027-02-11", "春节", "放假")])
    shutil.copytree(folder / "data", folder / "demo")
    for name in ("demo", "new-data"):
        shutil.copy(folder / "data.key", folder / f"{name}.key")
    return folder


@pytest.fixture
def here(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy, as the folder in which the command is typed."""
    place = tmp_path / "office"
    shutil.copytree(prepared, place)
    monkeypatch.chdir(place)
    return place


def yure(words: str, said: str = "") -> Result:
    """Run it; on the demonstration's calendar, where it takes one: the days in examples lie ahead of that."""
    name = max((name for name in LEAVES if words.startswith(name)), key=len)
    timed = "--at" in options(LEAVES[name]) and "--at " not in words
    return invoke([*shlex.split(words), *(AT if timed else ())], said=said)


@pytest.mark.parametrize("name", sorted(set(LEAVES) - RUN_ON))
def test_the_example_of_a_command_does_what_it_says(name: str, here: Path) -> None:
    found = EXAMPLE.search(LEAVES[name].help or "")
    assert found, name
    said = shlex.split(found["said"] or "")
    for words in FIRST.get(name, ()):
        assert yure(words).exit_code == 0, words
    result = yure(found["words"], "\n".join(said))

    if name in REFUSED:
        assert isinstance(result.exception, Refused)
        assert REFUSED[name] in str(result.exception)
    else:
        assert result.exit_code == 0, f"{found[0]}: {result.output} {result.exception}"


def test_restored_without_the_key_the_key_alone_is_missing(here: Path) -> None:
    yure("db backup yure-copy.db")
    (here / "new-data.key").unlink()
    refused = yure("db restore yure-copy.db --data new-data").exception
    shutil.copy(here / "data.key", here / "new-data.key")

    assert isinstance(refused, Refused)
    assert "不用再恢复一次" in str(refused)
    assert "王秀英" in yure("members list --data new-data").output
