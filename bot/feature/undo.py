"""How what was done is taken back, and by whom."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.base import OutOfReach
from bot.domain.people import Person
from bot.talk import Rows, Talk

TakeBack = Callable[[Talk, str], Awaitable[None]]
Gate = Callable[[Rows, Person, str], object]
"""(rows, who acts for the office, ref) → passes what `ref` names through its gate in `bot.domain.access`; raises
OutOfReach."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """How something done is taken back, and the gate that lets through who did it for the office."""

    run: TakeBack
    gate: Gate


def own(rows: Rows, viewer: Person, ref: str) -> object:
    """The gate of what people do for themselves alone: none of it is ever the office's to take back."""
    raise OutOfReach("这件事要本人来撤销。")


def any_staff(rows: Rows, viewer: Person, ref: str) -> object:
    """The gate of what belongs to no branch: whoever acts for the office may."""
    return viewer
