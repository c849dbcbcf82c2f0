"""Processes of the product that start in a third of a second, forked from one that has imported everything.

What is killed is a process like any other, with its own memory, files and sockets; only the two seconds of
importing are saved. `spawn` takes them from here, `fresh` starts Python anew.
"""

from __future__ import annotations

import ctypes
import faulthandler
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Protocol

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG."""


class Process(Protocol):
    """What of a started process is used; as `subprocess.Popen` has it."""

    pid: int
    stdout: IO[str] | None

    def poll(self) -> int | None:
        """The exit code, None while it runs."""

    def send_signal(self, sig: int) -> None:
        """To the process."""

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended. Raises subprocess.TimeoutExpired."""

    def kill(self) -> None:
        """kill -9; nothing where it has ended."""


Spawn = Callable[[list[str], dict[str, str], Path], Process]
"""Starts `yure` with these arguments, environment and file for standard error."""


def fresh(arguments: list[str], env: dict[str, str], log: Path) -> Process:
    """A Python of its own."""
    with log.open("ab") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            stdout=subprocess.PIPE, stderr=errors, text=True, env=env,
        )  # fmt: skip


def spawn(arguments: list[str], env: dict[str, str], log: Path) -> Process:
    """A fork of the nest of this test run."""
    return _nest().hatch(arguments, env, log)


class Nest:
    """The process that the others are forked from; it ends with us, and they with it."""

    def __init__(self) -> None:
        """Starts; the first `hatch` waits for the imports."""
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nest"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def hatch(self, arguments: list[str], env: dict[str, str], log: Path) -> Hatched:
        """One process."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            os.mkfifo(out)
            order = {"arguments": arguments, "env": env, "log": str(log), "out": str(out)}
            pid = self.ask(order)
            return Hatched(self, pid, out.open())

    def ask(self, order: dict[str, Any]) -> Any:
        """One line there, one line back."""
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


class Hatched:
    """One forked process."""

    def __init__(self, nest: Nest, pid: int, stdout: IO[str]) -> None:
        """`stdout` is its standard output."""
        self._nest, self.pid = nest, pid
        self.stdout: IO[str] | None = stdout
        self._code: int | None = None

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        if self._code is None:
            self._code = self._nest.ask({"ended": self.pid})
        return self._code

    def send_signal(self, sig: int) -> None:
        """To a process that still runs."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended."""
        end = time.monotonic() + (timeout or float("inf"))
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(0.002)
        return code

    def kill(self) -> None:
        """kill -9; nothing where it has ended."""
        self.send_signal(signal.SIGKILL)


@functools.cache
def _nest() -> Nest:
    return Nest()


# ── inside the nest ─────────────────────────────────────────────────────────────────────────────


def main() -> None:
    """Fork whenever a line asks for it, until nobody asks any more."""
    import psycopg  # noqa: F401 - what a start would import later

    import bot.app
    import bot.cli  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        answer = _ended(order["ended"]) if "ended" in order else _hatch(order)
        print(json.dumps(answer), flush=True)


def _ended(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _hatch(order: dict[str, Any]) -> int:
    pid = os.fork()
    if not pid:
        _be_the_product(order)
    return pid


def _be_the_product(order: dict[str, Any]) -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(order["out"], os.O_WRONLY), 1)
    os.dup2(os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    faulthandler.register(signal.SIGUSR1)
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = ["yure", *order["arguments"]]
    code: object = 1
    try:
        sys.modules["bot.cli"].main()
    except SystemExit as end:
        code = end.code
    finally:
        os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
