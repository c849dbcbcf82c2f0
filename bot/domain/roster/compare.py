"""How a roster differs from the people already known.

The same person: the same 编号; else name and birth date; else name and phone. Whoever could be two
people, or is told by two lines, is faulty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.domain.people import Role, Status
from bot.domain.roster.branches import find_branch, new_branches
from bot.domain.roster.days import contradictions
from bot.domain.roster.headings import Field
from bot.domain.roster.lines import Entry, Faulty, Known, Roster
from bot.domain.roster.match import Matches, match, number_key
from bot.text import same_name

Value = str | date | frozenset[Role] | frozenset[str] | Status | None

_ADDED: Final = (Field.ROLES, Field.ORGANISATIONS)
"""A roster gives these and never takes them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a person; for roles and organisations, `new` holds the old ones, too."""

    field: Field
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Changed:
    """A known person and what the roster says otherwise."""

    known: Known
    entry: Entry
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RosterDiff:
    """What an import would do. With anything in `faulty`, nothing may be stored.

    `missing` are the known people on no line, those moved away or deceased apart. `noted` and
    `ignored` (headings of columns that aren't read) are for the coordinator to know.
    `new_branches` are named in full and like none that is known, `new_organisations` named and not known.
    """

    new: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[Known, ...]
    missing: tuple[Known, ...]
    faulty: tuple[Faulty, ...]
    noted: tuple[Faulty, ...]
    ignored: tuple[str, ...]
    new_branches: tuple[str, ...]
    new_organisations: tuple[str, ...] = ()


_LEFT: Final = (Status.MOVED, Status.DECEASED)


def diff(
    roster: Roster, known: Sequence[Known], branches: Sequence[str], today: date
) -> RosterDiff:
    """Compare. `branches` names all branches; entries come back with these names."""
    made = new_branches([entry.branch for entry in roster.entries], branches)
    entries, strange = _with_branches(roster, (*branches, *made))
    vague = {fault.row for fault in roster.faulty}
    matches = match(entries, known, vague)
    faulty = [*roster.faulty, *strange, *_doubted(matches, roster)]
    for row, (one, entry) in _pairs(entries, matches).items():
        if row not in vague and row not in matches.doubts:
            faulty += _against_known(entry, one, roster, today)
    bad = {fault.row for fault in faulty}
    good = [entry for entry in entries if entry.row not in bad]
    compared = [
        Changed(one, entry, tuple(_changes(one, entry)))
        for one, entry in _pairs(good, matches).values()
    ]
    return RosterDiff(
        new=tuple(entry for entry in good if entry.row not in matches.known),
        changed=tuple(each for each in compared if each.changes),
        unchanged=tuple(each.known for each in compared if not each.changes),
        missing=_missing(known, matches),
        faulty=_in_order(faulty, roster),
        noted=roster.noted,
        ignored=roster.heading.ignored,
        new_branches=tuple(name for name in made if any(e.branch == name for e in good)),
    )


def _doubted(matches: Matches, roster: Roster) -> Iterator[Faulty]:
    for doubt in matches.doubts.values():
        yield Faulty(doubt.row, roster.heading.title(doubt.field), doubt.reason)


def _missing(known: Sequence[Known], matches: Matches) -> tuple[Known, ...]:
    told = {one.id for one in matches.known.values()}
    return tuple(one for one in known if one.id not in told and one.status not in _LEFT)


def _pairs(entries: list[Entry], matches: Matches) -> dict[int, tuple[Known, Entry]]:
    return {
        entry.row: (matches.known[entry.row], entry)
        for entry in entries
        if entry.row in matches.known
    }


def _with_branches(roster: Roster, branches: Sequence[str]) -> tuple[list[Entry], list[Faulty]]:
    meant = {
        said: find_branch(said, branches) for said in {entry.branch for entry in roster.entries}
    }
    entries: list[Entry] = []
    faulty: list[Faulty] = []
    for entry in roster.entries:
        branch = meant[entry.branch]
        entries.append(replace(entry, branch=branch or ""))
        if entry.branch and not branch:
            reason = (
                f"没有“{entry.branch[:20]}”这个支部，请改成已有的：{_some(branches)}。"
                "真是新的支部，请先用 yure branch add 加上。"
            )
            faulty.append(Faulty(entry.row, roster.heading.title(Field.BRANCH), reason))
    return entries, faulty


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:5]) + (f"等{len(names)}个" if len(names) > 5 else "")


def _against_known(entry: Entry, one: Known, roster: Roster, today: date) -> Iterator[Faulty]:
    """What a line without the birth date, say, can't be true of for this person."""
    if one.status is Status.DECEASED and entry.status not in (None, Status.DECEASED):
        reason = f"{one.name}已登记去世，名册上另有写法。请核对。"
        yield Faulty(entry.row, roster.heading.title(Field.STATUS), reason)
    found = contradictions(
        entry.born_on or one.born_on,
        entry.joined_on or one.joined_on,
        entry.full_member_on or one.full_member_on,
        today,
    )
    for field, reason in found:
        yield Faulty(entry.row, roster.heading.title(field), reason)


def _changes(one: Known, entry: Entry) -> Iterator[Change]:
    for field in Field:
        old, new = getattr(one, field), getattr(entry, field)
        if new and not _alike(field, old, new):
            yield Change(field, old, old | new if field in _ADDED else new)


def _alike(field: Field, old: Value, new: Value) -> bool:
    if isinstance(old, frozenset) and isinstance(new, frozenset):
        # Whoever coordinates is often listed as 党员.
        return new <= old
    if field is Field.NAME:
        return same_name(str(old), str(new))
    if field is Field.NUMBER:
        return number_key(str(old)) == number_key(str(new))
    return old == new


def _in_order(faulty: list[Faulty], roster: Roster) -> tuple[Faulty, ...]:
    places = {column.title: column.place for column in roster.heading.columns.values()}
    return tuple(sorted(faulty, key=lambda fault: (fault.row, places.get(fault.column, 0))))
