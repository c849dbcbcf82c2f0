"""Whether somebody may come to harm now: looked for in every message, whatever is being done.

Two ways to notice, because none may be missed: the trained classifier on the whole message and
on each of its pieces, and a list of plain signs of danger. What is over, denied, told of others
in a story, joked about or said of a thing lowers it: from an alarm to a question, from a question
to nothing.
"""

import re
from enum import StrEnum
from functools import cache
from typing import Final

from bot.understand.clauses import clauses, windows
from bot.understand.danger_words import (
    AGAINST,
    AGAINST_NEAR,
    CRIES,
    DARK,
    HIT,
    LONG_AGO,
    NOW,
    ONE_WORD,
    PAST,
    SIGNS,
    YEARS_AGO,
)
from bot.understand.features import plain, sounds
from bot.understand.labels import LABELS
from bot.understand.model import Model, current

_PLACE: Final = LABELS.index("emergency")
_TITLE: Final = re.compile(r"《[^》]*》|「[^」]*」")


class Alarm(StrEnum):
    """How sure a danger is: act at once, ask one question, or nothing (and false as a value)."""

    NONE = ""
    ASK = "ask"
    ALARM = "alarm"


# How likely the classifier must find an emergency in the whole message, and in its likeliest
# piece, for an alarm: with a plain sign of danger in the words a little is enough.
# Beside another wish (取消明天的家访，我老伴不省人事了) the whole tells little.
_SIGNED_FROM: Final = ((0.35, 0.0), (0.05, 0.8), (0.005, 0.97))
_UNSIGNED_FROM: Final = ((0.85, 0.0), (0.4, 0.92), (0.2, 0.97))
# Where something speaks against it.
_CALM_ALARM_FROM: Final = 0.85
_CALM_SIGNED_FROM: Final = 0.7
_CALM_ASK_FROM: Final = 0.15
_OVER_ASK_FROM: Final = 0.5
_CALM_PIECE: Final = 0.97
_TRACE: Final = 0.03
_ASK_FROM: Final = ((0.07, 0.0), (0.03, 0.6), (0.01, 0.9))
_SIGNED_ASK_FROM: Final = ((_TRACE, 0.0), (0.0, 0.7))
_NOTHING: Final = 0.005
_BEFORE_SIGN: Final = 2
_BEHIND_SIGN: Final = 4


@cache
def _cries() -> tuple[str, ...]:
    return tuple("'".join(sounds(cry)) + "'" for cry in CRIES)


def signed(said: str) -> bool:
    """Whether `said` (already `plain`) holds a plain sign of danger, by writing or by sound."""
    if SIGNS.search(said):
        return True
    heard = "'".join(sounds(said)) + "'"
    return any(cry in heard for cry in _cries())


def emergency(text: str, model: Model | None = None) -> Alarm:
    """Whether `text` tells of a danger that is there now."""
    bare = _TITLE.sub("书", text)
    said = plain(bare)
    if len(said) < 2:
        return Alarm.ASK if said in ONE_WORD else Alarm.NONE
    weights = model or current()
    whole = float(weights.likely(bare)[_PLACE])
    sign = signed(said)
    if whole < _NOTHING and not sign and not dark(said):
        return Alarm.NONE
    pieces = [window for clause in clauses(bare) for window in windows(clause)]
    pieces += _around_signs(said)
    worst, piece = (whole, bare) if len(pieces) == 1 else _worst(pieces, weights)
    found = _weighed(whole, worst, sign, calm(said, plain(piece)))
    return Alarm.ASK if not found and dark(said) else found


def _around_signs(said: str) -> list[str]:
    """The words right around each sign, for a danger dictated behind another wish without a pause."""
    return [
        said[max(0, found.start() - _BEFORE_SIGN) : found.end() + _BEHIND_SIGN]
        for found in SIGNS.finditer(said)
        if found.start() > _BEFORE_SIGN
    ]


def dark(said: str) -> bool:
    """Whether `said` (already `plain`) hints that somebody may mean to die, and nothing speaks against it."""
    return bool(DARK.search(said)) and not calm(said)


def _worst(pieces: list[str], weights: Model) -> tuple[float, str]:
    """The piece in which an emergency is likeliest, and how likely it is there."""
    return max((float(weights.likely(piece)[_PLACE]), piece) for piece in pieces)


def danger_sign(text: str) -> bool:
    """Whether the words themselves name a danger, and nothing in them speaks against it.

    What counts in the middle of a question, where a bare answer ("隔壁陈伯") tells a classifier little.
    """
    bare = _TITLE.sub("书", text)
    said = plain(bare)
    if not signed(said):
        return False
    pieces = [piece for piece in map(plain, clauses(bare)) if signed(piece)]
    return any(calm(said, piece) < 2 for piece in pieces or [said])


def despair(text: str) -> bool:
    """Whether the words hint that somebody may mean to die, and nothing in them speaks against it."""
    return dark(plain(_TITLE.sub("书", text)))


def _weighed(whole: float, piece: float, sign: bool, calming: int) -> Alarm:
    if calming >= 2:
        return Alarm.ASK if whole >= _OVER_ASK_FROM else Alarm.NONE
    if calming:
        if whole >= (_CALM_SIGNED_FROM if sign else _CALM_ALARM_FROM):
            return Alarm.ALARM
        doubtful = whole >= _CALM_ASK_FROM or (sign and (whole >= _TRACE or piece >= _CALM_PIECE))
        return Alarm.ASK if doubtful else Alarm.NONE
    steps = (*_UNSIGNED_FROM, *(_SIGNED_FROM if sign else ()))
    if _reaches(whole, piece, steps):
        return Alarm.ALARM
    doubtful = _reaches(whole, piece, _ASK_FROM) or (
        sign and _reaches(whole, piece, _SIGNED_ASK_FROM)
    )
    return Alarm.ASK if doubtful else Alarm.NONE


def _reaches(whole: float, piece: float, steps: tuple[tuple[float, float], ...]) -> bool:
    return any(whole >= of_whole and piece >= of_piece for of_whole, of_piece in steps)


def calm(said: str, piece: str | None = None) -> int:
    """How much in `said` speaks against a danger now: 0 nothing, 1 something, 2 or more plainly.

    `piece`: the part of it that sounds dangerous, the whole if None.
    """
    near = HIT.sub("撞人", said if piece is None else piece)
    past = bool(PAST.search(said)) and not NOW.search(said)
    return (
        past
        + _long_ago(said, near)
        + sum(weight for mark, weight in AGAINST if mark.search(said))
        + sum(weight for mark, weight in AGAINST_NEAR if mark.search(near))
    )


def _long_ago(said: str, near: str) -> int:
    """Whether it was long ago, plainly so with the year in the piece `near`; not what is told behind 现在."""
    now = NOW.search(said)
    if now and signed(said[now.end() :]):
        return 0
    return bool(LONG_AGO.search(said)) + bool(YEARS_AGO.search(near))
