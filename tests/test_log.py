"""The one redactor: what people say, phones, tokens and addresses reach no log, whoever logs them."""

import asyncio
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from bot.log import log, to_file, trace
from tests import leaks

WORDS = "我家的暗号是红梅七十一"
PHONE = "13877701234"
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


@pytest.fixture
def lines() -> list[str]:
    """The log lines of this test, as they are written."""
    return leaks.lines.lines


def test_an_event_keeps_its_ids_and_loses_words_phones_and_tokens(lines: list[str]) -> None:
    log.error("message failed", inbox=12, reason=f"{WORDS} {PHONE} {TOKEN}", more=[WORDS])
    event = json.loads(lines[-1])
    assert (event["event"], event["inbox"]) == ("message failed", 12)
    assert not list(leaks.found(lines[-1]))


def test_an_exception_keeps_its_place_and_loses_what_it_quotes(lines: list[str]) -> None:
    try:
        int(f"secret {WORDS}")
    except ValueError as error:
        log.error("message failed", exc_info=error)
    told = json.loads(lines[-1])["exception"]
    assert "ValueError" in told
    assert "test_log.py" in told
    assert "secret" not in told


def lose(words: str) -> None:
    raise OSError(words)


def test_causes_are_told_too() -> None:
    told = ""
    try:
        try:
            lose(WORDS)
        except OSError as error:
            raise RuntimeError("not fetched") from error
    except RuntimeError as error:
        told = trace(error)
    assert "RuntimeError: not fetched" in told
    assert "OSError: <words>" in told


def test_a_librarys_record_loses_what_it_quotes(lines: list[str]) -> None:
    try:
        lose("'plain secret'")
    except OSError:
        logging.getLogger("some.library").exception("no place for %r of %s", "plain secret", WORDS)
    assert "OSError" in lines[-1]
    assert "plain secret" not in lines[-1]
    assert not list(leaks.found(lines[-1]))


async def test_a_task_that_nobody_awaited_tells_no_secret(lines: list[str]) -> None:
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": "lost", "exception": ValueError(f"'plain' {WORDS}")})
    assert "ValueError" in lines[-1]
    assert "plain" not in lines[-1]


def test_what_nobody_caught_ends_a_process_without_words() -> None:
    code = f"from bot import log; log.catch_the_rest(); raise ValueError('{WORDS} {PHONE}')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert json.loads(run.stderr)["event"] == "uncaught"
    assert not list(leaks.found(run.stderr))


def test_a_thread_that_died_is_told_without_words() -> None:
    code = (
        "import threading; from bot import log; log.catch_the_rest();"
        f"threading.Thread(target=lambda: int('{WORDS}')).start()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ValueError" in json.loads(run.stderr)["exception"]
    assert not list(leaks.found(run.stderr))


def test_a_line_cannot_be_longer_than_it_may(lines: list[str]) -> None:
    log.error("much", reason="x" * 100_000)
    assert len(lines[-1]) < 2500


def test_the_file_is_put_aside_when_full_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "yure.log"
    to_file(path, megabytes=1, keep=2)
    handler = logging.getLogger().handlers[-1]
    try:
        for n in range(3000):
            log.warning("much", number=n, reason="x" * 1900)
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
        leaks.lines.lines.clear()
    sizes = {p.name: p.stat().st_size for p in path.parent.iterdir()}
    assert set(sizes) == {"yure.log", "yure.log.1", "yure.log.2"}
    assert max(sizes.values()) <= 2**20


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "x", "reason": "王秀英"}',
        f"a line with {PHONE}",
        f"a line with {TOKEN}",
        "a line with the canary",
    ],
)
def test_the_search_finds_what_is_planted(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "canaries", {"the canary"})
    assert len(list(leaks.found(line))) == 1


def test_the_search_takes_what_commands_say_to_people_for_no_leak() -> None:
    assert not list(leaks.found("名册里没有“某某”。请写编号，或者写全名。"))
