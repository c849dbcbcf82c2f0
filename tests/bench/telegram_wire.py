"""What one call of the Bot API costs: our `Wire` (aiohttp) beside python-telegram-bot's own HTTPXRequest.

    python -m tests.bench.telegram_wire

Sends to the Bot API server in a process of its own, 80 ± 20 ms away, at 1, 16 and 64 calls at a time. CPU is this
process's own, so the server doesn't count. Medians of five. Ends with 1 where Wire costs more than half as much
at 64 calls at a time: then it is not worth its lines.
"""

from __future__ import annotations

import asyncio
import logging
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Bot, ReplyKeyboardMarkup
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels.telegram.wire import Wire
from tests.botapi.control import Remote

ROUNDS, LIMIT = 5, 0.5
WORDS = "12月10日(周四)上午9点学习，地点在社区二楼会议室。"
BUTTONS = ReplyKeyboardMarkup([["上门走访", "下次学习"], ["主菜单", "找人帮忙"]])
PEERS: dict[str, Callable[[], BaseRequest]] = {
    "HTTPXRequest": lambda: HTTPXRequest(connection_pool_size=256),
    "Wire": lambda: Wire(5.0, 10.0),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one call: milliseconds of CPU, and how many finished in a second."""

    cpu_ms: float
    a_second: float


async def measure(env: dict[str, str], make: Callable[[], BaseRequest], at_once: int) -> Cost:
    """One round over a fresh pool, warmed by one call."""
    request = make()
    bot = Bot(
        env["YURE_TELEGRAM__TOKEN"],
        base_url=env["YURE_TELEGRAM__BASE_URL"],
        request=request,
        get_updates_request=request,
    )
    await bot.send_message(1, WORDS)
    number = max(20, 5 * at_once)
    chats = iter(range(number))

    async def worker() -> None:
        for chat in chats:
            await bot.send_message(1000 + chat, WORDS, reply_markup=BUTTONS)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    await request.shutdown()
    return Cost(1000 * cpu / number, number / wall)


def median(costs: list[Cost]) -> Cost:
    """Of each figure by itself."""
    return Cost(
        statistics.median(cost.cpu_ms for cost in costs),
        statistics.median(cost.a_second for cost in costs),
    )


async def main() -> int:
    """Print the table; 1 where the bar is missed."""
    logging.disable(logging.CRITICAL)
    ratio = 0.0
    print(f"{'at once':>8} {'request':>14} {'CPU ms a call':>14} {'calls a second':>15}")
    with Remote("--latency", "0.08", "--jitter", "0.02") as api:
        for at_once in (1, 16, 64):
            found: dict[str, list[Cost]] = {name: [] for name in PEERS}
            for _ in range(ROUNDS):
                for name, make in PEERS.items():
                    found[name].append(await measure(api.env, make, at_once))
            costs = {name: median(rounds) for name, rounds in found.items()}
            for name, cost in costs.items():
                print(f"{at_once:>8} {name:>14} {cost.cpu_ms:>14.2f} {cost.a_second:>15.0f}")
            ratio = costs["Wire"].cpu_ms / costs["HTTPXRequest"].cpu_ms
    print(f"Wire / HTTPXRequest at 64 at once: {ratio:.2f} (bar ≤ {LIMIT})")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
