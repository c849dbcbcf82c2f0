"""What was heard is kept before it is confirmed, each message once and in order a person; on both engines."""

# ruff: noqa: F811 - the fixtures of tests.engines stand before those of conftest

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import inbox
from bot.domain.handover import Handover
from bot.domain.mail import Conversation, Heard, Inbox, Outbox
from bot.domain.people import Role
from bot.engine.worker import PEOPLE_AT_A_TIME
from bot.now import real_now
from bot.talk import Said, Spoiled
from bot.understand import ready
from bot.understand.model import Model, read
from tests.conftest import Community
from tests.engines import community, url  # noqa: F401


def said(community: Community, *texts: str, who: str = "m1") -> list[Said]:
    return [Said("terminal", who, f"{who}:{text}", community.clock(), text) for text in texts]


def accept(community: Community, messages: list[Said], *spoiled: Spoiled) -> Any:
    return community.house.db.write_now(lambda s: inbox.accept(s, messages, spoiled, real_now()))


def rows(community: Community) -> list[Inbox]:
    return list(community.all(select(Inbox).order_by(Inbox.id)))


def replace_answer(community: Community, run: Any) -> None:
    """Let every message end in `run` instead of a dialog."""
    community.house.engine._answer = run  # type: ignore[method-assign]


def test_a_repeat_is_dropped_by_the_channels_own_id(community: Community) -> None:
    assert len(accept(community, said(community, "一", "二"))) == 2
    assert len(accept(community, said(community, "二", "三"))) == 1
    assert [row.text for row in rows(community)] == ["一", "二", "三"]


def test_ids_out_of_order_are_heard_too(community: Community) -> None:
    later, earlier = said(community, "9", "1")
    assert len(accept(community, [later])) + len(accept(community, [earlier])) == 2


def test_an_update_that_can_not_be_read_is_kept_raw_and_apart(community: Community) -> None:
    accept(community, [], Spoiled("telegram", "7", "{broken", "no text"))
    assert [(r.state, r.raw) for r in rows(community)] == [(Heard.QUARANTINED, "{broken")]


async def test_a_persons_messages_are_answered_in_order(community: Community) -> None:
    seen: list[str] = []

    def answer(turn: Any) -> list[Any]:
        seen.append(turn.said.text)
        return []

    replace_answer(community, answer)
    words = [str(n) for n in range(12)]
    worker = community.house.worker
    for n in (0, 3, 6, 9):
        await worker.hear(said(community, *words[n : n + 3]))
    await worker.finish()
    assert seen == [row.text for row in rows(community)]
    assert sorted(seen) == sorted(words)


async def test_what_fails_three_times_is_put_aside_and_the_next_is_answered(
    community: Community,
) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    calls: list[str] = []

    def answer(turn: Any) -> list[Any]:
        calls.append(turn.said.text)
        if turn.said.text == "坏":
            raise LookupError("a bug")
        return []

    replace_answer(community, answer)
    await community.house.worker.hear(said(community, "坏", "好"))
    await community.house.worker.finish()
    assert calls == ["坏", "坏", "坏", "好"]
    assert [row.state for row in rows(community)] == [Heard.QUARANTINED, Heard.DONE]
    assert any("没办成" in reply.text for _, reply in community.fetch("m1"))
    assert [row.why for row in community.all(select(Handover))] == ["failed"]


async def test_a_dialog_that_hangs_is_cut_off_and_the_others_go_on(
    community: Community,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.engine.worker.DIALOG_SECONDS", 0.3)

    def answer(turn: Any) -> list[Any]:
        while turn.said.text == "坏":
            pass
        return []

    replace_answer(community, answer)
    start = time.monotonic()
    worker = community.house.worker
    await worker.hear([*said(community, "坏"), *said(community, "好", who="m2")])
    await worker.finish()
    assert {r.text: r.state for r in rows(community)} == {"坏": Heard.QUARANTINED, "好": Heard.DONE}
    assert time.monotonic() - start < 5


async def test_loading_what_dialogs_need_does_not_count_as_a_dialogs_time(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(path: Path) -> Model:
        time.sleep(0.6)
        return read(path)

    monkeypatch.setattr("bot.engine.worker.DIALOG_SECONDS", 0.3)
    monkeypatch.setattr("bot.understand.model.read", slow)
    monkeypatch.setattr("bot.understand.model._loaded", {})
    ready.cache_clear()
    await community.house.worker.hear(said(community, "我想请人来看看我"))
    await community.house.worker.finish()
    assert [(row.state, row.attempts) for row in rows(community)] == [(Heard.DONE, 0)]


async def test_what_an_earlier_process_left_behind_is_taken_up(
    community: Community,
) -> None:
    accept(community, said(community, "菜单"))
    community.house.db.write_now(_forget_leases)
    running = asyncio.create_task(community.house.worker.run())
    end = time.monotonic() + 10
    while rows(community)[0].state is Heard.NEW:
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
    running.cancel()
    assert len(community.all(select(Outbox))) >= 1


def _forget_leases(session: Session) -> None:
    for row in session.scalars(select(Inbox)):
        row.lease_until = None


def test_who_wrote_last_is_answered_first_after_an_outage(community: Community) -> None:
    accept(community, said(community, "一", who="early"))
    accept(community, said(community, "一", "二", who="late"))
    found = community.house.db.read_now(lambda s: inbox.waiting(s, None))
    assert [(w.address, w.count) for w in found] == [("late", 2), ("early", 1)]


def test_a_message_leased_to_another_process_is_left_to_it(community: Community) -> None:
    accept(community, said(community, "一"))
    read = community.house.db.read_now
    assert read(lambda s: inbox.waiting(s, real_now())) == []
    assert len(read(lambda s: inbox.waiting(s, real_now() + inbox.LEASE * 2))) == 1


def test_a_messages_third_failure_is_its_last(community: Community) -> None:
    (item,) = accept(community, said(community, "一"))

    def fail(session: Session) -> bool:
        return inbox.failed(session, item.id, "failed", real_now() + timedelta(0))

    assert [community.house.db.write_now(fail) for _ in range(4)] == [False, False, True, False]


async def test_words_that_can_not_be_read_any_more_keep_nobody_waiting(
    community: Community,
) -> None:
    community.person("韦建国", Role.COORDINATOR, address="c1")
    community.person("王秀英", address="m1")
    write, worker = community.house.db.write_now, community.house.worker
    write(lambda s: inbox.accept(s, said(community, "坏", "菜单"), [], real_now()))
    spoil = update(Inbox).where(Inbox.id == 1).values(text_sealed=b"\1\2\3")
    write(lambda s: s.execute(spoil))
    worker._take_up(community.house.db.read_now(lambda s: inbox.waiting(s, None)))
    await worker.finish()
    assert [row.state for row in rows(community)] == [Heard.QUARANTINED, Heard.DONE]
    assert (rows(community)[0].text, rows(community)[0].raw_sealed) == ("", b"\1\2\3")
    assert any("没办成" in reply.text for _, reply in community.fetch("m1"))
    assert [row.why for row in community.all(select(Handover))] == ["failed"]


async def test_what_a_talk_had_come_to_traps_nobody(community: Community) -> None:
    """Not the words are to blame but what is kept of the conversation: the third message is answered."""
    community.person("王秀英", address="m1")
    community.say("m1", "上门走访")

    def spoil(session: Any) -> None:
        session.get(Conversation, ("terminal", "m1")).answers_sealed = b"\1\2\3"

    community.house.db.write_now(spoil)
    await community.house.worker.hear(said(community, "身体不好", "学习日是哪天", "菜单"))
    await community.house.worker.finish()
    states = [row.state for row in rows(community)]
    assert states[-3:] == [Heard.QUARANTINED, Heard.QUARANTINED, Heard.DONE]


async def test_who_writes_now_comes_before_those_who_were_left_behind(community: Community) -> None:
    calls: list[str] = []
    replace_answer(community, lambda turn: calls.append(f"{turn.said.who} {turn.said.text}") or [])
    for who in ("m1", "m2", "m3"):
        heard = [*said(community, "一", who=who), *said(community, "二", who=who)]
        community.house.db.write_now(lambda s, heard=heard: inbox.accept(s, heard, [], real_now()))  # type: ignore[misc]
    worker = community.house.worker
    left = community.house.db.read_now(lambda s: inbox.waiting(s, None))
    worker._serving = PEOPLE_AT_A_TIME - 1
    worker._take_up(left)
    await worker.hear([*said(community, "现在", who="m1"), *said(community, "现在", who="m9")])
    await worker.finish()
    order = [call for call in calls if not call.startswith("m3")]
    assert order == ["m1 一", "m9 现在", "m1 二", "m1 现在", "m2 一", "m2 二"]
    assert calls.index("m3 一") < calls.index("m3 二") < calls.index("m2 一")
