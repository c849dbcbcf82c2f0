"""Notices from the command line: the same audiences, signs, public page and corrections as on the desk."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.base import Refused
from tests.commands import invoke
from tests.test_cli import yure

AT = ("--at", "2026-11-23T10:00")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A prepared demonstration."""
    yure(tmp_path, "demo", "--prepare")
    return tmp_path


def preview(data: Path, *words: str) -> Any:
    """What would go out."""
    command = ["notice", "send", "--as", "c1", *words, *AT, "--json", "--data", str(data)]
    result = invoke(command)
    return json.loads(result.stdout) if result.stdout else str(result.exception)


def test_an_audience_is_combined_and_signed(data: Path) -> None:
    audience = ("--audience", "branch:双鹤&org:老体协&age:75-")
    seen = preview(data, *audience, "--text", "{称呼}请来门球赛。", "--sign", "老体协")
    assert seen["text"].startswith("【老体协】")
    assert "{" not in seen["text"]
    assert seen["count"].startswith("双鹤社区离退休党支部，老体协，75岁以上 ")
    assert 0 < seen["audience"] < 91


def test_what_cannot_be_filled_or_signed_is_refused(data: Path) -> None:
    assert "没有组织" in preview(data, "--audience", "all", "--text", "话", "--sign", "门球队")
    with pytest.raises(Refused, match="是不是想写"):
        yure(
            data,
            "notice",
            "send",
            "--audience",
            "all",
            "--text",
            "{名字}",
            "--as",
            "c1",
            "--yes",
            *AT,
        )


def test_a_notice_may_also_stand_in_public(data: Path) -> None:
    words = ("notice", "send", "--as", "c1", "--text", "公开的话。", "--public", "--yes", *AT)
    (sent,) = yure(data, *words, "--audience", "all")
    assert sent["state"] == "pending"
    with pytest.raises(Refused, match="才能放到公开栏"):
        yure(data, *words, "--audience", "member:0001")


def test_a_correction_goes_to_who_got_it(data: Path) -> None:
    by = ("--as", "c1", "--yes", *AT)
    with pytest.raises(Refused, match="没有第99号"):
        yure(data, "notice", "correct", "99", "--text", "话", *by)
    to = ("--audience", "member:0001")
    (first,) = yure(data, "notice", "send", "--text", "明天停水。", *to, *by)
    yure(data, "chat", "--as", "m001", "--at", "2026-11-23T10:05")
    (right,) = yure(data, "notice", "correct", str(first["id"]), "--text", "是后天停水。", *by)
    assert (right["id"], right["audience"]) == (first["id"] + 1, 1)
    pushed = yure(data, "chat", "--as", "m001", "--at", "2026-11-23T10:10")
    assert "更正：是后天停水。" in pushed[0]["text"]
