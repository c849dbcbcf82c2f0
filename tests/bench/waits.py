"""How long members wait for an answer on Telegram while something else goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from tests.botapi.control import Remote

WRITERS, EVERY, WORDS = 40, 1.0, "菜单"
Wait = tuple[float, float]
"""When it was asked (`time.monotonic`), and after how many seconds the answer came."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds that members waited for an answer."""

    p95: float
    most: float

    @classmethod
    def of(cls, waits: Iterable[Wait]) -> Self:
        """Of at least one."""
        seconds = sorted(seconds for _, seconds in waits)
        return cls(seconds[int(len(seconds) * 0.95)], seconds[-1])


def ask(api: Remote, seconds: float, first: int, every: float = EVERY) -> list[Wait]:
    """Members from number `first` on write one after the other; each answer is paired with what it answers."""
    said: dict[int, list[float]] = {}
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        chat = first + number % WRITERS
        said.setdefault(chat, []).append(time.monotonic())
        api("say", sender=chat, text=WORDS)
        number += 1
        time.sleep(every)
    answers = _answers(api, said)
    return [
        (asked, answer - asked)
        for chat, times in said.items()
        for asked, answer in zip(times, answers[chat][-len(times) :], strict=True)
    ]


def _answers(
    api: Remote, said: dict[int, list[float]], within: float = 30
) -> dict[int, list[float]]:
    """When each was answered, once everybody is; AssertionError where somebody isn't."""
    end = time.monotonic() + within
    while True:
        sent: list[dict[str, Any]] = api("sent")
        found = {chat: sorted(s["at"] for s in sent if s["chat"] == chat) for chat in said}
        if all(len(found[chat]) >= len(times) for chat, times in said.items()):
            return found
        assert time.monotonic() < end, "not everybody is answered"
        time.sleep(0.5)
