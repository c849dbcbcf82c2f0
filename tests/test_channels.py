"""One contract for every channel of the list; a new channel is picked up by being listed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels import CHANNELS, Kind, Needs
from bot.db import Database
from bot.domain.people import CHANNEL_TITLE
from bot.now import real_now
from bot.pages import Doors, Looks, Office
from bot.talk import Busy, Channel, Choice, Reply, Unreachable
from tests.botapi.drive import Ears
from tests.conftest import Community
from tests.other_sides import OTHER_SIDES, OtherSide
from tests.tables import make_tables

REPLY = Reply("您想办什么？", (Choice("学习日"), Choice("上门走访")))
ADDRESS = "1001"


@pytest.fixture(params=CHANNELS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each channel in turn."""
    return request.param


@pytest.fixture
def other(kind: Kind, tmp_path: Path) -> Iterator[OtherSide | None]:
    """The other side of one that pushes."""
    if not kind.can.push:
        yield None
        return
    assert kind.name in OTHER_SIDES, f"{kind.name} pushes: add its other side to OTHER_SIDES"
    with OTHER_SIDES[kind.name](tmp_path) as side:
        yield side


@pytest.fixture
async def channel(kind: Kind, other: OtherSide | None, tmp_path: Path) -> AsyncIterator[Channel]:
    """The channel, opened as the application opens it."""
    db = Database(f"sqlite:///{tmp_path / 'yure.db'}")
    make_tables(db)
    looks = Looks(Office(), "http://127.0.0.1")
    known = other.known if other is not None else {}
    section = kind.settings.model_validate(known) if kind.settings else None
    doors = Doors(db, real_now, secure=False)
    opened = kind.open(Needs(db, looks, doors, tmp_path, real_now, real_now, section))
    yield opened
    hang_up = getattr(opened, "hang_up", None)
    if hang_up is not None:
        await hang_up()
    db.close()


def test_people_read_its_name_in_chinese(kind: Kind) -> None:
    assert kind.name in CHANNEL_TITLE, f"add what {kind.name} is called to CHANNEL_TITLE"


def test_it_is_what_the_list_says(kind: Kind, channel: Channel) -> None:
    assert (channel.name, channel.can) == (kind.name, kind.can)


async def test_a_reply_arrives_with_its_words_and_choices(
    channel: Channel, other: OtherSide | None
) -> None:
    if other is None:
        with pytest.raises(Busy):
            await channel.send(ADDRESS, REPLY)
        return
    await channel.send(ADDRESS, REPLY)
    text, labels = other.arrived(ADDRESS)
    assert text == REPLY.text
    assert {"学习日", "上门走访", "主菜单", "找人帮忙"} <= labels


async def test_an_address_that_is_gone_is_said_to_be_unreachable(
    channel: Channel, other: OtherSide | None
) -> None:
    if other is not None:
        other.leave(ADDRESS)
    with pytest.raises(Busy if other is None else Unreachable):
        await channel.send(ADDRESS, REPLY)


async def test_it_receives_until_it_is_cancelled(channel: Channel) -> None:
    running = asyncio.create_task(channel.run(Ears()))
    await asyncio.sleep(0.3)
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 5)


async def test_it_says_how_it_is_in_words_or_nothing(channel: Channel) -> None:
    assert isinstance(channel.state(), str)


def test_the_same_words_get_the_same_answer_on_every_channel(
    kind: Kind, community: Community
) -> None:
    community.person("王秀英", address=ADDRESS, channel=kind.name)
    texts = [
        community.say(ADDRESS, words, channel=kind.name)[-1].text for words in ("菜单", "政治生日")
    ]
    assert texts[0] == "您想办什么？按一下，或者回一个数字。"
    assert "党龄" in texts[1]


def test_an_address_is_spelled_out_on_private_channels_only(
    kind: Kind, community: Community
) -> None:
    community.person("王秀英", address="1002", channel=kind.name)
    heard = [
        r.text for w in ("上门走访", "1", "1") for r in community.say("1002", w, channel=kind.name)
    ]
    assert any("青年路8号" in text for text in heard) is kind.can.private
