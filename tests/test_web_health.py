"""/health, /health/detail and /metrics: what monitors read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.checks import Figure, Finding
from bot.web import Health

TOKEN = "a-token-of-the-monitor"


def look(states: Mapping[str, str]) -> Sequence[Finding]:
    """The channels, something that waits for a person, and two figures."""
    return [
        *(Finding(name, name, words) for name, words in states.items()),
        Finding("doubtful", "存疑的消息", "有1条消息不知道送到没有。", alarm=False),
        Finding("outbox", "要发的消息", figures=(Figure("outbox", 3, "queued"),)),
        Finding("disk", "磁盘", figures=(Figure("disk_free_bytes", 7),)),
    ]


def asked(path: str = "/health", *, token: str = "", **checks: Callable[[], str]) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with TestClient(Starlette(routes=Health(checks, look, TOKEN).routes())) as client:
        return client.get(path, headers=headers)


def broken() -> str:
    raise OSError("no such disk")


def test_all_well_is_ok_though_something_waits_for_a_person() -> None:
    told = asked(web=lambda: "").json()
    assert told["status"] == "ok"
    assert set(told["parts"].values()) == {"ok"}


def test_one_part_unwell_is_bad_and_named() -> None:
    told = asked(web=lambda: "", telegram=lambda: "令牌被收回了。").json()
    assert told["status"] == "bad"
    assert (told["parts"]["web"], told["parts"]["telegram"]) == ("ok", "令牌被收回了。")


def test_a_check_that_fails_is_bad_and_tells_no_secrets() -> None:
    told = asked(disk=broken).json()
    assert told["status"] == "bad"
    assert "no such disk" not in str(told)


def test_a_database_that_can_not_be_asked_is_bad() -> None:
    def no(states: Mapping[str, str]) -> Sequence[Finding]:
        raise OSError("/srv/secret")

    with TestClient(Starlette(routes=Health({"web": lambda: ""}, no).routes())) as client:
        told = client.get("/health").json()
    assert told["status"] == "bad"
    assert "secret" not in str(told)


def test_a_token_in_a_sentence_is_hidden() -> None:
    told = asked(telegram=lambda: "bad 123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc").json()
    assert "AAEh" not in str(told)


@pytest.mark.parametrize("path", ["/health/detail", "/metrics"])
@pytest.mark.parametrize("token", ["", "wrong", f"{TOKEN}x"])
def test_details_and_metrics_are_not_there_without_the_token(path: str, token: str) -> None:
    assert asked(path, token=token).status_code == 404


def test_without_a_configured_token_nobody_gets_the_details() -> None:
    with TestClient(Starlette(routes=Health({}, look).routes())) as client:
        given = client.get("/health/detail", headers={"Authorization": "Bearer "})
    assert given.status_code == 404


def test_the_details_hold_every_figure() -> None:
    told = asked("/health/detail", token=TOKEN, web=lambda: "").json()
    assert told["parts"]["outbox"]["figures"] == {"outbox": {"queued": 3}}
    assert told["parts"]["disk"]["figures"] == {"disk_free_bytes": 7}
    assert told["parts"]["doubtful"]["trouble"] == "有1条消息不知道送到没有。"


def test_metrics_are_what_prometheus_reads() -> None:
    page = asked("/metrics", token=TOKEN, telegram=lambda: "令牌被收回了。")
    read = {family.name: family.samples for family in text_string_to_metric_families(page.text)}
    well = {sample.labels["part"]: sample.value for sample in read["yure_well"]}
    assert (well["telegram"], well["disk"]) == (0, 1)
    assert [s.value for s in read["yure_outbox"] if s.labels == {"part": "queued"}] == [3]
    assert "process_resident_memory_bytes" in read


def test_who_asks_often_is_answered_from_memory() -> None:
    looks = []

    def counted(states: Mapping[str, str]) -> Sequence[Finding]:
        looks.append(1)
        return []

    with TestClient(Starlette(routes=Health({}, counted).routes())) as client:
        for _ in range(20):
            client.get("/health")
    assert len(looks) == 1
