"""What one file in `handlers/` may add: dialogs, reminders, console pages, undo, what waits for staff."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.domain.access.things import Thing
from bot.domain.people import Person
from bot.domain.phrase import Phrase, Slot
from bot.domain.versions import Tables
from bot.feature.dialog import Ask, Dialog, Place
from bot.feature.page import Action, Compare, Done, Look, MakeFile, Page, ReadFile, Rehearse, Touch
from bot.feature.reminder import Due, Occasion, Reminder, Round
from bot.feature.roles import ADMINISTRATORS, ANYONE, REGISTERED, STAFF, STRANGER, VOLUNTEERS
from bot.feature.undo import Gate, TakeBack, Undoing, any_staff, own
from bot.feature.waiting import (
    NEED_TITLE,
    Banner,
    BannerOf,
    Coming,
    ComingUp,
    Need,
    Waiting,
    Waits,
)
from bot.talk import Note, Rows

__all__ = [
    "ADMINISTRATORS",
    "ANYONE",
    "NEED_TITLE",
    "REGISTERED",
    "STAFF",
    "STRANGER",
    "VOLUNTEERS",
    "Action",
    "Ask",
    "Banner",
    "Coming",
    "Compare",
    "Dialog",
    "Done",
    "Due",
    "Feature",
    "Look",
    "MakeFile",
    "Need",
    "Occasion",
    "Page",
    "Place",
    "ReadFile",
    "Rehearse",
    "Reminder",
    "Round",
    "Tells",
    "Touch",
    "Turn",
    "Undoing",
    "Waits",
    "any_staff",
    "own",
]

Tells = Callable[[Note], object]
Leaving = Callable[[Rows, Person, Person | None, datetime, Any], Iterable[Note]]
"""(rows, who is paused, moved away or deceased, who says so, calendar now, settings) → what to tell others."""
Turn = Callable[[Rows, Tells, datetime, Any], None]
"""(rows, how to queue a note, calendar now, settings)."""

RunT = TypeVar("RunT", bound=Ask)
BackT = TypeVar("BackT", bound=TakeBack)


@dataclass
class Feature:
    """One file of `handlers/`: made at its top, filled by decorators."""

    name: str
    title: str
    dialogs: list[Dialog] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    undos: dict[str, Undoing] = field(default_factory=dict)
    waiting: Waiting | None = None
    coming: ComingUp | None = None
    waits_on: Tables = ()
    """The tables that `waiting` and `coming` read, besides the roster: an open page asks again only when one was
    written to, or after a while, for time passes too. (): it asks at each look."""
    banner: BannerOf | None = None
    turns: list[Turn] = field(default_factory=list)
    """What the feature does at each tick of the clock, each in a transaction of its own."""
    on_leaving: Leaving | None = None
    """Closes what is open about somebody who is not on the roster any more, in that transaction."""
    phrases: list[Phrase] = field(default_factory=list)
    """The words of its automatic messages."""
    about: Thing | None = None
    """What kind of thing staff see and change here; who may is a matter of its gate (`bot.domain.access`)."""
    settings: type[BaseModel] | None = None
    """The class of the section `[<name>]` in config.toml; `talk.settings.<name>`."""

    def dialog(
        self,
        name: str,
        title: str,
        **more: Any,
    ) -> Callable[[RunT], RunT]:
        """Register a dialog; `more` are the fields of `Dialog`."""

        def register(run: RunT) -> RunT:
            self.dialogs.append(Dialog(name, run, self.name, title, **more))
            return run

        return register

    def phrase(self, name: str, title: str, words: str, *slots: Slot) -> Phrase:
        """Register the words of an automatic message; say them by calling it: `NOTE(settings, day=…)`."""
        made = Phrase(f"{self.name}.{name}", title, words, slots)
        self.phrases.append(made)
        return made

    def undo(self, name: str, gate: Gate) -> Callable[[BackT], BackT]:
        """Register how to take back what `talk.can_undo(name, ref, title)` announced.

        `gate` is asked where it was done for the office: a branch may have been lost since.
        """

        def register(run: BackT) -> BackT:
            self.undos[name] = Undoing(run, gate)
            return run

        return register
