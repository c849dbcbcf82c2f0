"""Who is who: which lines tell of the same person, and which known person a line tells of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.roster.headings import Field
from bot.domain.roster.lines import Details, Entry, Known
from bot.text import name_key

_Key = tuple[Field, str, str]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a line can't be told to be one certain person."""

    row: int
    field: Field
    reason: str


@dataclass(frozen=True, slots=True)
class Matches:
    """The known person of each line that has one, and at most one doubt a line."""

    known: dict[int, Known]
    doubts: dict[int, Doubt]


def number_key(number: str) -> str:
    """A 编号 for comparing: a number cell has lost its leading zeros."""
    return number.lstrip("0") or number


def match(entries: Sequence[Entry], known: Sequence[Known], vague: Collection[int]) -> Matches:
    """Match lines to people. `vague` lines have faults: what they lack says nothing."""
    doubts = _twins(entries, vague)
    index = _Index(known)
    claimed = {one.id for entry in entries for one in index.by_number(entry)}
    found: dict[int, Known] = {}
    for entry in entries:
        one = index.find(entry, claimed, sure=entry.row not in vague)
        if isinstance(one, Known):
            found[entry.row] = one
        elif one:
            doubts.setdefault(entry.row, one)
    for doubt in _told_twice(found):
        doubts.setdefault(doubt.row, doubt)
    return Matches(found, doubts)


def _keys(person: Details) -> list[_Key]:
    """By what a person is known again, the strongest first."""
    name = name_key(person.name)
    keys: list[_Key] = []
    if person.number:
        keys.append((Field.NUMBER, number_key(person.number), ""))
    if name and person.born_on:
        keys.append((Field.BORN_ON, name, person.born_on.isoformat()))
    if name and person.phone:
        keys.append((Field.PHONE, name, person.phone))
    return keys


def _twins(entries: Sequence[Entry], vague: Collection[int]) -> dict[int, Doubt]:
    groups: defaultdict[_Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in _keys(entry):
            groups[key].append(entry)
    doubts: dict[int, Doubt] = {}
    for (field, _, _), group in groups.items():
        if len(group) < 2 or (field is not Field.NUMBER and _numbered_apart(group)):
            continue
        what = "编号相同" if field is Field.NUMBER else "像是同一人"
        where = Field.NUMBER if field is Field.NUMBER else Field.NAME
        reason = f"{_rows(group)}{what}，请核对，只留一行或填上编号。"
        for entry in group:
            doubts.setdefault(entry.row, Doubt(entry.row, where, reason))
    for doubt in _unclear_namesakes([entry for entry in entries if entry.row not in vague]):
        doubts.setdefault(doubt.row, doubt)
    return doubts


def _numbered_apart(group: Sequence[Entry]) -> bool:
    """Whether each has a number of its own: then the office says that they are different people."""
    return len({number_key(entry.number) for entry in group if entry.number}) == len(group)


def _unclear_namesakes(entries: Iterable[Entry]) -> list[Doubt]:
    """Lines of one name that can't be compared, as one gives a birth date and one a phone.

    Grouped by what they give, so that thousands of one name take no longer than thousands of many.
    """
    by_name: defaultdict[str, defaultdict[frozenset[Field], list[Entry]]]
    by_name = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        given = frozenset(field for field, _, _ in _keys(entry))
        by_name[name_key(entry.name)][given].append(entry)
    doubts: list[Doubt] = []
    for groups in by_name.values():
        for given, group in groups.items():
            others = [
                other[0] for more, other in groups.items() if more != given and not given & more
            ]
            if not given and len(group) > 1:
                others += group[:2]
            if others:
                doubts += [_unclear(entry, [entry, *others]) for entry in group]
    return doubts


def _unclear(entry: Entry, group: Sequence[Entry]) -> Doubt:
    reason = f"{_rows(group)}同名，分不清是不是一个人。请都填上出生日期或编号。"
    return Doubt(entry.row, Field.NAME, reason)


def _rows(group: Iterable[Entry]) -> str:
    rows = sorted({entry.row for entry in group})
    return f"第{'、'.join(map(str, rows[:4]))}{'……' if len(rows) > 4 else ''}行"


def _told_twice(found: dict[int, Known]) -> list[Doubt]:
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for row, one in found.items():
        rows[one.id].append(row)
    return [
        Doubt(
            row,
            Field.NAME,
            f"第{'、'.join(map(str, several[:4]))}行都像是{found[row].name}"
            f"（编号{found[row].number}），请核对，只留一行。",
        )
        for several in rows.values()
        if len(several) > 1
        for row in several
    ]


class _Index:
    """The people known, to be found by what a line gives."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_key: defaultdict[_Key, list[Known]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Known]] = defaultdict(list)
        for one in known:
            self._by_name[name_key(one.name)].append(one)
            for key in _keys(one):
                self._by_key[key].append(one)

    def by_number(self, entry: Entry) -> list[Known]:
        """Who has the number; exactly as written, if there are 1 and 0001."""
        if not entry.number:
            return []
        found = self._by_key.get((Field.NUMBER, number_key(entry.number), ""), [])
        return [one for one in found if one.number == entry.number] or found

    def find(self, entry: Entry, claimed: Collection[int], *, sure: bool) -> Known | Doubt | None:
        """The one known person of this line, or why there is doubt, or None for a new one."""
        numbered = self.by_number(entry)
        if numbered:
            return _numbered(entry, numbered)
        # A line with a number of its own isn't somebody who is told by another line's number.
        taken = claimed if entry.number else ()
        for key in _keys(entry):
            found = [one for one in self._by_key.get(key, []) if one.id not in taken]
            if found:
                return found[0] if len(found) == 1 else _several(entry, found)
        for one in self._by_name.get(name_key(entry.name), []) if sure else []:
            if one.id not in taken and not _comparable(entry, one):
                return _too_little(entry, one)
        return None


def _numbered(entry: Entry, found: Sequence[Known]) -> Known | Doubt:
    if len(found) > 1:
        return _several(entry, found)
    one = found[0]
    compared = _comparable(entry, one)
    same_name = not entry.name or name_key(entry.name) == name_key(one.name)
    if same_name or not compared or any(compared):
        return one
    reason = f"编号{entry.number}登记的是{one.name}，与这一行不是同一人。请核对编号。"
    return Doubt(entry.row, Field.NUMBER, reason)


def _comparable(entry: Entry, one: Known) -> list[bool]:
    """Whether birth dates and phones are the same, of those that both have."""
    pairs = [(entry.born_on, one.born_on), (entry.phone, one.phone)]
    return [mine == theirs for mine, theirs in pairs if mine and theirs]


def _several(entry: Entry, found: Sequence[Known]) -> Doubt:
    numbers = "、".join(one.number for one in found[:4])
    reason = f"已登记的有{len(found)}位都符合（编号{numbers}）。请填上编号。"
    return Doubt(entry.row, Field.NAME, reason)


def _too_little(entry: Entry, one: Known) -> Doubt:
    reason = f"已登记一位{one.name}（编号{one.number}），分不清是不是同一人。请填上编号或出生日期。"
    return Doubt(entry.row, Field.NAME, reason)
