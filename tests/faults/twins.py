"""Two instances started on one data folder at the same instant: one runs, the other ends with exit code 3."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.faults.nest import spawn

WITHIN = 40.0


@dataclass
class Found:
    """The exit code of the one that was refused, and how many ran."""

    refused_with: int
    ran: int

    @property
    def bad(self) -> bool:
        """Whether it was not exactly one."""
        return (self.refused_with, self.ran) != (3, 1)


def run(seed: int) -> Found:
    """One pair; `seed` is only its number. The folder is new, so both would make the database."""
    with tempfile.TemporaryDirectory(prefix=f"twins{seed}-") as folder:
        data = Path(folder) / "data"
        env = {**os.environ, "YURE_WEB__PORT": "0"}
        arguments = ["run", "--data", str(data)]
        both = [spawn(arguments, env, Path(folder) / f"log{n}") for n in range(2)]
        try:
            end = time.monotonic() + WITHIN
            while all(one.poll() is None for one in both) and time.monotonic() < end:
                time.sleep(0.01)
            codes = [one.poll() for one in both]
            running = [one for one, code in zip(both, codes, strict=True) if code is None]
            ran = sum(any("Ctrl-C" in line for line in one.stdout or ()) for one in running)
            refused = next((code for code in codes if code is not None), 0)
            return Found(refused, ran)
        finally:
            for one in both:
                one.kill()
                one.wait(20)
                if one.stdout is not None:
                    one.stdout.close()
