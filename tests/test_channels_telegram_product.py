"""The whole product as a process, with Telegram on the other side of a real connection."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.botapi import BotApi
from tests.botapi.product import Product


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


def test_a_stranger_who_writes_on_telegram_is_answered_with_buttons(
    api: BotApi, tmp_path: Path
) -> None:
    with Product(api, tmp_path / "data"):
        api.say(1001, "您好")
        sent = api.wait_sent(1, 1001)
        api.wait_confirmed()
    assert "余热" in sent[0].text
    assert "主菜单" in {label for row in sent[0].keyboard for label in row}


def test_kill_9_among_twenty_messages_leaves_nobody_without_an_answer(
    api: BotApi, tmp_path: Path
) -> None:
    members = range(1001, 1021)
    with Product(api, tmp_path / "data") as yure:
        for member in members:
            api.say(member, "您好")
        api.wait_sent(3)
        yure.kill()
    with Product(api, tmp_path / "data"):
        end = time.monotonic() + 20
        while len({sent.chat for sent in api.sent()}) < len(members):
            assert time.monotonic() < end, "somebody was forgotten"
            time.sleep(0.05)
        api.wait_confirmed()
    copies = Counter((sent.chat, sent.text) for sent in api.sent())
    assert max(copies.values()) <= 2


def test_a_revoked_token_is_on_the_health_page_and_the_web_goes_on(
    api: BotApi, tmp_path: Path
) -> None:
    with Product(api, tmp_path / "data") as yure:
        assert yure.health()["parts"]["telegram"] == "ok"
        api.revoke()
        end = time.monotonic() + 10
        while yure.health()["parts"]["telegram"] == "ok":
            assert time.monotonic() < end, "nobody says so"
            time.sleep(0.05)
        assert "令牌" in yure.health()["parts"]["telegram"]


def test_whatever_telegram_does_the_product_never_prints_its_token(
    api: BotApi, tmp_path: Path
) -> None:
    with Product(api, tmp_path / "data") as yure:
        api.push({"message": 7})
        api.say(1001, "您好")
        api.wait_sent(1)
        api.down()
        time.sleep(0.2)
        api.up()
        api.revoke()
        time.sleep(1)
    assert api.token not in yure.log.read_text()
