"""What a test does to the server and reads from it; every name here also works on a server of its own process."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from tests.botapi import people
from tests.botapi.state import Call, Fault, Sent, State

T = TypeVar("T")

BLOCKED = (403, "Forbidden: bot was blocked by the user")
DEACTIVATED = (403, "Forbidden: user is deactivated")
UNKNOWN = (400, "Bad Request: chat not found")


class Script(ABC):
    """The script a test gives the server. Safe to call from any thread."""

    state: State
    port: int

    @abstractmethod
    def _do(self, act: Callable[[], T]) -> T:
        """Run `act` where the state lives."""

    # ── where it is ─────────────────────────────────────────────────────────────────────────────

    @property
    def token(self) -> str:
        """The one bot's token."""
        return self.state.token

    @property
    def base_url(self) -> str:
        """As python-telegram-bot takes it."""
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        """As python-telegram-bot takes it."""
        return f"http://127.0.0.1:{self.port}/file/bot"

    def env(self) -> dict[str, str]:
        """Environment variables that point a `yure run` of its own process here."""
        return {
            "YURE_TELEGRAM__TOKEN": self.token,
            "YURE_TELEGRAM__BASE_URL": self.base_url,
            "YURE_TELEGRAM__BASE_FILE_URL": self.base_file_url,
            "YURE_TELEGRAM__MODE": "polling",
        }

    # ── what members do ─────────────────────────────────────────────────────────────────────────

    def push(self, update: Any) -> int:
        """Queue any update, malformed ones too; gives its update_id."""
        return self._do(lambda: self.state.push(update))

    def say(self, sender: int, text: str) -> int:
        """A member writes, or presses a reply button (which is the same)."""
        return self.post(sender, people.words(text))

    def post(self, sender: int, content: dict[str, Any]) -> int:
        """A member sends anything in the private chat; `content` may replace any field of the message."""
        return self._do(
            lambda: self.state.push(
                {"message": people.message(sender, content, next(self.state.message_ids))}
            )
        )

    def say_in_group(self, sender: int, group: int, text: str) -> int:
        """A member writes in a group."""
        return self.post(sender, people.in_group(group, text))

    def edit(self, sender: int, text: str) -> int:
        """A member changes an earlier message."""
        edited = people.message(sender, {**people.words(text), "edit_date": int(time.time())})
        return self.push({"edited_message": edited})

    def press_inline(self, sender: int, data: str) -> int:
        """A member presses a button under a message."""
        under = people.message(sender, {"text": "…"})
        pressed = {"id": "1", "from": people.user(sender), "message": under, "chat_instance": "1"}
        return self.push({"callback_query": {**pressed, "data": data}})

    def stop_bot(self, sender: int) -> int:
        """A member blocks the bot: nothing reaches the chat any more."""
        self.refuse(sender, *BLOCKED)
        return self.push({"my_chat_member": people.blocked(sender, True)})

    def start_bot(self, sender: int) -> int:
        """A member takes the block away."""
        self._do(lambda: self.state.refused.pop(sender, None))
        return self.push({"my_chat_member": people.blocked(sender, False)})

    # ── what goes wrong ─────────────────────────────────────────────────────────────────────────

    def refuse(self, chat: int, status: int, description: str) -> None:
        """From now on this chat gets nothing: see BLOCKED, DEACTIVATED, UNKNOWN."""
        self._do(lambda: self.state.refused.__setitem__(chat, (status, description)))

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of `method` ("*": of any) go wrong, one fault each."""
        self._do(lambda: self.state.faults[method].extend(faults))

    def revoke(self) -> None:
        """The token is void from now on."""
        self._do(lambda: setattr(self.state, "revoked", True))

    def restore(self) -> None:
        """It is valid again."""
        self._do(lambda: setattr(self.state, "revoked", False))

    def strict(self, on: bool = True) -> None:
        """30 messages a second in all and one a second a chat, else 429."""
        self._do(lambda: setattr(self.state, "strict", on))

    def jump_ids(self, next_id: int) -> None:
        """A quiet week: the next update's id has nothing to do with the last one's."""
        self._do(lambda: self.state.jump_ids(next_id))

    def keep_file(self, file_id: str, content: bytes) -> None:
        """A file that getFile finds."""
        self._do(lambda: self.state.files.__setitem__(file_id, content))

    # ── what was seen ───────────────────────────────────────────────────────────────────────────

    def calls(self, method: str | None = None) -> list[Call]:
        """Every request, in order."""
        return self._do(
            lambda: [call for call in self.state.calls if method in (None, call.method)]
        )

    def sent(self, chat: int | None = None) -> list[Sent]:
        """What members received, in order."""
        return self._do(lambda: [sent for sent in self.state.sent if chat in (None, sent.chat)])

    def waiting(self) -> int:
        """How many updates are not confirmed yet."""
        return self._do(lambda: len(self.state.updates))

    def wait_sent(self, number: int, chat: int | None = None, within: float = 10) -> list[Sent]:
        """Block until `number` messages were received; AssertionError after `within` seconds."""
        end = time.monotonic() + within
        while len(sent := self.sent(chat)) < number:
            assert time.monotonic() < end, f"{len(sent)} of {number} messages after {within} s"
            time.sleep(0.005)
        return sent

    def wait_confirmed(self, within: float = 10) -> None:
        """Block until every update is confirmed."""
        end = time.monotonic() + within
        while self.waiting():
            assert time.monotonic() < end, f"{self.waiting()} updates unconfirmed"
            time.sleep(0.005)

    async def until_sent(
        self, number: int, chat: int | None = None, within: float = 10
    ) -> list[Sent]:
        """As `wait_sent`, without blocking the event loop."""
        await self.until(lambda: len(self.sent(chat)) >= number, within)
        return self.sent(chat)

    async def until_confirmed(self, within: float = 10) -> None:
        """As `wait_confirmed`, without blocking the event loop."""
        await self.until(lambda: not self.waiting(), within)

    async def until(self, true: Callable[[], object], within: float = 10) -> None:
        """Until `true()`; AssertionError after `within` seconds."""
        end = time.monotonic() + within
        while not true():
            assert time.monotonic() < end, f"not so after {within} s"
            await asyncio.sleep(0.005)

    # ── from another process ────────────────────────────────────────────────────────────────────

    def control(self, name: str, given: dict[str, Any]) -> Any:
        """One call that came over HTTP, answered in plain values."""
        if name == "fail":
            return self.fail(given["method"], *(Fault(**fault) for fault in given["faults"]))
        done = getattr(self, name)(**given)
        if name == "sent":
            return [{**asdict(sent), "files": sorted(sent.files)} for sent in done]
        if name == "calls":
            return [{**asdict(call), "files": sorted(call.files)} for call in done]
        return done
