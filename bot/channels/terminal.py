"""The terminal: `yure chat --as ID` fetches what waits and answers line by line."""

import asyncio

from bot.talk import Busy, Can, Hears, Reply


class Terminal:
    """A channel that fetches; the command `yure chat` is its other side."""

    name = "terminal"
    can = Can(push=False, buttons=False, picture=False, private=True)

    async def send(self, address: str, reply: Reply) -> None:
        """Nothing is pushed: raises Busy, and the message waits until it is fetched."""
        raise Busy(60, address)

    async def run(self, hear: Hears) -> None:
        """Nothing to receive: `yure chat` writes to the inbox itself."""
        await asyncio.Event().wait()

    def state(self) -> str:
        """Always well."""
        return ""
