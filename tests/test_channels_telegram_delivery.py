"""Outbox → Telegram: what the house does when Telegram refuses, slows down or loses an answer."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain import cards
from bot.domain.mail import Mail, Outbox, Sending
from bot.domain.people import Person, Role, Sender
from bot.now import real_now
from bot.sender import Carrier
from bot.talk import Note
from tests.botapi import BotApi, Fault
from tests.botapi.drive import channel_to
from tests.conftest import Community

pytestmark = pytest.mark.own_words

WU, TAN, WEI = 1001, 1002, 2001


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@asynccontextmanager
async def delivering(community: Community, api: BotApi) -> AsyncIterator[None]:
    """The channel receives, the engine answers, the carrier sends, until the block ends."""
    house, channel = community.house, channel_to(api)
    carrier = Carrier(house.db, house.post, {"telegram": channel}, house.now, "test")
    parts = (channel.run(house.worker.hear), house.worker.run(), carrier.run())
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await house.worker.finish()
        await channel.hang_up()


def on_telegram(community: Community, name: str, chat: int, *roles: Role) -> Person:
    return community.person(name, *roles, address=str(chat), channel="telegram")


def remind(community: Community, person: Person, text: str = "明天上午9点学习。") -> None:
    note = Note(person.id, text, f"test:{person.id}:{text}", Mail.VISIT)
    house = community.house
    house.db.write_now(lambda session: house.post.note(session, note, house.now()))


async def press(api: BotApi, label: str, chat: int = WU) -> None:
    """Press a reply button once it is on the screen."""

    def shown() -> bool:
        return any(label in row for sent in api.sent(chat)[-1:] for row in sent.keyboard)

    await api.until(shown)
    api.say(chat, label)


def states(community: Community, person: Person) -> list[Sending]:
    return list(community.all(select(Outbox.state).where(Outbox.person_id == person.id)))


async def test_a_member_who_blocked_the_bot_is_unreachable_and_the_coordinator_told(
    community: Community, api: BotApi
) -> None:
    member = on_telegram(community, "吴桂英", WU)
    on_telegram(community, "韦志强", WEI, Role.COORDINATOR)
    api.stop_bot(WU)
    remind(community, member)
    async with delivering(community, api):
        await api.until_sent(1, WEI)
    assert "吴桂英收不到消息" in api.sent(WEI)[0].text
    assert states(community, member) == [Sending.UNREACHABLE]
    (sender,) = community.all(select(Sender).where(Sender.address == str(WU)))
    assert sender.unreachable_at is not None


async def test_a_member_who_takes_the_block_away_and_writes_is_reachable_again(
    community: Community, api: BotApi
) -> None:
    member = on_telegram(community, "吴桂英", WU)
    api.stop_bot(WU)
    remind(community, member)
    async with delivering(community, api):
        await api.until(lambda: states(community, member) == [Sending.UNREACHABLE])
        api.start_bot(WU)
        api.say(WU, "主菜单")
        await api.until_sent(1, WU)
    (sender,) = community.all(select(Sender).where(Sender.address == str(WU)))
    assert sender.unreachable_at is None


async def test_a_deep_link_binds_the_chat_to_the_member_on_the_card(
    community: Community, api: BotApi
) -> None:
    member = community.person("吴桂英")
    card, code, _ = cards.make(member.id, real_now())
    community.add(card)
    async with delivering(community, api):
        api.say(WU, f"/start {code}")
        for pressed in ("同意", "对"):
            await press(api, pressed)
        await api.until(lambda: community.all(select(Sender)), within=15)
    (sender,) = community.all(select(Sender))
    assert (sender.channel, sender.address, sender.person_id) == ("telegram", "1001", member.id)


async def test_a_429_delays_its_own_chat_and_nobody_else(community: Community, api: BotApi) -> None:
    wu, tan = on_telegram(community, "吴桂英", WU), on_telegram(community, "覃小兰", TAN)
    api.fail("sendMessage", Fault(status=429, retry_after=2, chat=WU))
    remind(community, wu)
    remind(community, tan)
    async with delivering(community, api):
        await api.until_sent(2)
    refused = next(call.at for call in api.calls("sendMessage") if call.status == 429)
    assert [sent.chat for sent in api.sent()] == [TAN, WU]
    assert api.sent(TAN)[0].at - refused < 1
    assert api.sent(WU)[0].at - refused >= 2


async def test_a_message_whose_answer_was_lost_reaches_the_member_at_most_twice(
    community: Community, api: BotApi
) -> None:
    member = on_telegram(community, "吴桂英", WU)
    api.fail("sendMessage", *[Fault(act="drop")] * 5)
    remind(community, member)
    async with delivering(community, api):
        await api.until(lambda: states(community, member) == [Sending.DOUBTFUL])
        await asyncio.sleep(1.2)
    assert len(api.sent(WU)) == 2


async def test_a_message_that_telegram_never_takes_fails_once_with_the_reason(
    community: Community, api: BotApi
) -> None:
    member = on_telegram(community, "吴桂英", WU)
    remind(community, member, "长" * 4097)
    async with delivering(community, api):
        await api.until(lambda: states(community, member) == [Sending.FAILED])
    assert len(api.calls("sendMessage")) == 1
    reasons = community.all(select(Outbox.reason).where(Outbox.person_id == member.id))
    assert "too long" in reasons[0]


async def test_what_could_not_be_sent_for_want_of_a_network_goes_out_once_it_is_back(
    community: Community, api: BotApi
) -> None:
    member = on_telegram(community, "吴桂英", WU)
    api.down()
    remind(community, member)
    async with delivering(community, api):
        await asyncio.sleep(0.3)
        api.up()
        await api.until_sent(1, WU)
        await api.until(lambda: states(community, member) == [Sending.SENT])
    assert len(api.sent(WU)) == 1


async def test_after_a_while_without_a_network_what_is_still_useful_goes_out(
    community: Community, api: BotApi
) -> None:
    """Meanwhile the page answers. Nine minutes: after a jump of more than ten no clock is believed."""
    member = on_telegram(community, "吴桂英", WU)
    community.person("韦建国", address="w1", channel="web")
    house, now = community.house, community.clock()
    soon = Note(
        member.id, "10点5分集合。", "soon", Mail.VISIT, useful_until=now + timedelta(minutes=5)
    )
    later = Note(member.id, "明天上午9点学习。", "later", Mail.VISIT)
    api.down()
    async with delivering(community, api):
        house.db.write_now(lambda s: [house.post.note(s, one, now) for one in (soon, later)])
        answered = await asyncio.to_thread(community.say, "w1", "菜单", channel="web")
        assert answered
        community.clock.set("2026-11-22T10:09")
        # An attempt that began before the clock moved may still be in the air.
        await api.until(lambda: states(community, member)[0] is Sending.EXPIRED, within=20)
        api.up()
        await api.until(
            lambda: states(community, member) == [Sending.EXPIRED, Sending.SENT], within=20
        )
    assert [sent.text for sent in api.sent(WU)] == ["明天上午9点学习。"]
