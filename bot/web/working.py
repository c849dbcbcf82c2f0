"""What takes its time on the desk: how far it is, for whoever looks meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from bot.parts import Link, Links, Live, Part, Progress, Text
from bot.talk import Tell

WORKING: Final = "working"
"""The name of the live part."""


class Board:
    """How far the actions are that tell it, by who pressed and on which page; of this process, as actions are."""

    def __init__(self) -> None:
        """Nobody works."""
        self._far: dict[tuple[int, str], Progress] = {}

    @contextmanager
    def work(self, person_id: int, path: str) -> Iterator[Tell]:
        """While an action of a page runs; the board has it from its first word to its end."""
        key = (person_id, path)

        def tell(text: str, done: int, total: int) -> None:
            self._far[key] = Progress(done, total, f"{text}：{done}/{total}")

        try:
            yield tell
        finally:
            self._far.pop(key, None)

    def shown(self, person_id: int, path: str) -> Sequence[Part]:
        """What stands on the page instead of all else while somebody's action of it runs; () where none does."""
        far = self._far.get((person_id, path))
        again = (Text("办好以前先看进度。这一页会自己变；没有变，请刷新。"), *_link(path))
        return (Live(WORKING, (far,)), *again) if far else ()

    def followed(self, person_id: int, path: str) -> Sequence[Part]:
        """The live part alone, also once it is done."""
        far = self._far.get((person_id, path))
        return (Live(WORKING, (far,) if far else (Text("办好了，请刷新这一页看结果。", "good"),)),)


def _link(path: str) -> tuple[Part, ...]:
    return (Links((Link("刷新", f"/desk/{path}"),)),)
