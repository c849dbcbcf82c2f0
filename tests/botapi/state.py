"""What the server knows: updates not yet confirmed, chats, calls, scripted faults. Plain values, one thread."""

from __future__ import annotations

import itertools
import random
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

TOKEN = "123456789:AAtest-token_0123456789abcdefghijkl"
FIRST_ID = 800_000_001

UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that Telegram holds back unless `allowed_updates` names them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One scripted misbehaviour; taken off the list once used.

    status: answer with this code and do nothing. retry_after: seconds in a 429 (None leaves it out).
    hang: seconds to sit still before going on. act: "drop" accepts the call and closes without an answer,
    "reset" closes without accepting, "garbage" answers 200 with no JSON. chat: only for this chat.
    """

    status: int = 0
    description: str = ""
    retry_after: float | None = 3
    hang: float = 0
    act: str = ""
    chat: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came; `at` is time.monotonic(), `status` what was answered (0: nothing)."""

    method: str
    params: dict[str, Any]
    files: dict[str, bytes]
    at: float
    status: int

    @property
    def chat(self) -> int | None:
        """The chat it was for."""
        return chat_of(self.params)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that a member received."""

    chat: int
    kind: str
    text: str
    keyboard: tuple[tuple[str, ...], ...]
    """Labels of the reply keyboard, row by row."""
    at: float
    files: dict[str, bytes]
    params: dict[str, Any]


def chat_of(params: dict[str, Any]) -> int | None:
    """The chat a call is for, if any."""
    try:
        return int(params["chat_id"])
    except (KeyError, ValueError):
        return None


@dataclass
class State:
    """Everything the server remembers."""

    token: str = TOKEN
    strict: bool = False
    seed: int = 1
    updates: list[Any] = field(default_factory=list)
    next_id: int = FIRST_ID
    allowed: list[str] | None = None
    webhook: dict[str, Any] = field(default_factory=dict)
    webhook_error: str = ""
    commands: list[Any] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    refused: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Chats that get nothing: status and description."""
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    files: dict[str, bytes] = field(default_factory=dict)
    revoked: bool = False

    def __post_init__(self) -> None:
        """Seeded, so that a run can be repeated."""
        self.random = random.Random(self.seed)
        self.message_ids = itertools.count(1)
        self._accepted: deque[float] = deque()
        self._last_in_chat: dict[int, float] = {}

    # ── updates ─────────────────────────────────────────────────────────────────────────────────

    def push(self, update: Any) -> int:
        """Queue an update; gives it the next id unless it brings its own. Kinds not asked for are dropped."""
        if not isinstance(update, dict):
            self.updates.append(update)
            return 0
        if "update_id" not in update:
            update = {"update_id": self.next_id, **update}
            self.next_id += 1
        if self._wanted(update):
            self.updates.append(update)
        return _id(update)

    def _wanted(self, update: dict[str, Any]) -> bool:
        kinds = [kind for kind in update if kind != "update_id"]
        if self.allowed:
            return not kinds or any(kind in self.allowed for kind in kinds)
        return not any(kind in UNASKED for kind in kinds)

    def jump_ids(self, next_id: int) -> None:
        """What a quiet week does: the next update's id has nothing to do with the last one's."""
        self.next_id = next_id

    def confirm(self, offset: int) -> None:
        """Forget every update below `offset`; a negative one keeps only the last ones."""
        if offset > 0:
            # What has no readable id can't be named by an offset; the queue moves past it all the same.
            self.updates = [u for u in self.updates if isinstance(u, dict) and _id(u) >= offset]
        elif offset < 0:
            self.updates = self.updates[offset:]

    # ── sending ─────────────────────────────────────────────────────────────────────────────────

    def next_fault(self, method: str, params: dict[str, Any]) -> Fault | None:
        """The first scripted fault that fits this call, taken off its list."""
        for name in (method, "*"):
            for fault in self.faults[name]:
                if fault.chat is None or fault.chat == chat_of(params):
                    self.faults[name].remove(fault)
                    return fault
        return None

    def too_fast(self, chat: int, now: float) -> int:
        """Strict limits: 30 messages a second in all, one a second a chat. Seconds to wait, or 0."""
        if not self.strict:
            return 0
        while self._accepted and now - self._accepted[0] >= 1:
            self._accepted.popleft()
        if len(self._accepted) >= 30 or now - self._last_in_chat.get(chat, -9.0) < 1:
            return 1
        self._accepted.append(now)
        self._last_in_chat[chat] = now
        return 0

    def keep_sent(self, kind: str, params: dict[str, Any], files: dict[str, bytes]) -> Sent:
        """Deliver a message to a member."""
        markup = params.get("reply_markup") or {}
        rows = tuple(
            tuple(button if isinstance(button, str) else button["text"] for button in row)
            for row in markup.get("keyboard", [])
        )
        words = str(params.get("text", params.get("caption", "")))
        sent = Sent(int(params["chat_id"]), kind, words, rows, time.monotonic(), files, params)
        self.sent.append(sent)
        return sent


def _id(update: dict[str, Any]) -> int:
    number = update.get("update_id")
    return number if isinstance(number, int) else 0
