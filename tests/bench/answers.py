"""How many messages are answered a second when a hundred people write at once.

    python -m tests.bench.answers

`yure run` as a process of its own, the Bot API server 80 ± 20 ms away in another, server limit and own rate
lifted. Each of a hundred people has six messages waiting. Medians of five rounds; the order is checked person by
person. Exits 1 below 85 a second (the goal is 150).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.botapi.control import Remote
from tests.faults.yure import FIRST, Yure, community

PEOPLE, EACH, ROUNDS, BAR, GOAL = 100, 6, 5, 85.0, 150.0
WORDS = ("菜单", "学习日是哪天", "服务日哪天", "上门走访", "取消", "少提醒我")


def one_round() -> tuple[float, bool]:
    """Answers a second, and whether everybody was answered in the order in which they wrote."""
    with (
        tempfile.TemporaryDirectory() as name,
        Remote("--latency", "0.08", "--jitter", "0.02") as api,
    ):
        folder = Path(name) / "data"
        community(folder, "", PEOPLE).close()
        for words in WORDS:
            for n in range(PEOPLE):
                api("say", sender=FIRST + n, text=words)
        with Yure(api, folder, YURE_SENDING__A_SECOND="2000"):
            sent = api("sent")
            while len(sent) < PEOPLE * EACH:
                time.sleep(0.5)
                sent = api("sent")
    times = sorted(one["at"] for one in sent)
    return (len(times) - 1) / (times[-1] - times[0]), _in_order(sent)


def _in_order(sent: list[dict[str, object]]) -> bool:
    """Everybody got the same texts in the same order, as everybody said the same."""
    texts = defaultdict(list)
    for one in sent:
        texts[one["chat"]].append(one["text"])
    return len({tuple(mine) for mine in texts.values()}) == 1


def main() -> int:
    """Print a table; 1 where the bar is missed."""
    found = [one_round() for _ in range(ROUNDS)]
    for rate, ordered in found:
        print(f"{rate:8.0f} answered a second, order {'kept' if ordered else 'BROKEN'}", flush=True)
    rate = statistics.median(rate for rate, _ in found)
    print(f"median {rate:.0f} (bar ≥ {BAR:.0f}, goal ≥ {GOAL:.0f})")
    return int(rate < BAR or not all(ordered for _, ordered in found))


if __name__ == "__main__":
    sys.exit(main())
