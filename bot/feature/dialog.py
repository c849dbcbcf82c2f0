"""A conversation that people can have."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.access.things import Thing
from bot.feature.roles import REGISTERED
from bot.talk import Talk

Ask = Callable[[Talk], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dialog stands in the menu. `part`: 学 乐 为 帮 for members, 办 for staff; low `order` first."""

    part: str
    label: str
    """≤ 8 characters."""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Dialog:
    """One conversation people can have."""

    name: str
    run: Ask
    feature: str
    title: str
    """What it does, as it stands in "您是要…吗？": "预约上门走访"."""
    words: tuple[str, ...] = ()
    """Exact words that start it in any idle state (compared tolerantly)."""
    intents: tuple[str, ...] = ()
    """Labels of `bot.understand` that mean it."""
    place: Place | None = None
    roles: frozenset[str] = REGISTERED
    composes: bool = False
    """Takes words meant for others (a notice, a report): what they tell of is no danger to the writer."""
    quick: bool = False
    """Asks nothing and writes nothing: answered at once even in the middle of another dialog."""
    reads: Callable[[str], Mapping[str, str] | None] | None = None
    """Knows whole sentences of its own by their form (a card code): the slots they fill, or None."""
    continues: str = ""
    """A key of `talk.about`: it reads only while that is spoken of, and then before others do."""
    about: Thing | None = None
    """What kind of thing it shows or changes. None: members' and volunteers' own; of staff what the feature says."""
