"""What understanding costs: a message, the import with the first call, and the memory it adds.

    python -m tests.bench.meaning

Processor time, which others' load doesn't touch; each start is a process of its own. Exits 1 where one is missed.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from bot.now import real_now
from bot.understand import understand
from tests.bench.table import Line, at_most, report
from tests.understanding.report import SETS, read

STARTS = 5
_FIRST = """
import time
def resident():
    return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmRSS")) / 1024
before, began = resident(), time.process_time()
from bot.understand import understand
from bot.now import real_now
understand("下個月八號請人來看看我媽", real_now())
print(time.process_time() - began, resident() - before)
"""


def first_call() -> tuple[float, float]:
    """Seconds of a processor until the first answer, MB that it added to a bare Python."""
    done = subprocess.run(
        [sys.executable, "-c", _FIRST], capture_output=True, text=True, check=True
    )
    seconds, added = done.stdout.split()
    return float(seconds), float(added)


def messages() -> list[float]:
    """Milliseconds for each message of the project's own set, sorted."""
    now = real_now()
    spent = []
    for row in read(SETS["own"]):
        began = time.thread_time()
        understand(row["text"], now)
        spent.append((time.thread_time() - began) * 1000)
    return sorted(spent[10:])


def lines() -> Iterator[Line]:
    """The bars of issue 4; its goals are 3 ms, 0.5 s and 40 MB."""
    spent = messages()
    yield at_most("a message, ms, 95th percentile", spent[int(0.95 * len(spent))], 10)
    yield at_most("a message, ms, median", statistics.median(spent), 3)
    seconds, added = zip(*(first_call() for _ in range(STARTS)), strict=True)
    yield at_most("import and first call, s", statistics.median(seconds), 1)
    yield at_most("memory added, MB, numpy included", statistics.median(added), 60)


if __name__ == "__main__":
    sys.exit(report(lines()))
