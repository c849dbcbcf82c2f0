"""/health: what a monitor reads."""

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.web import Health


def asked(**checks: Callable[[], str]) -> Any:
    with TestClient(Starlette(routes=Health(checks).routes())) as client:
        return client.get("/health").json()


def broken() -> str:
    raise OSError("no such disk")


def test_all_well_is_ok() -> None:
    assert asked(web=lambda: "") == {"status": "ok", "parts": {"web": "ok"}}


def test_one_part_unwell_is_bad_and_named() -> None:
    told = asked(web=lambda: "", telegram=lambda: "令牌被收回了。")
    assert told == {"status": "bad", "parts": {"web": "ok", "telegram": "令牌被收回了。"}}


def test_a_check_that_fails_is_bad_and_tells_no_secrets() -> None:
    told = asked(disk=broken)
    assert told["status"] == "bad"
    assert "no such disk" not in str(told)


def test_a_token_in_a_sentence_is_hidden() -> None:
    told = asked(telegram=lambda: "bad 123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc")
    assert "AAEh" not in str(told)
