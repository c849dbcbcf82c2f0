"""How fast one process sends: as the channel counts it, the answers first, and slower after a complaint."""

import asyncio
from time import monotonic

import pytest

from bot.sender import speed
from bot.sender.speed import Speed


async def leave(gate: Speed, lane: int, left: list[tuple[float, int]]) -> None:
    """Pass, and note when."""
    await gate.turn(lane)
    left.append((monotonic(), lane))


async def test_no_second_has_more_than_the_channel_allows() -> None:
    gate, left = Speed(20.0), []
    await asyncio.gather(*(leave(gate, 1, left) for _ in range(45)))
    times = [at for at, _ in left]
    assert len(times) == 45
    for first, later in zip(times, times[20:], strict=False):
        assert later - first >= 1 + speed.UNEVEN - 0.005


async def test_what_was_saved_up_leaves_at_once() -> None:
    gate, left = Speed(20.0), []
    start = monotonic()
    await asyncio.gather(*(leave(gate, 1, left) for _ in range(20)))
    assert monotonic() - start < 0.5


async def test_nothing_leaves_before_its_moment_and_an_answer_takes_the_first() -> None:
    gate, start, left = Speed(100.0), monotonic(), list[tuple[float, int]]()

    async def go(lane: int, at: float) -> None:
        await gate.turn(lane, start + at)
        left.append((monotonic() - start, lane))

    await asyncio.gather(go(1, 0.1), go(1, 0.2), go(0, 0.3))
    assert [lane for _, lane in left] == [0, 1, 1]
    assert all(at >= moment for (at, _), moment in zip(left, (0.1, 0.2, 0.3), strict=True))


async def test_an_answer_passes_all_notices_that_wait() -> None:
    gate, left = Speed(5.0), []
    notices = [asyncio.create_task(leave(gate, 1, left)) for _ in range(9)]
    await asyncio.sleep(0)
    await asyncio.gather(leave(gate, 0, left), *notices)
    assert [lane for _, lane in left] == [1, 1, 1, 1, 1, 0, 1, 1, 1, 1]


async def test_whoever_gave_up_takes_no_turn() -> None:
    gate, left = Speed(2.0), []
    waiting = [asyncio.create_task(leave(gate, 1, left)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[2].cancel()
    start = monotonic()
    await asyncio.gather(*waiting[:2], leave(gate, 1, left))
    assert len(left) == 3
    assert monotonic() - start < 1.5


async def test_less_than_one_a_second_is_kept_too() -> None:
    gate, left = Speed(0.5), []
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await asyncio.gather(leave(gate, 0, left), leave(gate, 0, left))
    assert len(left) == 1


def test_a_complaint_makes_slower_and_each_further_one_more_patient(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr(speed, "monotonic", lambda: now[0])
    gate = Speed(30.0)
    full = gate.a_second
    gate.slower()
    slow = gate.a_second
    assert slow == pytest.approx(full * speed.SLOWER)
    for patience in (10.0, 20.0, 40.0, 60.0, 60.0):
        gate.faster()
        assert gate.a_second == pytest.approx(slow)
        now[0] += patience
        gate.faster()
        assert gate.a_second > slow
        gate.slower()
        slow = gate.a_second
    for _ in range(40):
        now[0] += 60.0
        gate.faster()
    assert gate.a_second == pytest.approx(full)
