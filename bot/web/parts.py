"""The parts of a page as its template takes them: numbered, with safe links, drawings made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

import segno

from bot.feature import Waits
from bot.pages import safe_path
from bot.parts import Chart, Code, Form, Found, Link, Live, Part, Sheet, Table, Tabs
from bot.web.charts import draw

_NO_MOMENT: Final = datetime.max.replace(tzinfo=UTC)
_CODE_UNITS: Final = 5
"""Pixels of one module of a QR code."""


@dataclass(frozen=True, slots=True)
class PartView:
    """One part with the name of its kind, what stands in it, and what was typed into it where it was refused."""

    number: int
    """Unique on the page: it makes the ids of its inputs."""
    kind: str
    part: Any
    rows: tuple[tuple[Any, ...], ...] = ()
    """Of a table: its cells, the first of a row being a Link where the row leads somewhere."""
    inner: "tuple[tuple[str, list[PartView]], ...]" = ()
    """Of parts that hold parts: (title, parts)."""
    drawn: Any = None
    """Of a chart its drawing, of a code its SVG."""
    typed: Mapping[str, str] = field(default_factory=dict)


class _Maker:
    """Turns the parts of one page into views, numbering them through."""

    def __init__(self, action: str, typed: Mapping[str, str]) -> None:
        self.action, self.typed = action, typed
        self.numbers: Iterator[int] = count()

    def views(self, parts: Sequence[Part]) -> list[PartView]:
        return [self.view(part) for part in parts]

    def view(self, part: Part) -> PartView:
        number, kind = next(self.numbers), type(part).__name__.lower()
        match part:
            case Table():
                return PartView(number, kind, part, rows=_rows(part))
            case Form() if part.action == self.action and self._was_sent(part):
                return PartView(number, kind, part, typed=self.typed)
            case Chart():
                return PartView(number, kind, part, drawn=draw(part))
            case Code():
                return PartView(number, kind, part, drawn=draw_code(part.data))
            case Tabs():
                inner = tuple((title, self.views(parts)) for title, parts in part.tabs)
                return PartView(number, kind, part, inner=inner)
            case Found() | Live() | Sheet():
                return PartView(number, kind, part, inner=(("", self.views(part.parts)),))
            case _:
                return PartView(number, kind, part)

    def _was_sent(self, form: Form) -> bool:
        """Of several forms of one action, the one about the same thing."""
        sent = self.typed.get("id")
        return all(
            one.value == sent for one in form.fields if one.kind == "hidden" and one.name == "id"
        )


def part_views(
    parts: Sequence[Part], action: str = "", typed: Mapping[str, str] | None = None
) -> list[PartView]:
    """`typed`: what stood in the form of `action`, so that nobody types it twice."""
    return _Maker(action, typed or {}).views(parts)


def draw_code(data: str) -> str:
    """A QR code as SVG, drawn here: what it says goes to nobody who draws codes for others."""
    return str(segno.make(data, micro=False).svg_inline(scale=_CODE_UNITS, omitsize=True))


def live_part(parts: Sequence[Part], name: str) -> Live | None:
    """The live part of this name, wherever it stands."""
    for part in parts:
        match part:
            case Live() if part.name == name:
                return part
            case Found() | Live() | Sheet():
                found = live_part(part.parts, name)
            case Tabs():
                found = live_part([one for _, inner in part.tabs for one in inner], name)
            case _:
                found = None
        if found is not None:
            return found
    return None


def most_urgent_first(waits: Sequence[Waits]) -> list[Waits]:
    """What waits for a person: the urgent, then by kind, then by how long it has waited."""
    return sorted(waits, key=lambda one: (not one.urgent, one.kind, one.since or _NO_MOMENT))


def _rows(table: Table) -> tuple[tuple[Any, ...], ...]:
    links = (*table.links, *[""] * len(table.rows))
    return tuple(_leading(row, link) for row, link in zip(table.rows, links, strict=False))


def _leading(row: tuple[Any, ...], link: str) -> tuple[Any, ...]:
    first = row[0] if row else ""
    if isinstance(first, str) and link and our_link(link):
        return (Link(first, link), *row[1:])
    return row


def our_link(link: str) -> str:
    """`link` where it leads to a page of ours (or is a query of this page), else ""."""
    if link.startswith("?"):
        return link if safe_path(f"/x{link}") == f"/x{link}" else ""
    return link if safe_path(link) == link else ""
