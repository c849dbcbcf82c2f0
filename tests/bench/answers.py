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
from collections.abc import Iterator
from pathlib import Path

from tests.bench.table import Line, at_least, holds, report
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


def lines() -> Iterator[Line]:
    """Medians of five rounds."""
    found = [one_round() for _ in range(ROUNDS)]
    rate = statistics.median(rate for rate, _ in found)
    yield at_least("answered a second, 100 at once", rate, BAR)
    yield Line("the same, goal", f"≥ {GOAL:g}", rate, None)
    yield holds("everybody is answered in order", all(ordered for _, ordered in found))


if __name__ == "__main__":
    sys.exit(report(lines()))
