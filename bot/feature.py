"""What one file in `handlers/` may add: dialogs, reminders, console pages, undo, what waits for staff."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import IntEnum
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Select

from bot.domain.access.things import Level, Thing
from bot.domain.base import OutOfReach
from bot.domain.foreseen import Difference, Foresight, Wanted
from bot.domain.people import Person, Role
from bot.domain.phrase import Phrase, Slot
from bot.parts import Download, Paper, Part, Press
from bot.talk import Can, Note, Rows, Talk

Tells = Callable[[Note], object]
Ask = Callable[[Talk], Awaitable[None]]
TakeBack = Callable[[Talk, str], Awaitable[None]]
Gate = Callable[[Rows, Person, str], object]
"""(rows, who acts for the office, ref) → passes what `ref` names through its gate in `bot.domain.access`; raises
OutOfReach."""

STRANGER = "stranger"
ANYONE: frozenset[str] = frozenset({STRANGER, *Role})
REGISTERED: frozenset[str] = frozenset(Role)
STAFF: frozenset[str] = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
ADMINISTRATORS: frozenset[str] = frozenset({Role.ADMINISTRATOR})
VOLUNTEERS: frozenset[str] = frozenset({Role.VOLUNTEER})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dialog stands in the menu. `part`: 学 乐 为 帮 for members, 办 for staff; low `order` first."""

    part: str
    label: str
    """≤ 8 characters."""
    order: int = 50


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
    of: Any = field(default=None, compare=False, repr=False)
    """What the feature made it from, so that its reminders need not look it up; None where it was kept."""

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


@dataclass(frozen=True, slots=True)
class Round:
    """The same reminder to many at one moment: a rehearsal reads who they are, and words only for those it shows."""

    occasion: Occasion
    lead: str
    people: Select[Person]
    at: datetime
    useful_until: datetime
    say: Callable[[], str]

    def due(self, person_id: int, text: str) -> Due:
        """The reminder to one of them, in the words that `say` made."""
        return Due(self.occasion, self.lead, person_id, self.at, self.useful_until, text)


Occasions = Callable[[Rows, date, date, Any], Iterable[Occasion]]
"""(rows, first day, last day, settings) → what is named or held on these days; indexed, never a scan of all members."""
Dues = Callable[[Rows, Occasion, Any], Iterable[Due | Round]]
"""(rows, occasion, settings) → who is reminded of it, when and in which words."""


FURTHEST_LEAD = 45
"""Days: so far ahead the clock plans."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A rule by which the clock reminds people."""

    name: str
    occasions: Occasions
    dues: Dues
    days_before: Callable[[Any], int] = lambda settings: FURTHEST_LEAD
    """(settings) → so many days before its day the first reminder of an occasion falls due, at the most."""


class Need(IntEnum):
    """What kind of thing waits for a person; the lower, the sooner."""

    DANGER = 0
    PERSON = 1
    REGISTRATION = 2
    VISIT = 3
    REMINDER = 4
    UNREACHED = 5
    APPROVAL = 6
    WORDS = 7
    OTHER = 8


NEED_TITLE: dict[Need, str] = {
    Need.DANGER: "紧急", Need.PERSON: "等人回话", Need.REGISTRATION: "登记", Need.VISIT: "走访",
    Need.REMINDER: "提醒", Need.UNREACHED: "请打电话", Need.APPROVAL: "等您批准", Need.WORDS: "没听懂的话",
    Need.OTHER: "其他",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that needs a person now, as the Today page and the staff's chat show it."""

    title: str
    detail: str
    since: datetime
    urgent: bool = False
    command: str = ""
    """What a coordinator may say in chat to deal with it ("走访 12")."""
    kind: Need = Need.OTHER
    to: str = ""
    """The page where it is dealt with: "/desk/visits?id=12"."""
    presses: tuple[Press, ...] = ()
    """Buttons that settle it right here; each names its page."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that is coming, for the Today page when nobody waits: "12月10日(周四)上午9点 志愿服务日"."""

    day: date
    title: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands above every page of the desk, with the page where it is dealt with."""

    text: str
    to: str
    label: str


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


Leaving = Callable[[Rows, Person, Person | None, datetime, Any], Iterable[Note]]
"""(rows, who is paused, moved away or deceased, who says so, calendar now, settings) → what to tell others."""
Turn = Callable[[Rows, Tells, datetime, Any], None]
"""(rows, how to queue a note, calendar now, settings)."""
Waiting = Callable[[Rows, Person, datetime], Iterable[Waits]]
ComingUp = Callable[[Rows, Person, datetime], Iterable[Coming]]
BannerOf = Callable[[Rows, Person, datetime], Banner | None]
"""What must be seen on every page now; asked for each page, so one look at an index."""


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
    order: int = 50
    """Its place among the desk's tabs, low first; 0: not among them."""
    about: Thing | None = None
    """What kind of thing it shows and its actions change. None: what its feature is about."""
    by: str = "id"
    """The field of its query that names one of them, and of its actions' forms; "": it only lists."""
    touches: Mapping[str, Touch] = field(default_factory=dict)
    """Of the actions and files, by name, that are about another kind, or name it by another field."""
    a_minute: int = 0
    """So many questions a minute one network address may put to a public page; 0: it isn't counted."""

    def roles_for(self, action: str) -> frozenset[str]:
        """Who may press an action."""
        touch = self.touches.get(action)
        return touch.roles if touch is not None and touch.roles else self.roles


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
