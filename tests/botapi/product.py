"""`yure run` as a process of its own, pointed at a Bot API server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any, Self

from tests.botapi.server import BotApi


class Product:
    """`with Product(api, folder) as yure:` starts it on a data folder; leaving stops it as Ctrl-C would."""

    def __init__(self, api: BotApi, folder: Path, **more: str) -> None:
        """`more`: further environment variables, e.g. YURE_WEB__PUBLIC_URL."""
        self.folder = folder
        self._env = {**os.environ, **api.env(), "YURE_WEB__PORT": "0", **more}
        self.log = folder.parent / f"{folder.name}.log"

    def __enter__(self) -> Self:
        """Returns once the web page is open."""
        command = [sys.executable, "-m", "bot", "run", "--data", str(self.folder)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, env=self._env
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "http://" in line:
                self.url = line.split()[-1].rstrip("/")
                return self
        raise AssertionError(self.log.read_text())

    def __exit__(self, *_: object) -> None:
        """Stop it where it still runs."""
        self.process.terminate()
        self._gone()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self._gone()

    def health(self) -> dict[str, Any]:
        """What /health says."""
        with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:  # noqa: S310 - loopback
            known: dict[str, Any] = json.load(answer)
        return known

    def _gone(self) -> None:
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            if self.process.stdout is not None:
                self.process.stdout.close()
