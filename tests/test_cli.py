"""What holds for every command: its help, its options, and the documents it writes."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli.base import opened
from bot.cli.commands import COMMANDS, make_app
from bot.domain.base import Refused
from bot.inbox import accept
from bot.now import real_now
from bot.talk import Media, Said
from tests.commands import built, invoke

WITHOUT_DATA = ("version",)
OWN_FOLDER = ("demo",)
RUNS_ON = ("run",)


def commands(command: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Every command below `command`, groups included."""
    for name, inner in getattr(command, "commands", {}).items():
        yield " ".join((*path, name)), inner
        yield from commands(inner, *path, name)


ALL = dict(commands(built()))
LEAVES = {name: found for name, found in ALL.items() if not getattr(found, "commands", None)}


def options(command: Any) -> set[str]:
    return {option for each in command.params for option in each.opts}


def yure(folder: Path, *words: str, said: str = "") -> list[dict[str, Any]]:
    """Run a command with --json on a folder; raises what it raised."""
    result = invoke([*words, "--data", str(folder), "--json"], said=said)
    if isinstance(result.exception, Refused):
        raise result.exception
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared demonstration, for what changes nothing that another test looks at."""
    folder = tmp_path_factory.mktemp("demo")
    yure(folder, "demo", "--prepare")
    return folder


def top(app: typer.Typer) -> set[str]:
    return set(typer.main.get_command(app).commands) - {*WITHOUT_DATA}  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", COMMANDS)
def test_a_command_brings_only_its_own_module(module: str) -> None:
    assert all(top(make_app([name])) == {*COMMANDS[module]} for name in COMMANDS[module])


@pytest.mark.parametrize("name", ALL)
def test_every_help_has_an_example(name: str) -> None:
    assert f"yure {name}" in " ".join((ALL[name].help or "").split())


@pytest.mark.parametrize("name", sorted(set(LEAVES) - {*WITHOUT_DATA, *OWN_FOLDER}))
def test_every_command_takes_a_configuration_or_a_folder(name: str) -> None:
    assert {"--config", "--data"} <= options(LEAVES[name])


@pytest.mark.parametrize("name", sorted(set(LEAVES) - {*RUNS_ON, "understand"}))
def test_every_command_writes_json(name: str) -> None:
    assert "--json" in options(LEAVES[name])


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "tomorrow"])
def test_a_moment_no_calendar_knows_is_a_usage_error(demo: Path, at: str) -> None:
    words = ["tick", "--at", at, "--data", str(demo)]
    assert invoke(words).exit_code == 2


def test_an_empty_line_said_ends_its_group_too(demo: Path) -> None:
    assert yure(demo, "chat", "--as", "m001", said="\n\n") == [{}, {}, {}]


def test_a_sender_without_a_name_is_a_usage_error(demo: Path) -> None:
    words = ["chat", "--as", " ", "--data", str(demo)]
    assert invoke(words, said="").exit_code == 2


def test_the_preview_counts_the_whole_community_by_reach(demo: Path) -> None:
    words = ("notice", "send", "--audience", "all", "--text", "明天学习", "--as", "c1")
    result = invoke([*words, "--data", str(demo)])
    assert "全体在册 84 可达, 7 电话" in result.stdout
    assert isinstance(result.exception, Refused)


def test_a_preview_for_scripts_has_no_number(demo: Path) -> None:
    words = ("notice", "send", "--audience", "all", "--text", "请转账", "--as", "c1", "--json")
    result = invoke([*words, "--data", str(demo)])
    seen = json.loads(result.stdout)
    assert (seen["id"], seen["state"], seen["audience"]) == (None, "preview", 91)
    assert "转账" in seen["warnings"][0]


def test_a_notice_for_a_moment_gone_by_is_refused(demo: Path) -> None:
    words = (
        "--audience",
        "all",
        "--text",
        "学习",
        "--as",
        "c1",
        "--when",
        "2020-01-01T09:00",
        "--yes",
    )
    with pytest.raises(Refused, match="已经过了"):
        yure(demo, "notice", "send", *words)


def test_the_outbox_names_members_by_their_number(tmp_path: Path) -> None:
    yure(tmp_path, "demo", "--prepare")
    yure(tmp_path, "reply", "m001", "您好", "--as", "c1")
    written = [row for row in yure(tmp_path, "outbox", "list") if row["kind"] == "person"]
    assert [row["member"] for row in written] == ["0001"]


@pytest.mark.parametrize(
    ("who", "text", "by", "why"),
    [
        ("0091", "您好", "c1", "收不到消息"),
        ("m001", " ", "c1", "请写"),
        ("m002", "您好", "c3", "不归您这个支部"),
        ("m001", "您好", "m003", "不是联络员"),
    ],
)
def test_a_reply_that_cannot_be_given_is_refused(
    demo: Path, who: str, text: str, by: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        yure(demo, "reply", who, text, "--as", by)


def test_cards_made_beside_a_demonstration_lead_to_its_port(tmp_path: Path) -> None:
    yure(tmp_path, "demo", "--prepare", "--port", "8123")
    (card,) = yure(tmp_path, "members", "invite", "0005")
    assert card["url"].startswith("http://127.0.0.1:8123/in/")


def test_a_demonstration_whose_port_is_taken_prints_no_links(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = ["demo", "--data", str(tmp_path), "--port", str(taken.getsockname()[1])]
        result = invoke(words)
    assert isinstance(result.exception, Refused)
    assert result.stdout == ""


def test_a_demonstration_listens_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YURE_WEB__PORT", "8124")
    (made,) = yure(tmp_path, "demo", "--prepare")
    assert made["links"][0]["url"].startswith("http://127.0.0.1:8124/in/")


@pytest.mark.parametrize("words", [("remind",), ("calendar",)])
def test_a_span_that_ends_before_it_begins_is_a_usage_error(
    demo: Path, words: tuple[str, ...]
) -> None:
    span = ("--from", "2026-12-31", "--to", "2026-12-01", "--data", str(demo))
    assert invoke([*words, *span]).exit_code == 2


def test_a_rehearsal_stores_nothing(demo: Path) -> None:
    span = ("--from", "2026-12-01", "--to", "2026-12-12")
    first = yure(demo, "remind", *span)
    assert first
    assert yure(demo, "remind", *span) == first
    assert not [row for row in yure(demo, "outbox", "list") if row["kind"] == "reminder"]


def test_a_rehearsal_is_complete_after_a_later_turn_of_the_clock(tmp_path: Path) -> None:
    yure(tmp_path, "demo", "--prepare", "--at", "2026-11-22T10:00")
    span = ("--from", "2026-12-01", "--to", "2026-12-12", "--at", "2026-11-22T10:00")
    before = yure(tmp_path, "remind", *span)
    yure(tmp_path, "tick", "--at", "2026-12-09T09:05")
    yure(tmp_path, "tick", "--at", "2026-12-20T09:05")
    after = yure(tmp_path, "remind", *span)
    what = [(r["day"], r["rule"], r["member"]) for r in before]
    assert sorted(what) == sorted((r["day"], r["rule"], r["member"]) for r in after)
    assert {"already_sent", "too_late"} <= {row["withheld"] for row in after}


def test_nobody_in_the_demonstration_is_asked_to_agree_anew(tmp_path: Path) -> None:
    at = ("--at", "2026-12-01T09:00")
    yure(tmp_path, "demo", "--prepare", *at)
    yure(tmp_path, "tick", *at)
    said = yure(tmp_path, "chat", "--as", "m030", *at)
    assert not any("您还同意吗" in reply.get("text", "") for reply in said)


def test_the_demonstration_is_the_same_people_when_prepared_again(tmp_path: Path) -> None:
    (first,) = yure(tmp_path, "demo", "--prepare")
    before = yure(tmp_path, "members", "list")
    (second,) = yure(tmp_path, "demo", "--prepare")
    assert yure(tmp_path, "members", "list") == before
    assert first["members"] == second["members"] == 91
    assert {link["url"] for link in first["links"]}.isdisjoint(
        link["url"] for link in second["links"]
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/yure.db", "打不开"),
        ("postgresql+psycopg://yure:secret@127.0.0.1:1/yure", "打不开"),
    ],
)
def test_a_database_that_is_not_there_is_named_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("YURE_DATABASE__URL", url)
    with pytest.raises(Refused, match=said) as no:
        yure(tmp_path, "members", "list")
    assert "secret" not in str(no.value)


def test_what_may_pass_ends_with_four_so_that_a_supervisor_starts_it_again(tmp_path: Path) -> None:
    env = {**os.environ, "YURE_DATABASE__URL": "postgresql+psycopg://yure:secret@127.0.0.1:1/yure"}
    ended = {}
    for words in (("run",), ("db", "check")):
        command = [sys.executable, "-m", "bot", *words, "--data", str(tmp_path / "data")]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        ended[words] = done.returncode, done.stderr.startswith("数据库现在打不开，请看")
        assert "secret" not in done.stderr
    assert set(ended.values()) == {(4, True)}, ended


UNFORESEEN = """
import typer
from bot.cli.commands import run

app = typer.Typer()


@app.command()
def unforeseen() -> None:
    raise ValueError("红梅七十一 13877701234")


run(app)
"""


def test_what_no_command_foresaw_is_logged_without_words() -> None:
    command = [sys.executable, "-c", UNFORESEEN]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    line, told = done.stderr.splitlines()
    assert json.loads(line)["event"] == "uncaught"
    assert (done.returncode, told[:4]) == (4, "没有办成")
    assert "红梅" not in done.stderr
    assert "138777" not in done.stderr


@pytest.mark.parametrize("command", [("members", "list"), ("run",)])
def test_a_file_in_place_of_the_data_folder_is_named(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "data").write_text("")
    result = invoke([*command, "--data", str(tmp_path / "data")])
    assert isinstance(result.exception, Refused)
    assert "请检查数据目录" in str(result.exception)


def test_the_inbox_is_listed_as_the_outbox_is(demo: Path) -> None:
    yure(demo, "chat", "--as", "m007", said="服务日哪天\n")
    heard = [row for row in yure(demo, "inbox", "list") if row["sender"] == "m007"]
    keys = {"id", "kind", "member", "channel", "state", "due", "attempts", "reason"}
    assert keys <= set(heard[0])
    assert (heard[0]["kind"], heard[0]["member"], heard[0]["state"]) == ("text", "0007", "done")
    assert keys == set(yure(demo, "outbox", "list")[0])


def test_a_voice_message_in_the_inbox_is_listed_as_one(tmp_path: Path) -> None:
    said = Said("telegram", "7", "1", real_now(), media=(Media("voice", "", ""),))
    with opened(None, tmp_path) as house:
        house.db.write_now(lambda session: accept(session, [said], [], real_now()))
    assert [row["kind"] for row in yure(tmp_path, "inbox", "list")] == ["voice"]
