"""Telegram answers: what a member sees, and what each of Telegram's refusals means for the outbox."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram, TelegramSettings
from bot.channels.telegram.sending import Flood
from bot.domain.base import Refused
from bot.talk import Busy, Choice, Doubtful, Media, Reply, Unreachable
from tests.botapi import BotApi, Fault
from tests.botapi.drive import Clock, Ears, channel_to, listening
from tests.botapi.script import BLOCKED, DEACTIVATED, UNKNOWN

WU, TAN = 1001, 1002
HELLO = Reply("您好。")


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
async def channel(api: BotApi, tmp_path: Path) -> AsyncIterator[Telegram]:
    (tmp_path / "card.png").write_bytes(b"picture")
    (tmp_path / "words.ogg").write_bytes(b"voice")
    telegram = channel_to(api, tmp_path, read_timeout=0.5, connect_timeout=0.5)
    yield telegram
    await telegram.hang_up()


# ── what a member sees ──────────────────────────────────────────────────────────────────────────


async def test_a_reply_is_one_message_with_big_buttons_and_the_fixed_row(
    api: BotApi, channel: Telegram
) -> None:
    choices = (Choice("上门走访"), Choice("下次学习"), Choice("我的资料"))
    await channel.send("1001", Reply("您要办什么？", choices))
    (sent,) = api.sent()
    assert (sent.chat, sent.text) == (WU, "您要办什么？")
    assert sent.keyboard == (("上门走访", "下次学习"), ("我的资料",), ("主菜单", "找人帮忙"))
    assert sent.params["reply_markup"]["resize_keyboard"]


async def test_long_labels_stand_one_in_a_row(api: BotApi, channel: Telegram) -> None:
    choices = (Choice("12月10日上午"), Choice("都不行"))
    await channel.send("1001", Reply("哪天方便？", choices, fixed=("主菜单", "上一步", "找人帮忙")))
    assert api.sent()[0].keyboard == (
        ("12月10日上午",),
        ("都不行",),
        ("主菜单", "上一步"),
        ("找人帮忙",),
    )


async def test_a_button_shows_its_label_and_pressing_it_says_the_label(
    api: BotApi, channel: Telegram
) -> None:
    await channel.send("1001", Reply("对吗？", (Choice("对，就这样办", "对"),)))
    label = api.sent()[0].keyboard[0][0]
    ears = Ears()
    api.say(WU, label)
    async with listening(api, ears):
        await api.until(lambda: ears.said)
    assert ears.texts == ["对"]


async def test_a_reply_without_any_button_takes_the_old_ones_away(
    api: BotApi, channel: Telegram
) -> None:
    await channel.send("1001", Reply("好的。", fixed=()))
    assert api.sent()[0].params["reply_markup"] == {"remove_keyboard": True}


async def test_signs_of_markup_arrive_as_they_were_written(api: BotApi, channel: Telegram) -> None:
    await channel.send("1001", Reply("*3* <b>楼</b> _东_ [门]"))
    (sent,) = api.sent()
    assert sent.text == "*3* <b>楼</b> _东_ [门]"
    assert "parse_mode" not in sent.params


@pytest.mark.parametrize(
    ("kind", "path", "sent_as", "content"),
    [
        ("picture", "card.png", "photo", b"picture"),
        ("voice", "words.ogg", "voice", b"voice"),
        ("file", "words.ogg", "document", b"voice"),
    ],
)
async def test_a_picture_or_voice_carries_the_words_and_the_buttons(
    api: BotApi, channel: Telegram, kind: str, path: str, sent_as: str, content: bytes
) -> None:
    await channel.send("1001", Reply("生日快乐。", media=(Media(kind, path=path),)))
    (sent,) = api.sent()
    assert (sent.kind, sent.text, sent.files) == (sent_as, "生日快乐。", {sent_as: content})
    assert sent.keyboard == (("主菜单", "找人帮忙"),)


async def test_a_picture_of_two_mebibytes_arrives_whole(
    api: BotApi, channel: Telegram, tmp_path: Path
) -> None:
    (tmp_path / "big.png").write_bytes(b"p" * (2 << 20))
    await channel.send("1001", Reply("您看。", media=(Media("picture", path="big.png"),)))
    assert len(api.sent()[0].files["photo"]) == 2 << 20


async def test_a_picture_for_many_is_uploaded_once_and_again_when_telegram_forgot_it(
    api: BotApi, channel: Telegram
) -> None:
    reply = Reply("通知。", media=(Media("picture", path="card.png"),))
    await channel.send("1001", reply)
    await channel.send("1002", reply)
    assert [bool(sent.files) for sent in api.sent()] == [True, False]
    api.state.files.clear()
    with pytest.raises(Busy):
        await channel.send("1003", reply)
    await channel.send("1003", reply)
    assert api.sent()[-1].files == {"photo": b"picture"}


async def test_words_too_long_for_a_picture_go_before_it(api: BotApi, channel: Telegram) -> None:
    await channel.send("1001", Reply("长" * 1025, media=(Media("picture", path="card.png"),)))
    assert [(sent.kind, len(sent.text)) for sent in api.sent()] == [("text", 1025), ("photo", 0)]


async def test_the_words_arrive_though_their_picture_is_lost(
    api: BotApi, channel: Telegram
) -> None:
    await channel.send("1001", Reply("生日快乐。", media=(Media("picture", path="gone.png"),)))
    assert [(sent.kind, sent.text) for sent in api.sent()] == [("text", "生日快乐。")]


async def test_4096_characters_arrive_in_one_message(api: BotApi, channel: Telegram) -> None:
    await channel.send("1001", Reply("长" * 4096))
    assert len(api.sent()[0].text) == 4096


# ── refusals ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("why", [BLOCKED, DEACTIVATED, UNKNOWN], ids=lambda why: why[1])
async def test_a_chat_that_gets_nothing_any_more_is_unreachable(
    api: BotApi, channel: Telegram, why: tuple[int, str]
) -> None:
    api.refuse(WU, *why)
    with pytest.raises(Unreachable):
        await channel.send("1001", HELLO)
    await channel.send("1002", HELLO)
    assert not channel.state()


@pytest.mark.parametrize("reply", [Reply("长" * 4097), Reply(""), Reply(" \n")])
async def test_what_telegram_never_takes_is_refused_for_good(
    channel: Telegram, reply: Reply
) -> None:
    with pytest.raises(Refused, match="这条消息"):
        await channel.send("1001", reply)


async def test_a_429_holds_exactly_its_chat(api: BotApi, channel: Telegram) -> None:
    api.fail("sendMessage", Fault(status=429, retry_after=7))
    with pytest.raises(Busy) as busy:
        await channel.send("1001", HELLO)
    assert (busy.value.seconds, busy.value.address) == (7, "1001")
    assert api.sent() == []


async def test_a_429_in_two_chats_holds_the_whole_bot(api: BotApi, channel: Telegram) -> None:
    api.fail("sendMessage", *[Fault(status=429)] * 2)
    with pytest.raises(Busy):
        await channel.send("1001", HELLO)
    with pytest.raises(Busy) as second:
        await channel.send("1002", HELLO)
    assert second.value.address is None


def test_two_chats_told_to_wait_minutes_apart_each_wait_for_themselves() -> None:
    clock = Clock()
    flood = Flood(clock)
    flood.busy(3, "1001")
    clock.at += 120
    assert flood.busy(3, "1002").address == "1002"


def test_chats_written_to_a_moment_ago_wait_by_themselves_however_many() -> None:
    clock = Clock()
    flood = Flood(clock)
    for chat in ("1001", "1002"):
        flood.sent(chat)
    clock.at += 1
    assert [flood.busy(1, chat).address for chat in ("1001", "1002")] == ["1001", "1002"]


def test_a_flood_over_several_chats_is_everybody_s_and_says_that_we_are_too_fast() -> None:
    flood = Flood(Clock())
    first, second = flood.busy(1, "1001"), flood.busy(1, "1002")
    assert (first.address, first.too_fast) == ("1001", False)
    assert (second.address, second.too_fast) == (None, True)


async def test_a_429_that_names_no_time_holds_for_a_second(api: BotApi, channel: Telegram) -> None:
    api.fail("sendMessage", Fault(status=429, retry_after=None))
    with pytest.raises(Busy) as busy:
        await channel.send("1001", HELLO)
    assert busy.value.seconds == 1


async def test_the_strict_server_lets_one_message_a_second_into_a_chat(
    api: BotApi, channel: Telegram
) -> None:
    api.strict()
    await channel.send("1001", HELLO)
    with pytest.raises(Busy) as busy:
        await channel.send("1001", HELLO)
    assert busy.value.address == "1001"


@pytest.mark.parametrize(
    ("fault", "copies"),
    [
        (Fault(status=500), 0),
        (Fault(status=502), 0),
        (Fault(act="reset"), 0),
        (Fault(act="drop"), 1),
        (Fault(act="garbage"), 0),
        (Fault(hang=2.0), 0),
    ],
    ids=["500", "502", "reset", "answer lost", "no JSON", "hangs"],
)
async def test_an_answer_that_never_came_leaves_doubt(
    api: BotApi, channel: Telegram, fault: Fault, copies: int
) -> None:
    api.fail("sendMessage", fault)
    with pytest.raises(Doubtful):
        await channel.send("1001", HELLO)
    assert len(api.sent()) == copies


async def test_no_connection_at_all_means_surely_not_sent(api: BotApi, channel: Telegram) -> None:
    api.down()
    with pytest.raises(Busy) as busy:
        await channel.send("1001", HELLO)
    assert (busy.value.address, busy.value.too_fast) == (None, False)
    assert "连不上" in channel.state()
    api.up()
    await channel.send("1001", HELLO)
    assert not channel.state()


async def test_a_revoked_token_holds_everything_and_says_so(api: BotApi, channel: Telegram) -> None:
    api.revoke()
    with pytest.raises(Busy) as busy:
        await channel.send("1001", HELLO)
    assert (busy.value.seconds, busy.value.address) == (60, None)
    assert "令牌" in channel.state()


async def test_a_second_picture_that_fails_leaves_doubt_for_the_first_went_out(
    api: BotApi, channel: Telegram
) -> None:
    api.strict()
    two = (Media("picture", path="card.png"), Media("voice", path="words.ogg"))
    with pytest.raises(Doubtful):
        await channel.send("1001", Reply("您好。", media=two))
    assert len(api.sent()) == 1


async def test_a_hanging_send_makes_nobody_else_wait(api: BotApi, channel: Telegram) -> None:
    api.fail("sendMessage", Fault(hang=0.4, chat=WU))
    slow = asyncio.create_task(channel.send("1001", HELLO))
    await channel.send("1002", HELLO)
    assert not slow.done()
    await slow


async def test_what_failed_shows_neither_the_token_nor_the_words(
    api: BotApi, channel: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = ""
    for fault in (Fault(status=500), Fault(act="reset"), Fault(act="garbage"), Fault(hang=2)):
        api.fail("sendMessage", fault)
        with pytest.raises(Doubtful) as doubt:
            await channel.send("1001", Reply("膝盖疼得走不动"))
        shown += str(doubt.getrepr(chain=True, showlocals=False))
    api.down()
    with pytest.raises(Busy) as busy:
        await channel.send("1001", Reply("膝盖疼得走不动"))
    shown += caplog.text + str(busy.value) + repr(channel)
    assert api.token not in shown
    assert "膝盖" not in caplog.text


async def test_a_server_on_this_machine_is_reached_without_the_proxy(
    api: BotApi, channel: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await channel.send("1001", HELLO)
    assert len(api.sent()) == 1


async def test_a_server_elsewhere_is_reached_through_the_proxy(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{api.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    channel = channel_to(api, base_url="http://telegram.invalid/bot")
    await channel.send("1001", HELLO)
    await channel.hang_up()
    assert len(api.sent()) == 1


# ── settings ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"token": "abc"}, "BotFather"),
        ({"token": "1:a", "base_url": "api.telegram.org"}, "https://"),
        ({"token": "1:a", "mode": "webhook"}, "webhook_url"),
        ({"token": "1:a", "mode": "webhook", "webhook_url": "https://a.example"}, "secret"),
        ({"token": "1:a", "mode": "webhoook"}, "polling"),
        ({"token": "1:a", "tokken": "2:b"}, "tokken"),
        ({"token": "1:a", "bot_name": "余热"}, "yure_bot"),
    ],
)
def test_a_wrong_section_names_its_fault_and_hides_the_token(
    section: dict[str, str], told: str
) -> None:
    with pytest.raises(ValueError, match=told) as fault:
        TelegramSettings.model_validate(section)
    assert "1:a" not in str(fault.value)


def test_without_a_token_or_switched_off_there_is_no_telegram() -> None:
    assert not TelegramSettings().configured
    assert not TelegramSettings.model_validate({"token": "1:a", "mode": "off"}).configured
    assert TelegramSettings.model_validate({"token": " 1:a\n"}).configured
    assert "1:a" not in repr(TelegramSettings.model_validate({"token": "1:a"}))
