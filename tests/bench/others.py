"""What others notice of one who floods, and of one whose dialog never ends.

    python -m tests.bench.others

`yure run` as a process of its own, the Bot API server 80 ± 20 ms away. Members write five times a second, first
while nothing else happens, then while one writes a hundred times a second, then beside a dialog that hangs: it is
cut off after two seconds, three times, and given up. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import select

from bot.app import House
from bot.domain.mail import Heard, Inbox
from tests.bench.table import Line, at_most, holds, report
from tests.bench.waits import WRITERS, Wait, Waits, ask
from tests.botapi.control import Remote
from tests.faults import stuck
from tests.faults.yure import FIRST, Yure, community, rows

SECONDS, EVERY, FLOOD = 20.0, 0.2, 0.01
HUNG, AROUND = 2.0, 0.5
"""After so many seconds a dialog is cut off; whoever wrote shortly before or after waits for that."""
THIRD = FIRST + WRITERS


def flood(api: Remote, over: threading.Event) -> None:
    """One member writes a hundred times a second."""
    while not over.wait(FLOOD):
        api("say", sender=THIRD, text="哈哈")


def in_flood(api: Remote) -> Waits:
    """The others' waits meanwhile."""
    over = threading.Event()
    thread = threading.Thread(target=flood, args=(api, over))
    thread.start()
    try:
        return Waits.of(ask(api, SECONDS, FIRST, EVERY))
    finally:
        over.set()
        thread.join()


def beside_hang(api: Remote, begun: Path) -> tuple[Waits, list[Wait]]:
    """The others' waits outside the seconds in which the dialog hung, and all of them."""
    said = threading.Timer(3, api, ("say",), {"sender": THIRD + 1, "text": stuck.WORDS})
    said.start()
    waits = ask(api, SECONDS, FIRST, EVERY)
    hung = [float(line) for line in begun.read_text().split()]
    calm = [w for w in waits if not any(at - AROUND < w[0] < at + HUNG + AROUND for at in hung)]
    return Waits.of(calm), waits


def given_up(house: House) -> bool:
    """The message whose dialog hangs is in quarantine, and nothing else is."""
    query = select(Inbox.address).where(Inbox.state == Heard.QUARANTINED)
    return [row[0] for row in rows(house, query)] == [str(THIRD + 1)]


def lines() -> Iterator[Line]:
    """Flood first, then hang."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        begun = folder.parent / "begun"
        api = stack.enter_context(Remote("--latency", "0.08", "--jitter", "0.02"))
        house = community(folder, "", WRITERS + 2)
        stack.callback(house.close)
        yure = Yure(api, folder, **{stuck.BEGUN: str(begun)})
        yure.spawn = stuck.spawn
        stack.enter_context(yure)
        time.sleep(2)
        idle = Waits.of(ask(api, SECONDS, FIRST, EVERY))
        flooded = in_flood(api)
        time.sleep(5)
        again = Waits.of(ask(api, SECONDS, FIRST, EVERY))
        calm, all_ = beside_hang(api, begun)
        yield _beside("others' p95 in a flood of 100/s, ms", flooded, idle)
        yield _beside("others' p95 beside a dialog that hangs, ms", calm, again)
        yield at_most("longest wait while it hangs, s", Waits.of(all_).most, 3 * HUNG + 1)
        yield holds("it is tried three times and given up, alone", given_up(house))


def _beside(name: str, waits: Waits, idle: Waits) -> Line:
    met = waits.p95 <= 2 * idle.p95
    return Line(name, "≤ 2 ×", waits.p95 * 1000, met, idle.p95 * 1000)


if __name__ == "__main__":
    sys.exit(report(lines()))
