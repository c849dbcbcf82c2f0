"""Finding people on the roster: by name, pinyin initials, 编号, the phone or its tail, and by filters."""

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.people import Grant, Person, Role, Status, in_organisations
from bot.domain.registration import plain_phone
from bot.text import initials, name_key

AFTER_LETTERS: Final = "{"
"""The character behind z: a prefix of letters ends before it on any database, whatever its collation."""
PHONE_TAIL: Final = 4
WHOLE_PHONE: Final = 7
"""Digits from which on a whole number may be meant, as the office's telephone shows it."""
_NUMBER: Final = re.compile(r"\+?[\d\s\-()]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; what is empty is not asked."""

    words: str = ""
    """A name or its beginning ("韦建"), initials ("wjg"), a given name ("建国"), a 编号, a phone or its last four."""
    branch_id: int | None = None
    status: Status | None = None
    role: Role | None = None
    organisation_id: int | None = None


def people(wanted: Filter) -> Select[Person]:
    """Who is meant, by number."""
    return select(Person).where(*_asked(wanted)).order_by(Person.number)


def _asked(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if words := name_key(wanted.words):
        found.append(_named(words))
    if wanted.branch_id is not None:
        found.append(Person.branch_id == wanted.branch_id)
    if wanted.status is not None:
        found.append(Person.status == wanted.status)
    if wanted.role is not None:
        found.append(exists().where(Grant.person_id == Person.id, Grant.role == wanted.role))
    if wanted.organisation_id is not None:
        found.append(in_organisations([wanted.organisation_id]))
    return found


def _named(words: str) -> ColumnElement[bool]:
    if _NUMBER.fullmatch(words) and (digits := plain_phone(words)):
        return _numbered(digits)
    if words.isascii():
        return or_(_begins(Person.initials, words), _begins(Person.given_initials, words))
    # The index of initials narrows it down to a few; the characters then tell them apart.
    letters = initials(words)
    near = or_(_begins(Person.initials, letters), _begins(Person.given_initials, letters))
    return near & Person.name.contains(words, autoescape=True)


def _numbered(digits: str) -> ColumnElement[bool]:
    number = _begins(Person.number, digits)
    if len(digits) == PHONE_TAIL:
        return or_(number, Person.phone.is_found("tail", digits))
    if len(digits) >= WHOLE_PHONE:
        return or_(number, Person.phone.is_found("whole", digits))
    return number


def _begins(column: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    """A range, so that the index serves it on both databases."""
    return column.between(prefix, prefix + AFTER_LETTERS)
