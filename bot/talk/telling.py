"""How something that takes its time says how far it is."""

from collections.abc import Callable

Tell = Callable[[str, int, int], None]
"""(what is being done, so many, of how many)."""
Step = Callable[[], None]
"""Called after each of many things that are done in turn."""


def untold(what: str, done: int, total: int) -> None:
    """To nobody."""


def unstepped() -> None:
    """Nobody counts."""


class Steps:
    """Counts what is done in turn, and tells it."""

    def __init__(self, tell: Tell, what: str, total: int) -> None:
        """Tells at once that none is done."""
        self.tell, self.what, self.total, self.done = tell, what, total, 0
        tell(what, 0, total)

    def __call__(self) -> None:
        """One more is done."""
        self.done += 1
        self.tell(self.what, self.done, self.total)
