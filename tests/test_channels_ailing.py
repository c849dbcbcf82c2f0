"""A channel that is not well stands on Today, for all staff, until it is."""

from datetime import timedelta

import pytest

from bot.domain.people import Role
from bot.domain.pulse import CLOCK, beat
from bot.feature import Need
from bot.now import real_now
from tests.conftest import Community
from tests.desk_house import Desk

REVOKED = "令牌被收回了。"


@pytest.fixture
def town(community: Community) -> Community:
    """A coordinator and an administrator."""
    community.person("李敏", Role.COORDINATOR, address="c1")
    community.person("韦小兰", Role.ADMINISTRATOR, address="a1")
    return community


def says(town: Community, name: str, trouble: str, ago: float = 60) -> None:
    """A part writes how it is; it did its work so many seconds ago."""
    real = real_now()
    last = real - timedelta(seconds=ago)
    town.house.db.write_now(lambda session: beat(session, name, real, last, trouble))


@pytest.mark.parametrize("who", ["李敏", "韦小兰"])
def test_a_channel_whose_token_is_revoked_is_urgent_until_it_is_well(
    town: Community, who: str
) -> None:
    says(town, "telegram", REVOKED)
    (wait,) = Desk(town, who).waits("channels")
    assert (wait.title, wait.urgent) == ("电报上的消息现在收发不了", True)
    assert wait.kind > Need.DANGER, "somebody in danger comes first"
    assert wait.detail.startswith(REVOKED)
    says(town, "telegram", "")
    assert Desk(town, who).waits("channels") == []


def test_a_short_complaint_alarms_nobody(town: Community) -> None:
    says(town, "telegram", "Telegram 让我们慢一点，正在等它放行。", ago=5)
    assert Desk(town, "李敏").waits("channels") == []


def test_the_clock_is_no_channel(town: Community) -> None:
    says(town, CLOCK, "时钟跳了。")
    assert Desk(town, "李敏").waits("channels") == []
