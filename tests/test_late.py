"""What waited while the product was off, or came in a flood, is answered by one summary; danger never is."""

# ruff: noqa: F811 - the fixtures of tests.engines stand before those of conftest

import asyncio

import pytest
from sqlalchemy import select

from bot import inbox
from bot.domain.handover import Handover
from bot.domain.mail import Heard, Inbox
from bot.now import Steady, real_now
from bot.talk import Media, Said
from tests.conftest import Community
from tests.engines import community, url  # noqa: F401

OFF = {"hours": 13}


@pytest.fixture
def member(community: Community) -> Community:
    """Somebody who was shown the menu before the product went off."""
    community.person("王秀英", address="m1")
    community.say("m1", "菜单")
    community.fetch("m1")
    return community


def wait(house: Community, *texts: str, media: tuple[Media, ...] = (), who: str = "m1") -> None:
    """These are heard and committed, and then the process dies."""
    heard = [Said("terminal", who, f"{who}:{text}", house.clock(), text, media) for text in texts]
    house.house.db.write_now(lambda s: inbox.accept(s, heard, [], real_now()))


def start(house: Community, who: str = "m1") -> list[str]:
    """Start again; what the member reads."""

    async def go() -> None:
        worker = house.house.worker
        left = await worker.db.read(lambda s: inbox.waiting(s, None))
        worker._take_up(left)
        await worker.finish()

    asyncio.run(go())
    return [reply.text for _, reply in house.fetch(who)]


def states(house: Community) -> list[tuple[Heard, str]]:
    rows = house.all(select(Inbox).order_by(Inbox.id))
    return [(row.state, row.reason) for row in rows][1:]


def test_what_waited_too_long_gets_one_answer_and_is_kept(member: Community) -> None:
    wait(member, "学习日是哪天", "服务日是哪天", "我的资料")
    member.clock.go(**OFF)
    (answer,) = start(member)
    assert "3句话" in answer
    assert "我的资料" in answer
    assert states(member) == [(Heard.DONE, "late")] * 3


def test_an_old_button_has_expired(member: Community) -> None:
    wait(member, "1")
    member.clock.go(**OFF)
    (answer,) = start(member)
    assert "已过期" in answer


def test_danger_is_never_summed_up(member: Community) -> None:
    wait(member, "学习日是哪天", "我摔倒了起不来", "服务日是哪天")
    member.clock.go(**OFF)
    answers = start(member)
    assert len(answers) == 3
    assert "120" in answers[1]
    assert [h.why for h in member.all(select(Handover))] == ["emergency"]


def test_a_picture_is_passed_on_however_late(member: Community) -> None:
    wait(member, "", media=(Media("picture", "照片", "media/a.png"),))
    member.clock.go(**OFF)
    start(member)
    assert states(member) == [(Heard.DONE, "")]


def test_what_waited_shortly_is_answered_sentence_by_sentence(member: Community) -> None:
    wait(member, "学习日是哪天", "服务日是哪天")
    member.clock.go(hours=11)
    assert len(start(member)) == 2


def test_who_wrote_last_comes_first(community: Community) -> None:
    for who in ("m1", "m2"):
        wait(community, "菜单", "学习日是哪天", who=who)
    left = community.house.db.read_now(lambda s: inbox.waiting(s, None))
    assert [(one.address, one.count) for one in left] == [("m2", 2), ("m1", 2)]


def test_however_many_waited_there_is_one_summary(member: Community) -> None:
    """More than one transaction takes; the number that is read back is that of all."""
    wait(member, *(f"今天好天气{n}" for n in range(1005)))
    member.clock.go(**OFF)
    (answer,) = start(member)
    assert "1005句话" in answer
    assert "今天好天气1004" in answer
    assert set(states(member)) == {(Heard.DONE, "late")}


def test_a_calendar_that_was_moved_makes_nothing_late(member: Community) -> None:
    """Telegram's moments are the machine's, whatever the calendar shows."""
    member.clock.at = real_now()
    wait(member, "少提醒我")
    member.clock.go(days=30)
    assert "不再提醒您" in start(member)[0]


def test_a_clock_that_leapt_makes_nothing_late(member: Community) -> None:
    """Telegram's moments are right while the machine's clock is not: members are answered all the same."""
    member.house.worker.unleapt = Steady(member.clock, lambda: 0.0).now
    wait(member, "少提醒我")
    member.clock.go(days=365)
    assert "不再提醒您" in start(member)[0]


def test_who_writes_faster_than_anybody_reads_gets_one_answer(member: Community) -> None:
    wait(member, *(f"今天好天气{n}" for n in range(60)))
    (answer,) = start(member)
    assert answer.startswith("您说的60句话都收到了，最后一句是“今天好天气59”。")
    assert states(member) == [(Heard.DONE, "flood")] * 60


def test_danger_in_a_flood_is_heard(member: Community) -> None:
    wait(
        member,
        *(f"今天好天气{n}" for n in range(30)),
        "我摔倒了起不来",
        *(f"明天好天气{n}" for n in range(30)),
    )
    answers = start(member)
    assert "120" in answers[1]
    assert [h.why for h in member.all(select(Handover))] == ["emergency"]


def test_as_many_as_somebody_may_write_are_answered_one_by_one(member: Community) -> None:
    wait(member, *(f"学习日是哪天{'?' * n}" for n in range(12)))
    assert len(start(member)) == 12
