"""What a channel is to the rest of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.talk.values import Reply, Said


@dataclass(frozen=True, slots=True)
class Spoiled:
    """An update that could not be read: kept raw, quarantined, confirmed all the same."""

    channel: str
    id: str
    raw: str
    reason: str


class Hears(Protocol):
    """What a channel gives its messages to; returns once they are committed to the inbox."""

    async def __call__(self, said: Sequence[Said], spoiled: Sequence[Spoiled] = ()) -> None:
        """Commit; only afterwards may the channel confirm them."""


@dataclass(frozen=True, slots=True)
class Can:
    """What a channel can do."""

    push: bool = True
    """False: the other side fetches (web page, terminal)."""
    buttons: bool = True
    voice: bool = False
    picture: bool = True
    longest: int = 0
    """Most UTF-16 units that one message holds; 0: as long as it likes."""
    caption: int = 0
    """Most UTF-16 units under a picture; a longer text goes out as a message of its own. 0: any."""
    private: bool = False
    """Whether an address or a health reason may be spelled out there."""


class Channel(Protocol):
    """One way to reach people. A channel is one file in `bot/channels`, listed once in `CHANNELS`."""

    name: str
    can: Can

    async def send(self, address: str, reply: Reply) -> None:
        """Send now. Raises Busy, Unreachable or Doubtful; returns once the channel said yes."""

    async def run(self, hear: Hears) -> None:
        """Receive until cancelled. Never ends by itself because of one bad update or a network gap."""

    def state(self) -> str:
        """ "" when well, else one Chinese sentence for `yure doctor` and /health."""
