"""Sums of money in what members write, in fen; and sums in words for reading back.

A text is cut into runs that may be a sum; a run is a sum if its words say so (块, 捐 …) and
nothing says it is a count, a date, a telephone number or only a hint (几百块, 一百来块).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.understand.amount_words import (
    ALONE,
    BEHIND,
    BY_THE_WAY,
    CHOICE,
    CLAUSE,
    COMMA,
    CONTRAST,
    CORRECTED,
    DIGIT,
    GIVEN,
    GIVING,
    HAN,
    HINTED,
    MONEY,
    NOTE,
    NOTES,
    OO,
    OTHER,
    PART,
    RUN,
    SETTLED,
    SLIPS,
    SPACE,
    SPENT,
    TOTAL,
    UNIT_TIMES,
)
from bot.understand.normal import plain
from bot.understand.numerals import amount_in_words, everyday, number

LARGEST_FEN: Final = 100_000_000 * 100
"""Larger sums are slips of the finger, or telephone numbers."""


_CORRECTED_HEAD: Final = re.compile(r"^~[\W哎啊哦]*")


@dataclass(frozen=True, slots=True)
class _Sum:
    """A run that may be a sum: its worth, whether its words say money, and what is around it."""

    fen: int
    sure: bool
    """It has a unit of money."""
    named: bool
    """The words around it speak of money."""
    round: bool
    """It has hundreds, and so may be money though nothing says so."""
    before: str
    """The words of its clause before it."""
    given: bool
    aside: bool
    """It is told beside the wish: what was earned, spent, is left on a card."""


def parse_amount(text: str) -> int | None:
    """The sum that `text` names, in fen; None if it names none, several, or only hints at one.

    三万五 is 35 000 yuan, 一百五 150, 二十块五 20.50, 三旧水 (Cantonese) 300. Of several the one
    given is meant (卖猪得两千三, 拿三百出来捐), or their total. Never raises.
    """
    spelled = _spelled(text)
    if PART.search(spelled) and not TOTAL.search(spelled):
        return None
    if settled := SETTLED.fullmatch(spelled):
        spelled = f"{settled['said']}块"
    said = _without_hints(_corrected(spelled))
    sums = [] if said is None else _sums(said)
    sure = [one for one in sums if one.sure]
    told = all(one.aside for one in sure) and any(one.given and not one.aside for one in sums)
    return _meant(sums if told else sure or sums)


def _spelled(text: str) -> str:
    said = everyday(SPACE.sub("", COMMA.sub("", plain(text[:400]).text)))
    for slip, right in SLIPS:
        said = slip.sub(right, said)
    said = OO.sub(lambda found: "0" * len(found[0]), said)
    said = NOTES.sub(_in_notes, said)
    return CONTRAST.sub(lambda found: found["said"] or "", said)


def _corrected(said: str) -> str:
    """What was said last instead (一千，不，八百), and # for what is a date, a count, a number."""
    return OTHER.sub("#", _CORRECTED_HEAD.sub("", CORRECTED.sub("~", said)))


def _without_hints(said: str) -> str | None:
    """`said` without 低保四百多, 捐二十's first clause; None where the wish itself is a hint."""
    clauses = re.split("[,，。;；!?？]", said)
    hinted = [clause for clause in clauses if HINTED.search(clause)]
    if not hinted:
        return said
    if not all(BY_THE_WAY.search(clause) for clause in hinted) or GIVING.search("".join(hinted)):
        return None
    return ",".join(clause for clause in clauses if clause not in hinted)


def _in_notes(found: re.Match[str]) -> str:
    """两张一百的 is 200 yuan, 一张一百的一张五十的 150."""
    notes = [(number(note[1]), number(note[2])) for note in NOTE.finditer(found[0])]
    worths = [count * note for count, note in notes if count and note]
    return f"{sum(worths)}块" if worths and len(worths) == len(notes) else found[0]


def _sums(said: str) -> list[_Sum]:
    alone = bool(ALONE.fullmatch(said))
    sums, since = [], 0
    for found in RUN.finditer(said):
        before = CLAUSE.split(said[since : found.start()])[-1]
        since = found.end()
        fen = _fen(found)
        if fen is not None and 0 < fen <= LARGEST_FEN:
            sums.append(_sum(said, found, fen, before, alone=alone))
    return [one for one in sums if one.named or one.round]


def _sum(said: str, found: re.Match[str], fen: int, before: str, *, alone: bool) -> _Sum:
    sure = not found["yuan"] or bool(found["sign"] or found["unit"])
    given = bool(GIVEN.match(said, found.end()))
    near = bool(MONEY.search(said, max(0, found.start() - 8), found.start()))
    likely = alone and _likely_alone(found["yuan"], fen) if not sure else False
    named = sure or given or bool((near or likely) and BEHIND.match(said, found.end()))
    hundreds = bool(BEHIND.match(said, found.end())) and set(found[0]) & set("百千万") != set()
    aside = bool(SPENT.match(said, found.end())) or (bool(BY_THE_WAY.search(before)) and not given)
    return _Sum(fen, sure, named, hundreds, before, given or bool(GIVING.search(before)), aside)


def _meant(sums: list[_Sum]) -> int | None:
    """The worth of the only one; of several that of their total, or of the one given now."""
    if any(CHOICE.search(one.before) for one in sums[1:]):
        return None
    now = [one for one in sums if not one.aside]
    totals = [one for one in sums if TOTAL.search(one.before)]
    for few in (sums, totals, now):
        worths = {one.fen for one in few}
        if len(worths) == 1 and few[-1].named and (few is not now or now[-1].given or now[-1].sure):
            return worths.pop()
    return None


def _likely_alone(said: str, fen: int) -> bool:
    """Whether a number that is the whole message may be a sum, and is no hotline or code."""
    if not said.isdecimal():
        return True
    return said not in {"110", "119", "120", "122"} and (fen < 100_000 or fen % 1000 == 0)


def _fen(found: re.Match[str]) -> int | None:
    """The worth of one run in fen."""
    if found["yuan"]:
        yuan = _yuan(found["yuan"])
        return None if yuan is None else yuan + _small_change(found)
    if found["jiao_alone"]:
        tail = number(found["fen_tail"] or "0") or 0
        return (5 if found["jiao_alone"] == "半" else _one(found["jiao_alone"]) * 10) + tail
    if found["fen_alone"]:
        return number(found["fen_alone"])
    if found["cuts"] == "半":
        return 5_000
    return _one(found["cuts"] or "1") * 10_000 + (5_000 if found["cut_half"] else 0)


def _one(digit: str) -> int:
    return number(digit) or 0


def _small_change(found: re.Match[str]) -> int:
    """What stands behind 块: 五 and 五毛 are fifty fen, 零五 and 零五分 five."""
    if found["half"]:
        return 50
    digit = _one(found["jiao"]) if found["jiao"] else 0
    if found["as_fen"] or (found["zero"] and not found["mao"]):
        return digit
    return digit * 10 + (_one(found["jiao_fen"]) if found["jiao_fen"] else 0)


def _yuan(said: str) -> int | None:
    """A number of yuan in fen: 三万五, 1万2, 1.5万, 三点五万, 半百, 百五."""
    if said[0] == "半":
        return UNIT_TIMES.get(said[1:], 1) * 50
    if said[0] in "百千万":
        if not re.match(".零?[一二三四五六七八九]", said):
            return None
        said = f"一{said}"
    parts = re.fullmatch(rf"(?P<head>[\d.]+|[{HAN}]+?点[{HAN}]+?)(?P<rest>[百千万亿].*)?", said)
    if parts is not None:
        head = _decimal(parts["head"])
        return None if head is None else _with_rest(head, parts["rest"] or "")
    return _in_numerals(said)


def _decimal(said: str) -> Decimal | None:
    if "点" not in said:
        return Decimal(said)
    whole, _, part = said.partition("点")
    digits = [number(char) for char in part]
    if number(whole) is None or any(digit is None or digit > 9 for digit in digits):
        return None
    return Decimal(f"{number(whole)}.{''.join(map(str, digits))}")


def _with_rest(head: Decimal, rest: str) -> int | None:
    """Digits with a unit behind: 1万2, 3千5百, 1.5万."""
    if not rest:
        return _whole_fen(head)
    worth = UNIT_TIMES[rest[0]]
    tail = rest[1:]
    total = _whole_fen(head * worth)
    if total is None or not tail:
        return total
    if re.fullmatch(DIGIT, tail):
        return total + _one(tail) * worth * 10
    below = _yuan(tail.lstrip("零") or "零")
    return None if below is None or below >= worth * 100 else total + below


def _whole_fen(yuan: Decimal) -> int | None:
    fen = yuan * 100
    return int(fen) if fen == fen.to_integral_value() else None


def _in_numerals(said: str) -> int | None:
    """三万五 → 35 000; a last digit right behind 百, 千 or 万 counts tenths of that unit."""
    unit = UNIT_TIMES.get(said[-2:-1], 0)
    if unit and said[-1] in "一二三四五六七八九":
        head = number(said[:-1])
        return None if head is None else (head + _one(said[-1]) * unit // 10) * 100
    if len(said) > 1 and not set(said) & set("十百千万亿廿卅"):
        return None
    whole = number(said)
    return None if whole is None else whole * 100


def read_back(fen: int) -> str:
    """The sum in digits and in words, so that a slip is seen: 35000元（三万五千元整）."""
    cents = f".{fen % 100:02}" if fen % 100 else ""
    return f"{fen // 100}{cents}元（{amount_in_words(fen)}）"
