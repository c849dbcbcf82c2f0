"""The parts of a page as its template takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.feature import Form, Part, Table, Waits
from bot.pages import safe_path


@dataclass(frozen=True, slots=True)
class PartView:
    """One part with the name of its kind, and what was typed into it where it was refused."""

    number: int
    """Its place on the page: it makes the ids of its inputs unique."""
    kind: str
    part: Part
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Of a table: (address the first cell leads to, or "", cells)."""
    typed: Mapping[str, str] = field(default_factory=dict)


def part_views(
    parts: Sequence[Part], action: str = "", typed: Mapping[str, str] | None = None
) -> list[PartView]:
    """`typed`: what stood in the form of `action`, so that nobody types it twice."""
    return [_view(number, part, action, typed or {}) for number, part in enumerate(parts)]


def _view(number: int, part: Part, action: str, typed: Mapping[str, str]) -> PartView:
    kind = type(part).__name__.lower()
    if isinstance(part, Table):
        links = (*part.links, *[""] * len(part.rows))
        rows = tuple((_ours(link), row) for link, row in zip(links, part.rows, strict=False))
        return PartView(number, kind, part, rows)
    if isinstance(part, Form) and part.action == action:
        return PartView(number, kind, part, typed=typed)
    return PartView(number, kind, part)


def most_urgent_first(waits: Sequence[Waits]) -> list[Waits]:
    """What waits for a person: the urgent, then by how long it has waited."""
    return sorted(waits, key=lambda one: (not one.urgent, one.since))


def _ours(link: str) -> str:
    return link if link and safe_path(link) == link else ""
