"""The other side of each channel that pushes, as the contract test sees it: one class a channel, by its name."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from tests.botapi import BotApi


class OtherSide(Protocol):
    """Where a channel's messages arrive."""

    known: dict[str, Any]
    """What its section of config.toml must hold."""

    def arrived(self, address: str) -> tuple[str, set[str]]:
        """The text of the last message there, and the labels under it."""

    def leave(self, address: str) -> None:
        """From now on nothing arrives at this address, and the channel is told so."""


class ByTelegram:
    """The small Bot API server of these tests."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.known = {
            "token": api.token,
            "base_url": api.base_url,
            "base_file_url": api.base_file_url,
        }

    def arrived(self, address: str) -> tuple[str, set[str]]:
        last = self.api.sent(chat=int(address))[-1]
        return last.text, {label for row in last.keyboard for label in row}

    def leave(self, address: str) -> None:
        self.api.stop_bot(int(address))


@contextmanager
def by_telegram(folder: Path) -> Iterator[OtherSide]:
    with BotApi() as api:
        yield ByTelegram(api)


OTHER_SIDES: dict[str, Callable[[Path], AbstractContextManager[OtherSide]]] = {
    "telegram": by_telegram
}
"""(a folder of its own) → the other side, while the test runs."""
