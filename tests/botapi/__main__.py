"""The server as a process of its own: prints its addresses as one JSON line, ends with standard input."""

import argparse
import json
import sys

from tests.botapi.server import BotApi


def main() -> None:
    """Serve until standard input is closed, so that no server outlives its test."""
    options = argparse.ArgumentParser(prog="python -m tests.botapi")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--latency", type=float, default=0.0)
    options.add_argument("--jitter", type=float, default=0.0)
    options.add_argument("--strict", action="store_true")
    with BotApi(**vars(options.parse_args())) as api:
        print(json.dumps({"control": f"http://127.0.0.1:{api.port}/control", **api.env()}))
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
