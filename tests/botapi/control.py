"""A server in a process of its own, for load: started here, told and asked over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from typing import Any, Self


class Remote:
    """`with Remote("--latency", "0.08") as api: api("say", sender=1, text="你好")`; names as in `Script`."""

    def __init__(self, *options: str) -> None:
        """Options as `python -m tests.botapi` takes them."""
        self._options = options

    def __enter__(self) -> Self:
        """Start; the addresses are in `env`."""
        command = [sys.executable, "-m", "tests.botapi", *self._options]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.env: dict[str, str] = json.loads(self._process.stdout.readline())
        self._control = self.env.pop("control")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(10)

    def __call__(self, name: str, **given: Any) -> Any:
        """Call `name` of `Script` with JSON keywords."""
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self._control}/{name}",
            json.dumps(given).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            return json.load(answer)
