"""Which branch a roster means: 双鹤, 雙鶴社區 and 双鹤社区离退休党支部 are one, if no other begins so."""

import re
from collections.abc import Sequence
from typing import Final

from bot.text import squeeze

_SUFFIX: Final = re.compile(r"(离退休|退休)?(干部|党员)?(党总|党|总)?支部(委员会)?$")
_PREFIX: Final = re.compile(r"^(中国共产党|中共)")


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


def _core(name: str) -> str:
    return _PREFIX.sub("", _SUFFIX.sub("", squeeze(name)))
