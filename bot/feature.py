"""What one file in `handlers/` may add: dialogs, reminders, console pages, undo, what waits for staff."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.domain.people import Person, Role
from bot.talk import Note, Rows, Talk

Tells = Callable[[Note], object]
Ask = Callable[[Talk], Awaitable[None]]
TakeBack = Callable[[Talk, str], Awaitable[None]]

STRANGER = "stranger"
ANYONE: frozenset[str] = frozenset({STRANGER, *Role})
REGISTERED: frozenset[str] = frozenset(Role)
STAFF: frozenset[str] = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
VOLUNTEERS: frozenset[str] = frozenset({Role.VOLUNTEER})


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


@dataclass(frozen=True, slots=True)
class Occasion:
    """One thing that falls due on a local day; (rule, day, subject) is unique for ever.

    `rule` is the reminder's name, or begins with it and a dot; `subject` names what it is about
    ("person:12", "branch:1"). `day` is the day the rule names and stays when the thing is moved: then
    `moved_to` says where it really is. The clock sees a change of `moved_to` or `at`, makes a new revision
    of it and tells those who were told; one that is no longer yielded is cancelled and they are told that.
    """

    rule: str
    day: date
    subject: str
    at: time
    title: str = ""
    moved_to: date | None = None

    @property
    def on(self) -> date:
        """The day on which it really is."""
        return self.moved_to or self.day


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder to one person: which occasion, how long before, when (aware), what to say, useful until when."""

    occasion: Occasion
    lead: str
    """"T-7", "T-3", "T-1", "day": with person and channel it makes the outbox key."""
    person_id: int
    at: datetime
    useful_until: datetime
    text: str
    plain: str = ""
    media: tuple[Any, ...] = ()


Occasions = Callable[[Rows, date, date, Any], Iterable[Occasion]]
"""(rows, first day, last day, settings) → what falls due on these days; indexed, never a scan of all members."""
Dues = Callable[[Rows, Occasion, Any], Iterable[Due]]
"""(rows, occasion, settings) → who is reminded of it, when and in which words."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A rule by which the clock reminds people."""

    name: str
    occasions: Occasions
    dues: Dues


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that needs a person now, as the Today page and the staff's chat show it."""

    title: str
    detail: str
    since: datetime
    urgent: bool = False
    command: str = ""
    """What a coordinator may say or press to deal with it ("走访 12")."""


Leaving = Callable[[Rows, Person, Person | None, datetime], Iterable[Note]]
"""(rows, who is paused, moved away or deceased, who says so, calendar now) → what to tell others."""
Turn = Callable[[Rows, Tells, datetime, Any], None]
"""(rows, how to queue a note, calendar now, settings)."""
Waiting = Callable[[Rows, Person, datetime], Iterable[Waits]]


@dataclass(frozen=True, slots=True)
class Table:
    """A list on a page: cells are text; `links` optional targets a row."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "现在没有。"
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph on a page."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form. kind: text, area, date, time, choice, hidden, file."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """A form posting to one of the page's actions."""

    action: str
    button: str
    fields: tuple[Field, ...] = ()


Part = Table | Text | Form
View = Callable[[Rows, Person, dict[str, str], datetime], Sequence[Part]]
"""(rows, viewer, query, now) → what stands on the page."""
Action = Callable[[Talk, dict[str, str]], Awaitable[str]]
"""(talk of the acting person, form) → one sentence saying what was done. Same rules as in chat."""


@dataclass(frozen=True, slots=True)
class Page:
    """A console page that a feature offers under /desk/<path>."""

    path: str
    title: str
    view: View
    roles: frozenset[str] = STAFF
    actions: dict[str, Action] = field(default_factory=dict)


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
    undos: dict[str, TakeBack] = field(default_factory=dict)
    waiting: Waiting | None = None
    turns: list[Turn] = field(default_factory=list)
    """What the feature does at each tick of the clock, each in a transaction of its own."""
    on_leaving: Leaving | None = None
    """Closes what is open about somebody who is not on the roster any more, in that transaction."""
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

    def undo(self, name: str) -> Callable[[BackT], BackT]:
        """Register how to take back what `talk.can_undo(name, ref, title)` announced."""

        def register(run: BackT) -> BackT:
            self.undos[name] = run
            return run

        return register
