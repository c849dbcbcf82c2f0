"""Every command that changes something leaves a deed: by --as, else by nobody; commands that read leave none."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.cli.base import opened
from bot.db import SessionRows
from bot.domain.deeds import Deed
from bot.domain.mail import Mail, Sending
from bot.domain.people import Person
from bot.domain.registration import RegistrationRequest, Stage
from bot.now import real_now
from bot.talk import Note
from bot.tuning import change
from tests.commands import built, invoke

AT = ("--at", "2026-11-22T10:00")
BRANCH = ("--branch", "三海", "--kind", "study", "--day", "2026-12-15")
EXTRA = ("--branch", "三海", "--kind", "event", "--day", "2026-12-20", "--topic", "联欢")
ROSTER = (
    "编号,姓名,出生日期,入党日期,转正日期,支部,身份,电话\n"
    ",梁玉兰,1948-03-05,1976-12-26,1977-12-26,三海街道离退休党支部,,13800004321\n"
)
YEAR = "2027,已确认\n2027-01-01,放假,元旦\n"

CHANGES: dict[str, tuple[str, ...]] = {
    "branch add": ("三海街道离退休党支部",),
    "branch change": ("三海", "--phone", "0777-6420119"),
    "organisation add": ("老体协",),
    "members add": ("王秀英", "--role", "member", "--branch", "三海", "--phone", "13800001234", *AT),
    "members import": ("{folder}/roster.csv", *AT),
    "members pause": ("王秀英", "--reason", "住院", *AT),
    "members resume": ("王秀英", *AT),
    "members invite": ("王秀英",),
    "members revoke": ("王秀英",),
    "members approve": ("王秀英",),
    "reply": ("王秀英", "王阿姨，我下午来看您", *AT),
    "calendar rule add": ("--branch", "三海", "--kind", "study", "--rule", "每月15日 09:00", *AT),
    "calendar move": (*BRANCH, "--to", "2026-12-16", "--reason", "停电", *AT),
    "calendar restore": (*BRANCH, *AT),
    "calendar cancel": (*BRANCH, "--reason", "台风", *AT),
    "calendar keep": ("--branch", "三海", "--day", "2027-01-15", *AT),
    "calendar plan": ("--branch", "三海", "--day", "2027-01-15", "--topic", "《论十大关系》", *AT),
    "calendar add": (*EXTRA, "--reason", "节日", *AT),
    "calendar rule pause": ("--branch", "三海", "--kind", "study", "--from", "2027-02-01", "--to", "2027-02-28", *AT),
    "calendar rule resume": ("--branch", "三海", "--kind", "study", "--on", "2027-02-10", *AT),
    "calendar rule end": ("--branch", "三海", "--kind", "study", "--on", "2027-03-31", *AT),
    "calendar holidays": ("{folder}/2027.txt",),
    "notice send": ("--audience", "all", "--text", "明天停水", "--yes"),
    "notice cancel": ("1",),
    "notice freeze": ("--reason", "发错了"),
    "notice thaw": (),
    "outbox release": ("{held}",),
    "outbox drop": ("{doubtful}",),
    "settings": ("--back", "quiet.start"),
    "members moved": ("梁玉兰", "--reason", "迁往南宁", *AT),
    "members deceased": ("王秀英", "--reason", "家属告知", *AT),
}  # fmt: skip
"""In an order in which each finds what it needs."""
READS = {
    "version", "doctor", "branch list", "organisation list", "members list", "members show", "calendar",
    "calendar preview", "calendar rule list", "notice show", "notice list", "outbox list", "inbox list",
    "key show", "db check",
}  # fmt: skip
CLOCKWORK = {"demo", "run", "chat", "tick", "remind"}
"""Nobody decides anything by them: the clock and members act, or data are made up."""
MACHINE = {"db upgrade", "db backup", "db restore", "key rotate", "key forget", "understand"}
"""Whole files are changed, not rows; whoever may has a shell on the office's computer."""
ELSEWHERE = {
    "keep": "each night of the purge has its own report",
    "notice correct": "a notice of its own; it goes the way of send",
    "notice approve": "the notice keeps by whom and when; it goes the way of send and cancel",
}


def commands(group: Any = None, name: str = "") -> Iterator[str]:
    for word, command in (group or built()).commands.items():
        full = f"{name} {word}".strip()
        inner = getattr(command, "commands", None)
        if inner is None:
            yield full
        else:
            yield from commands(command, full)


def test_every_command_is_said_to_change_or_to_read() -> None:
    declared = [*CHANGES, *READS, *CLOCKWORK, *MACHINE, *ELSEWHERE]
    assert sorted({*commands()} - {*declared}) == []
    assert len(declared) == len({*declared})


Call = Callable[..., str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("deeds")
    (made / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (made / "2027.txt").write_text(YEAR, encoding="utf-8")
    return made


def run(folder: Path, *words: str) -> str:
    result = invoke([*words, "--data", str(folder / "data")])
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result.output


def deeds(folder: Path) -> list[tuple[str, str, str]]:
    """(what, by whom, by which way), as they came."""
    with opened(None, folder / "data") as house:
        rows = house.db.read_now(lambda s: s.scalars(select(Deed).order_by(Deed.id)).unique().all())
    return [(row.did, row.by.name if row.by else "", row.via) for row in rows]


def prepare(folder: Path) -> dict[str, int]:
    """What some commands need: a registration that waits, messages to decide about, a changed setting."""
    with opened(None, folder / "data") as house:

        def job(session: Any) -> dict[str, int]:
            wang = session.scalars(select(Person).where(Person.name == "王秀英")).unique().one()
            session.add(
                RegistrationRequest(
                    channel="terminal", address="m1", name="王秀英", phone="", vouched=False, relation="self",
                    at=real_now(), stage=Stage.OPEN, candidates=[wang.id], why="unknown",
                )
            )  # fmt: skip
            numbers = {}
            for state in (Sending.HELD, Sending.DOUBTFUL):
                note = Note(wang.id, "您好", f"x{state}", Mail.PERSON, address=("terminal", "m1"))
                row = house.post.note(session, note, real_now())
                assert row is not None
                row.state = state
                numbers[state.value] = row.id
            change(SessionRows(session), house.settings, ("quiet.start", "20:30"), None, real_now())
            return numbers

        return house.db.write_now(job)


def test_each_changing_command_leaves_a_deed_by_whom_it_names(folder: Path) -> None:
    run(folder, "members", "add", "韦红梅", "--role", "administrator")
    assert deeds(folder) == [("members.add", "", "command")]
    numbers: dict[str, int] = {}
    for name, more in CHANGES.items():
        if name == "members approve":
            numbers = prepare(folder)
        words = [word.format(folder=folder, **numbers) for word in more]
        before = len(deeds(folder))
        run(folder, *name.split(), *words, "--as", "韦红梅")
        new = deeds(folder)[before:]
        assert set(new) == {(name.replace(" ", "."), "韦红梅", "command")}, (name, new)


def test_commands_that_read_leave_none(folder: Path) -> None:
    before = len(deeds(folder))
    for words in ("members list", "branch list", "notice list", "settings", "keep", "outbox list"):
        run(folder, *words.split())
    assert len(deeds(folder)) == before


def test_without_as_it_is_nobodys_and_the_history_says_so(folder: Path) -> None:
    run(folder, "members", "add", "陈志明", "--role", "volunteer", "--as", "韦红梅")
    run(folder, "members", "pause", "陈志明", "--reason", "试试")
    assert deeds(folder)[-1] == ("members.pause", "", "command")
    assert "命令 试试" in run(folder, "members", "show", "陈志明")
    run(folder, "members", "resume", "陈志明")
    assert (
        json.loads(run(folder, "members", "show", "陈志明", "--json"))["history"][0]["by"] is None
    )


def test_as_somebody_who_is_no_staff_is_refused_and_nothing_stays(folder: Path) -> None:
    before = deeds(folder)
    words = ["organisation", "add", "关工委", "--as", "梁玉兰", "--data", str(folder / "data")]
    assert invoke(words).exit_code == 1
    assert "关工委" not in run(folder, "organisation", "list")
    assert deeds(folder) == before
