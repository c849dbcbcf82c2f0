"""What stands on a page: values that a feature's view returns and `bot.web` renders.

A view says what is shown, never how. Each value is one kind of thing on the page; where a cell, a card or a
button leads to a page of ours, `to` is its address ("/desk/visits?id=3", or "?id=3" for the page itself).
"""

from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["plain", "lead", "good", "warning"]
Values = tuple[tuple[str, str], ...]
"""Hidden fields that go along with a button: (name, value)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `warning` is read out as an alert and stands in a frame."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one thing: (name, value), one under the other."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a page of ours."""

    label: str
    to: str


@dataclass(frozen=True, slots=True)
class Links:
    """A row of links that look like buttons; the one that `here` names is where we are."""

    links: tuple[Link, ...]
    title: str = "去哪里"
    """What the row is for those who hear the page."""
    here: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """One button that does one thing at once: an action of this page, or of the page `page` names."""

    label: str
    action: str
    values: Values = ()
    page: str = ""
    about: str = ""
    """What it is about, for those who hear the page and not see the row ("韦建国")."""
    strong: bool = False
    """The one that this page is there for: it catches the eye."""


@dataclass(frozen=True, slots=True)
class Presses:
    """Buttons side by side: one thing that may be answered in several ways."""

    presses: tuple[Press, ...]


Cell = str | Link | Press | tuple[str | Link, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A list: a row's first cell leads to `links` of the same place. A tuple in a cell is one under the other."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "现在没有。"
    links: tuple[str, ...] = ()
    caption: str = ""
    even: bool = False
    """All columns equally wide, as in a calendar."""


FieldKind = Literal[
    "text", "area", "date", "time", "number", "choice", "checks", "hidden", "file", "password", "search"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form. Of `checks`, the ticked options' values come joined by commas."""

    name: str
    label: str
    kind: FieldKind = "text"
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Of choice and checks: (value, label)."""
    required: bool = True
    note: str = ""
    """One sentence of help below the label."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form posting to one of the page's actions."""

    action: str
    button: str
    fields: tuple[Field, ...] = ()
    title: str = ""
    page: str = ""
    """The page whose action it is, where that is another one."""
    back: str = ""
    """Where it leads when it is done ("/desk/calendar"), where that is not the page it stands on."""
    slow: str = ""
    """What to read while it takes its time, beside a moving bar ("正在比对…")."""


@dataclass(frozen=True, slots=True)
class Search:
    """A form whose fields become the page's query; with scripts `Found` follows the typing."""

    fields: tuple[Field, ...]
    button: str = "查找"


@dataclass(frozen=True, slots=True)
class Tap:
    """One large button of `Taps`. `on`: already pressed (shown by a mark, not by colour alone)."""

    value: str
    label: str
    note: str = ""
    on: bool = False


@dataclass(frozen=True, slots=True)
class Taps:
    """Many large buttons of one action, as for a list of names: each posts `name`=its value."""

    action: str
    name: str
    taps: tuple[Tap, ...]
    values: Values = ()
    empty: str = "现在没有。"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing on a board. `late` is said in words and framed."""

    title: str
    lines: tuple[str, ...] = ()
    to: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """Things in one state."""

    title: str
    cards: tuple[Card, ...]
    more: Link | None = None
    """To all of them, where not all are shown."""


@dataclass(frozen=True, slots=True)
class Board:
    """Columns side by side, one under the other on a phone."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one name, one a label of the chart."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of figures with their table beside it. A ring shows the first series' parts of a whole."""

    kind: Literal["bars", "lines", "ring"]
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of something is done, as a bar and in words."""

    done: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as one person will see it on one channel, in the frame of a phone."""

    who: str
    channel: str
    texts: tuple[str, ...]
    pictures: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code of `data`, with what it is in words."""

    data: str
    text: str


@dataclass(frozen=True, slots=True)
class Tabs:
    """Several views of one thing; without scripts one under the other."""

    tabs: "tuple[tuple[str, tuple[Part, ...]], ...]"


@dataclass(frozen=True, slots=True)
class Found:
    """What a `Search` of the same page found."""

    parts: "tuple[Part, ...]"
    stays: bool = False
    """In sight, at the foot of the window, however long the form above it is: for few words that follow it."""


@dataclass(frozen=True, slots=True)
class Live:
    """Parts that follow what happens while the page stands open (server-sent events; still without scripts)."""

    name: str
    """Unique on the page."""
    parts: "tuple[Part, ...]"
    to: str = ""
    """The page itself: without scripts a link looks anew."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed on a page of its own, A4; `small`: four on a page, to be cut apart."""

    parts: "tuple[Part, ...]"
    title: str = field(default="")
    small: bool = False


Part = (
    Text | Heading | Facts | Links | Press | Presses | Table | Form | Search | Taps | Board | Chart | Progress
    | Preview | Code | Tabs | Found | Live | Sheet
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep: its name with ending, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet to keep as a PDF: its name with ending; made outside the transaction that read it."""

    name: str
    sheet: Sheet
