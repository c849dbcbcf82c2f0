"""A page of the console: what stands on it, what can be done there and taken home."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.domain.access.things import Level, Thing
from bot.domain.foreseen import Difference, Foresight, Wanted
from bot.domain.people import Person
from bot.feature.roles import STAFF
from bot.parts import Download, Paper, Part
from bot.talk import Can, Rows, Talk

IN_SIGHT: Final = 50
"""Tabs below it always stand there, the others behind 更多: on a phone all of them took six rows."""


@dataclass(frozen=True, slots=True)
class Touch:
    """What one operation is about: a kind of thing, and the field of its form or query that names one."""

    thing: Thing
    by: str = "id"
    """ "": none is named; it makes a new one, or is about all in reach."""
    level: Level | None = None
    """None: pages and files are to see, actions to change."""
    roles: frozenset[str] = frozenset()
    """Who may press an action, where that is not everybody who may see its page."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a page: by whom, with which query, at which calendar moment."""

    viewer: Person
    query: dict[str, str]
    now: datetime
    settings: Any = None
    """`bot.config.Settings`."""
    channels: Mapping[str, Can] = field(default_factory=dict)
    """The channels that this deployment runs, by name."""
    rehearse: "Rehearse | None" = None
    """What the clock would send in the days to come."""
    compare: "Compare | None" = None
    """What other settings would change in it."""


Rehearse = Callable[[Rows, Wanted], Foresight]
"""(rows, what is asked) → who would get what; writes nothing."""
Compare = Callable[[Rows, Any, frozenset[int] | None], Difference]
"""(rows, settings as they would be, branches of the people who may be named) → what changes; writes nothing."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did, in one sentence, and the page of the desk where it goes on."""

    text: str
    to: str


View = Callable[[Rows, Look], Sequence[Part]]
"""What stands on the page."""
Mark = Callable[[Rows, Look], object]
"""A value to compare with the one before."""
Action = Callable[[Talk, dict[str, str]], Awaitable[str | Done | tuple[Part, ...]]]
"""(talk of the acting person, form) → one sentence saying what was done, on the same page or another; or parts,
for what can be shown only once (fresh cards). Same rules as in chat."""
ReadFile = Callable[[bytes], Any]
"""What a posted file is made into, in a thread and outside the transaction. May raise Refused."""
MakeFile = Callable[[Rows, Look], Download | Paper]
"""A file to take home; in a transaction that may write down who took what. May raise Refused. A Paper is made
into a PDF afterwards."""


@dataclass(frozen=True, slots=True)
class Page:
    """A console page that a feature offers under /desk/<path>; one that anyone may see, under /p/<path> alone."""

    path: str
    title: str
    view: View
    """May raise Refused: the page then says why."""
    roles: frozenset[str] = STAFF
    actions: dict[str, Action] = field(default_factory=dict)
    files: dict[str, MakeFile] = field(default_factory=dict)
    """What may be taken home from /desk/<path>/<name>."""
    reads: Mapping[str, ReadFile] = field(default_factory=dict)
    """By the name of a file field: what its bytes are made into before the action (`talk.files[name]`)."""
    template: str = "page.html"
    """A template of its own in `bot/web/templates`, where parts don't say it."""
    order: int = IN_SIGHT
    """Its place among the desk's tabs, low first; from IN_SIGHT on behind 更多; 0: not among them."""
    about: Thing | None = None
    """What kind of thing it shows and its actions change. None: what its feature is about."""
    by: str = "id"
    """The field of its query that names one of them, and of its actions' forms; "": it only lists."""
    touches: Mapping[str, Touch] = field(default_factory=dict)
    """Of the actions and files, by name, that are about another kind, or name it by another field."""
    hangs_on: Mark | None = None
    """Cheaply, what its live parts hang on: while that is the same they are looked at only once a minute, for time
    passes too. None: they are looked at once a second."""
    a_minute: int = 0
    """So many questions a minute one network address may put to a public page; 0: it isn't counted."""

    @property
    def in_sight(self) -> bool:
        """Whether its tab always stands there: what is used every day."""
        return 0 < self.order < IN_SIGHT

    def roles_for(self, action: str) -> frozenset[str]:
        """Who may press an action."""
        touch = self.touches.get(action)
        return touch.roles if touch is not None and touch.roles else self.roles

    def turn_of(self, action: str, form: Mapping[str, str]) -> str:
        """What a form is about, as a name: who presses about the same waits. "" where none is named."""
        touch = self.touches.get(action)
        named = form.get(self.by if touch is None else touch.by, "")
        thing = (self.about or self.path) if touch is None else touch.thing
        return f"{thing}\n{named}" if named else ""
