"""Which branch a roster means: 双鹤, 雙鶴社區 and 双鹤社区离退休党支部 are one, if no other begins so."""

import re
from collections.abc import Sequence
from typing import Final

from bot.text import one_missing, squeeze

_SUFFIX: Final = re.compile(r"(离退休|退休)?(干部|党员)?(党总|党|总)?支部(委员会)?$")
_PREFIX: Final = re.compile(r"^(中国共产党|中共)")
_FULL: Final = re.compile(r"(支部|总支)(委员会)?$")
_TELLS_APART: Final = frozenset("一二三四五六七八九十0123456789东南西北中新老上下")
"""Signs by which neighbouring branches are told apart: one of them changed is no slip of the pen."""


def find_branch(said: str, branches: Sequence[str]) -> str | None:
    """The name in `branches` that is meant: the same, the same but for its ending, or the only one
    that begins so; None if there is none, or more than one.
    """
    exact = [branch for branch in branches if squeeze(branch) == squeeze(said)]
    if exact:
        return exact[0]
    core = _core(said)
    if len(core) < 2:
        return None
    for fits in (str.__eq__, str.startswith):
        found = [branch for branch in branches if fits(_core(branch), core)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def is_new_branch(said: str, branches: Sequence[str]) -> bool:
    """Whether `said` is plainly a branch not known yet, and no slip or short form of a known one."""
    if not branches:
        return True
    core = _core(said)
    if len(core) < 2 or not _FULL.search(squeeze(said)):
        return False
    return not any(_alike(core, _core(branch)) for branch in branches)


def new_branches(said: Sequence[str], branches: Sequence[str]) -> list[str]:
    """Of the names a roster says, those of branches not known yet; of several forms of one, the longest."""
    found: list[str] = []
    for name in sorted(dict.fromkeys(filter(None, said)), key=len, reverse=True):
        known = find_branch(name, branches) or _short_for(name, found)
        if not known and is_new_branch(name, branches) and not _begins(name, found):
            found.append(name)
    return [name for name in dict.fromkeys(said) if name in found]


def _short_for(name: str, longer: Sequence[str]) -> str | None:
    """A full name of its own is short for no other: 双鹤第一支部 and 双鹤支部 are two."""
    if _FULL.search(squeeze(name)):
        longer = [other for other in longer if _core(other) == _core(name)]
    return find_branch(name, longer)


def _begins(name: str, longer: Sequence[str]) -> bool:
    """Whether a short form could be one of several: then a person says which."""
    return not _FULL.search(squeeze(name)) and any(
        _core(other).startswith(_core(name)) for other in longer
    )


def _alike(one: str, other: str) -> bool:
    if one.startswith(other) and not set(one[len(other) :]) & _TELLS_APART:
        return True
    if other.startswith(one):
        return True
    differ = {sign for pair in zip(one, other, strict=False) if len(set(pair)) > 1 for sign in pair}
    return one_missing(one, other) and not (differ and differ <= _TELLS_APART)


def _core(name: str) -> str:
    return _PREFIX.sub("", _SUFFIX.sub("", squeeze(name)))
