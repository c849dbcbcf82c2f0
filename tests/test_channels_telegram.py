"""Telegram hears: the real channel polls a Bot API server over HTTP, which misbehaves on purpose."""

import asyncio
import logging
import time
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest

from bot.channels.telegram import polling
from bot.talk import Media
from tests.botapi import BotApi, Fault
from tests.botapi.drive import Clock, Ears, channel_to, listening
from tests.botapi.people import file_of

WU, TAN, GROUP = 1001, 1002, -100555


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


async def test_what_a_member_writes_is_heard_with_its_sender_and_its_moment(api: BotApi) -> None:
    ears = Ears()
    number = api.say(WU, "  我要\u200b上门走访 ")
    async with listening(api, ears):
        await api.until(lambda: ears.said)
    said = ears.said[0]
    assert (said.channel, said.who, said.id, said.text) == (
        "telegram",
        "1001",
        str(number),
        "我要上门走访",
    )
    assert said.at.tzinfo is UTC
    assert abs(said.at.timestamp() - time.time()) < 5


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("/start", "主菜单"),
        ("/menu", "主菜单"),
        ("/MENU@yure_test_bot", "主菜单"),
        ("/help", "帮助"),
        ("/person 快来", "找人帮忙"),
        ("/stop", "少提醒我"),
        ("/start K7PX3MQR", "卡号 K7PX3MQR"),
        ("/start 不是卡号", "主菜单"),
        ("/weather", "/weather"),
    ],
)
async def test_a_command_is_heard_as_the_words_it_stands_for(
    api: BotApi, typed: str, heard: str
) -> None:
    ears = Ears()
    api.say(WU, typed)
    async with listening(api, ears):
        await api.until(lambda: ears.said)
    assert ears.texts == [heard]


async def test_the_commands_are_listed_with_chinese_descriptions(api: BotApi) -> None:
    async with listening(api, Ears()):
        await api.until(lambda: api.state.commands)
    listed = {command["command"]: command["description"] for command in api.state.commands}
    assert list(listed) == ["start", "menu", "help", "person", "stop"]
    assert listed["stop"] == "少提醒我"


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        ("voice", Media("voice", ref="F1")),
        ("photo", Media("picture", ref="F1")),
        ("video", Media("video", ref="F1")),
        ("sticker", Media("sticker", ref="F1")),
        ("document", Media("file", "通知.pdf", ref="F1")),
    ],
)
async def test_what_is_not_text_is_heard_with_its_handle(
    api: BotApi, kind: str, heard: Media
) -> None:
    ears = Ears()
    api.post(WU, {**file_of(kind, "F1"), "caption": "您看"})
    async with listening(api, ears):
        await api.until(lambda: ears.said)
    assert (ears.said[0].media, ears.said[0].text) == ((heard,), "您看")


async def test_a_place_is_heard_with_its_coordinates(api: BotApi) -> None:
    ears = Ears()
    api.post(WU, {"location": {"latitude": 22.8, "longitude": 108.3}})
    async with listening(api, ears):
        await api.until(lambda: ears.said)
    assert ears.said[0].media == (Media("location", "22.8,108.3"),)


async def test_a_poll_is_heard_with_what_it_asks(api: BotApi) -> None:
    ears = Ears()
    options = [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("去", "不去")]
    names = (
        "is_closed",
        "is_anonymous",
        "allows_multiple_answers",
        "allows_revoting",
        "members_only",
    )
    poll = {"id": "5", "question": "重阳节去不去？", "options": options, "total_voter_count": 0}
    api.post(WU, {"poll": {**poll, **dict.fromkeys(names, False), "type": "regular"}})
    async with listening(api, ears):
        await api.until(lambda: ears.said)
    assert (ears.said[0].media, ears.said[0].text) == ((Media("poll"),), "重阳节去不去？ 去／不去")


async def test_a_message_of_a_form_that_the_library_refuses_is_still_heard(api: BotApi) -> None:
    ears = Ears()
    api.post(WU, {"poll": {"id": "5", "question": "没有别的"}})
    async with listening(api, ears):
        await api.until(lambda: ears.said)
    assert (ears.said[0].who, ears.said[0].media) == (str(WU), (Media("unknown"),))


@pytest.mark.parametrize(
    ("content", "phone"),
    [
        ({"contact": {"phone_number": "+8613800000001", "first_name": "吴", "user_id": WU}}, True),
        (
            {"contact": {"phone_number": "+8613800000001", "first_name": "覃", "user_id": TAN}},
            False,
        ),
        ({"contact": {"phone_number": "+8613800000001", "first_name": "覃"}}, False),
        (
            {
                "contact": {"phone_number": "+8613800000001", "first_name": "吴", "user_id": WU},
                "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "覃"},
            },
            False,
        ),
    ],
    ids=["own", "another's", "unknown", "forwarded"],
)
async def test_a_phone_number_counts_only_when_it_is_the_senders_own(
    api: BotApi, content: dict[str, Any], phone: bool
) -> None:
    ears = Ears()
    api.post(WU, content)
    async with listening(api, ears):
        await api.until(lambda: ears.said)
    assert ears.said[0].media == (Media("contact", "+8613800000001" if phone else ""),)


async def test_a_button_under_a_message_is_heard_as_its_words_and_stops_turning(
    api: BotApi,
) -> None:
    ears = Ears()
    api.press_inline(WU, "上门走访")
    async with listening(api, ears):
        await api.until(lambda: api.calls("answerCallbackQuery"))
    assert ears.texts == ["上门走访"]


async def test_an_edited_message_changes_nothing(api: BotApi) -> None:
    ears = Ears()
    api.say(WU, "请假 腿疼")
    api.edit(WU, "请假 头疼")
    async with listening(api, ears):
        await api.until_confirmed()
    assert ears.texts == ["请假 腿疼"]


async def test_a_service_message_and_a_block_are_confirmed_and_not_heard(api: BotApi) -> None:
    ears = Ears()
    api.post(
        WU, {"pinned_message": {"message_id": 1, "date": 1, "chat": {"id": WU, "type": "private"}}}
    )
    api.stop_bot(WU)
    api.start_bot(WU)
    api.say(WU, "我回来了")
    async with listening(api, ears):
        await api.until_confirmed()
    assert ears.texts == ["我回来了"]


async def test_in_a_group_one_sentence_an_hour_points_to_the_private_chat(api: BotApi) -> None:
    ears, clock = Ears(), Clock()
    async with listening(api, ears, clock=clock):
        for wait, sentences in ((0, 1), (3599, 1), (3600, 2)):
            clock.at = 1000.0 + wait
            api.say_in_group(WU, GROUP, "/help@yure_test_bot")
            await api.until_confirmed()
            await api.until_sent(sentences, GROUP)
    assert {sent.text[:4] for sent in api.sent(GROUP)} == {"请私聊我"}
    assert len(api.sent()) == 2
    assert ears.asked == 0


# ── the offset ──────────────────────────────────────────────────────────────────────────────────


async def test_nothing_is_confirmed_before_the_inbox_has_it(api: BotApi) -> None:
    ears = Ears(failures=1)
    api.say(WU, "一")
    async with listening(api, ears) as channel:
        await api.until(lambda: ears.asked == 1)
        await asyncio.sleep(0.1)
        assert api.waiting() == 1
        assert "记不下来" in channel.state()
        await api.until_confirmed()
        await api.until(lambda: not channel.state())
    assert ears.texts == ["一"]


async def test_a_restart_before_the_confirmation_hears_the_same_update_again(api: BotApi) -> None:
    first, second = Ears(failures=99), Ears()
    api.say(WU, "一")
    async with listening(api, first):
        await api.until(lambda: first.asked)
    async with listening(api, second):
        await api.until_confirmed()
    assert second.texts == ["一"]


async def test_a_repeated_update_keeps_its_id(api: BotApi) -> None:
    ears = Ears()
    number = api.say(WU, "一")
    api.push({**api.state.updates[0], "update_id": number})
    async with listening(api, ears):
        await api.until_confirmed()
    assert ears.texts == ["一"]


async def test_ids_that_start_anew_below_the_last_one_lose_nothing(api: BotApi) -> None:
    ears = Ears()
    api.say(WU, "一")
    api.jump_ids(5000)
    api.say(WU, "二")
    api.say(WU, "三")
    async with listening(api, ears):
        await api.until_confirmed()
    assert ears.texts == ["一", "二", "三"]


async def test_after_a_quiet_week_an_old_offset_swallows_nothing(api: BotApi) -> None:
    ears, clock = Ears(), Clock()
    async with listening(api, ears, clock=clock, poll_timeout=1):
        api.say(WU, "一")
        await api.until_confirmed()
        clock.at += 7 * 24 * 3600
        polls = len(api.calls("getUpdates"))
        await api.until(lambda: len(api.calls("getUpdates")) > polls + 1)
        api.jump_ids(5000)
        api.say(WU, "二")
        await api.until(lambda: len(ears.said) == 2)
    assert ears.texts == ["一", "二"]


async def test_a_thousand_updates_that_waited_are_heard_in_order(api: BotApi) -> None:
    ears = Ears()
    for number in range(1000):
        api.say(WU, str(number))
    async with listening(api, ears):
        await api.until_confirmed()
    assert ears.texts == [str(number) for number in range(1000)]


async def test_the_kinds_of_updates_are_always_named(api: BotApi) -> None:
    async with listening(api, Ears()):
        await api.until(lambda: api.state.allowed)
    assert api.state.allowed == ["message", "edited_message", "callback_query", "my_chat_member"]


# ── what can't be read ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "broken",
    [
        {"message": 7},
        {"message": {"message_id": 1}},
        {"message": {"message_id": 1, "date": 2**63, "chat": {"id": 1, "type": "private"}}},
        {"update_id": 800_000_500, "message": {"text": "\ud800\0", "date": None}},
        {"update_id": "eins"},
        "no object",
        None,
        [[]],
    ],
)
async def test_an_update_that_cannot_be_read_is_set_aside_and_the_next_is_heard(
    api: BotApi, broken: object
) -> None:
    ears = Ears()
    api.push(broken)
    api.jump_ids(800_000_600)
    api.say(WU, "还在吗")
    async with listening(api, ears):
        await api.until_confirmed()
    assert ears.texts == ["还在吗"]
    assert len(ears.spoiled) == 1
    assert ears.spoiled[0].raw.encode()
    assert "\0" not in ears.spoiled[0].raw


async def test_text_that_kills_databases_is_cleaned_at_the_door(api: BotApi) -> None:
    ears = Ears()
    api.say(WU, "上\ud800门\0走\u202e访" + "长" * 100_000)
    async with listening(api, ears):
        await api.until(lambda: ears.said)
    assert ears.texts[0].startswith("上门走访长")
    assert len(ears.texts[0]) == 4000


async def test_an_answer_that_is_no_json_is_asked_for_again(api: BotApi) -> None:
    ears = Ears()
    api.say(WU, "一")
    api.fail("getUpdates", Fault(act="garbage"))
    async with listening(api, ears):
        await api.until_confirmed()
    assert ears.texts == ["一"]


# ── when nothing can be kept ────────────────────────────────────────────────────────────────────


async def test_however_long_the_disk_was_full_members_are_soon_heard_again(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert polling._FULL <= 5  # s; within ten seconds of there being room all is well
    monkeypatch.setattr(polling, "_FIRST", 0.01)
    monkeypatch.setattr(polling, "_FULL", 0.02)
    ears = Ears(failures=20)  # doubled each time, the pauses would be 40 s together
    api.say(WU, "一")
    async with listening(api, ears):
        await api.until_confirmed()
    assert ears.texts == ["一"]


async def test_who_writes_while_nothing_can_be_kept_is_told_once_to_call(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_FULL", 0.02)
    ears, clock = Ears(failures=10**6), Clock()
    api.say(WU, "我摔倒了")
    async with listening(api, ears, clock=clock, phone="0777-6420119"):
        await api.until(lambda: ears.asked > 2)
        assert not api.sent()  # a restart of the database is over by then
        clock.at += 6
        await api.until_sent(1, WU)
        tries = ears.asked
        await api.until(lambda: ears.asked > tries + 3)
    assert [sent.text[:21] for sent in api.sent()] == ["暂时记不下，请打电话0777-642011"]
    assert api.waiting() == 1


# ── when Telegram is not well ───────────────────────────────────────────────────────────────────


async def test_an_unreachable_server_at_the_start_is_waited_for(api: BotApi) -> None:
    ears = Ears()
    api.down()
    api.say(WU, "一")
    async with listening(api, ears) as channel:
        await api.until(channel.state)
        assert "连不上" in channel.state()
        api.up()
        await api.until_confirmed()
        await api.until(lambda: not channel.state())
    assert ears.texts == ["一"]


async def test_a_network_gap_in_the_middle_of_a_poll_ends_nothing(api: BotApi) -> None:
    ears = Ears()
    async with listening(api, ears):
        await api.until(lambda: api.state.allowed)
        api.down()
        await asyncio.sleep(0.1)
        api.say(WU, "一")
        api.up()
        await api.until(lambda: ears.said)
    assert ears.texts == ["一"]


@pytest.mark.parametrize(
    "fault", [Fault(status=502), Fault(status=429, retry_after=1), Fault(act="reset")]
)
async def test_a_failing_poll_is_repeated_after_a_pause(api: BotApi, fault: Fault) -> None:
    ears = Ears()
    api.say(WU, "一")
    api.fail("getUpdates", fault)
    async with listening(api, ears):
        await api.until_confirmed()
    first, second = api.calls("getUpdates")[:2]
    assert 0.4 < second.at - first.at < 2.5


async def test_a_revoked_token_is_loud_and_not_hammered(api: BotApi) -> None:
    async with listening(api, Ears()) as channel:
        await api.until(lambda: api.state.allowed)
        api.revoke()
        await api.until(channel.state, within=3)
        assert "令牌" in channel.state()
        calls = len(api.calls())
        await asyncio.sleep(0.5)
        assert len(api.calls()) == calls


@pytest.mark.parametrize(
    ("bot_name", "told"), [("", ""), ("@Yure_Test_Bot", ""), ("other_bot", "yure_test_bot")]
)
async def test_the_doctor_asks_once_whether_token_and_name_belong_together(
    api: BotApi, bot_name: str, told: str
) -> None:
    channel = channel_to(api, bot_name=bot_name)
    found = await channel.examine()
    assert told in found if told else not found
    api.revoke()
    assert "令牌" in await channel.examine()
    api.down()
    assert "连不上" in await channel.examine()
    await channel.hang_up()


async def test_a_second_instance_is_named_for_a_minute_and_both_go_on(api: BotApi) -> None:
    ears, clock = Ears(), Clock()
    async with listening(api, ears, clock=clock) as first:
        async with listening(api, Ears(), clock=clock):
            await api.until(first.state)
        api.say(WU, "一")
        await api.until(lambda: ears.said)
        assert "另有一个程序" in first.state()
        clock.at += 61
        api.say(WU, "二")
        await api.until(lambda: not first.state())


async def test_a_webhook_left_behind_is_taken_away(api: BotApi) -> None:
    ears = Ears()
    api.state.webhook = {"url": "http://127.0.0.1:9/channels/telegram"}
    api.say(WU, "一")
    async with listening(api, ears):
        await api.until_confirmed()
    assert ears.texts == ["一"]


async def test_receiving_stops_in_the_middle_of_a_long_poll(api: BotApi) -> None:
    channel = channel_to(api)
    running = asyncio.create_task(channel.run(Ears()))
    await api.until(lambda: api.state.allowed)
    begun = time.monotonic()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await channel.hang_up()
    assert time.monotonic() - begun < 5


async def test_the_token_never_reaches_a_log(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api.fail("getUpdates", Fault(status=500), Fault(act="garbage"))
    ears = Ears()
    api.say(WU, "一")
    async with listening(api, ears) as channel:
        await api.until_confirmed()
        api.revoke()
        await api.until(channel.state, within=3)
    assert api.token not in caplog.text + repr(channel) + channel.state()
