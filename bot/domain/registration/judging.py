"""What a stranger says, compared with people of the roster. No database."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from bot.domain.people import Person, Status
from bot.domain.registration.tables import MOST_CANDIDATES, TAIL, Why
from bot.text import name_key, one_missing, same_name, sounds_like


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of themselves: the name, the phone's digits (four or all, or none)."""

    name: str
    phone: str
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who it surely is, or who it may be and why a person has to look."""

    person: Person | None
    candidates: tuple[Person, ...]
    why: Why | None


def plain_phone(text: str) -> str:
    """The digits of a phone number as said or vouched for, without +86; Chinese digits are read."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text).translate(_SPOKEN))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


_SPOKEN: Final = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")


def proves(told: Told, person: Person) -> bool:
    """Whether the phone that was said is that of the roster: whole where it was said whole."""
    if len(told.phone) < TAIL or not person.phone:
        return False
    if len(told.phone) == TAIL:
        return person.phone.endswith(told.phone)
    return person.phone == told.phone


def judge(told: Told, known: Sequence[Person]) -> Verdict:
    """Compare with people of that phone or that name."""
    proven = [person for person in known if proves(told, person)]
    exact = [person for person in proven if same_name(told.name, person.name)]
    near = [person for person in proven if person not in exact and resembles(told.name, person)]
    named = [p for p in known if p not in proven and same_name(told.name, p.name)]
    candidates = tuple([*exact, *near, *named][:MOST_CANDIDATES])
    if len(exact) == 1:
        why = _against(exact[0])
        return Verdict(None if why else exact[0], candidates, why)
    if exact:
        return Verdict(None, candidates, Why.SEVERAL)
    return Verdict(None, candidates, Why.NEAR if near else Why.UNKNOWN)


def _against(person: Person) -> Why | None:
    """Why even the right name and number don't do.

    The number of a coordinator hangs on many a wall: it proves nothing, and opens everybody's data.
    """
    if person.status is not Status.ACTIVE:
        return Why.NOT_ACTIVE
    return Why.STAFF if person.is_staff else None


def resembles(name: str, person: Person) -> bool:
    """Whether a coordinator should be shown this person: heard alike, or one character aside."""
    return sounds_like(name, person.name, n_as_l=True) or one_missing(name, person.name)


def about(name: str) -> str:
    """A name as tries are counted by it, however it is spelled."""
    return sha256(f"yure:try:{name_key(name)}".encode()).hexdigest()[:32]
