"""The Bot API server of the tests keeps Telegram's rules, for what is proved against it is worth no more than it."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.botapi import TOKEN, BotApi
from tests.botapi.control import Remote


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


def call(base_url: str, method: str, token: str = TOKEN, **params: Any) -> dict[str, Any]:
    """One call as any client makes it; refusals too are given back."""
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{base_url}{token}/{method}",
        json.dumps(params).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            known: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            known = json.load(refusal)
    return known


def ids(answer: dict[str, Any]) -> list[int]:
    return [update["update_id"] for update in answer["result"]]


def test_updates_come_again_until_a_higher_offset_confirms_them(api: BotApi) -> None:
    first, second = api.say(1, "一"), api.say(1, "二")
    assert ids(call(api.base_url, "getUpdates")) == [first, second]
    assert ids(call(api.base_url, "getUpdates", offset=first + 1)) == [second]
    assert ids(call(api.base_url, "getUpdates", offset=second + 1)) == []
    assert api.waiting() == 0


def test_a_batch_holds_at_most_a_hundred_and_a_negative_offset_the_last(api: BotApi) -> None:
    for _ in range(150):
        last = api.say(1, "一")
    assert len(ids(call(api.base_url, "getUpdates", limit=1000))) == 100
    assert ids(call(api.base_url, "getUpdates", offset=-1)) == [last]


def test_a_long_poll_waits_and_ends_with_its_timeout(api: BotApi) -> None:
    begun = time.monotonic()
    assert ids(call(api.base_url, "getUpdates", timeout=1)) == []
    assert 0.9 < time.monotonic() - begun < 3


def test_the_strict_limits_are_thirty_a_second_and_one_a_second_a_chat(api: BotApi) -> None:
    api.strict()
    send = {"base_url": api.base_url, "method": "sendMessage", "text": "好"}
    answers = [call(**send, chat_id=chat) for chat in range(1, 35)]
    assert sum(answer["ok"] for answer in answers) == 30
    assert answers[-1]["parameters"] == {"retry_after": 1}
    time.sleep(1.05)
    assert [call(**send, chat_id=1)["ok"] for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("token", "status"), [("987654:other-token", 401), ("nonsense", 404), (TOKEN, None)]
)
def test_only_its_own_token_is_let_in(api: BotApi, token: str, status: int | None) -> None:
    assert call(api.base_url, "getMe", token).get("error_code") == status


def test_a_file_is_found_and_fetched(api: BotApi) -> None:
    api.keep_file("F1", b"voice")
    found = call(api.base_url, "getFile", file_id="F1")["result"]
    address = f"{api.base_file_url}{TOKEN}/{found['file_path']}"
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - loopback
        assert answer.read() == b"voice"


def test_it_also_runs_as_a_process_of_its_own() -> None:
    with Remote("--latency", "0.02") as api:
        number = api("say", sender=1, text="您好")
        base_url = api.env["YURE_TELEGRAM__BASE_URL"]
        assert ids(call(base_url, "getUpdates")) == [number]
        call(base_url, "sendMessage", chat_id=1, text="好的")
        assert [sent["text"] for sent in api("sent", chat=1)] == ["好的"]
