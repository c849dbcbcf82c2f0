"""`yure` with one dialog more: said 卡住, it never ends. Each time it begins is a line in the file $STUCK.

python -m tests.faults.stuck run --data …
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import handlers
from bot.feature import ANYONE, Feature
from bot.talk import Talk

WORDS, BEGUN = "卡住", "STUCK"
feature = Feature("stuck", "卡住")


@feature.dialog("stuck", "卡住", words=(WORDS,), roles=ANYONE)
async def stuck(talk: Talk) -> None:
    """A mistake as anybody may make it."""
    _note()
    while talk.said:
        pass


def _note() -> None:
    with Path(os.environ[BEGUN]).open("a") as file:
        file.write(f"{time.monotonic()}\n")


def spawn(arguments: list[str], env: dict[str, str], log: Path) -> subprocess.Popen[str]:
    """A process of it, for `tests.faults.yure.Yure`."""
    with log.open("ab") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.stuck", *arguments],
            stdout=subprocess.PIPE, stderr=errors, text=True, env=env,
        )  # fmt: skip


if __name__ == "__main__":
    handlers.FEATURES = (*handlers.FEATURES, feature)
    from bot.cli import main

    main()
