"""Whatever the product sends by itself to members, volunteers and relatives is said in words that Settings can change.

Every test with a community is looked through at its end, as for leaks: what it wrote into the outbox and is
neither an answer, nor a notice, nor a coordinator's own words, nor for staff, must be a phrase of some feature.
"""

import re
from collections.abc import Iterator

from sqlalchemy import select

from bot.app import House
from bot.domain.mail import Mail, Outbox
from bot.domain.people import Person
from bot.domain.phrase import Phrase
from bot.text import to_traditional
from handlers import FEATURES

WRITTEN_BY_PEOPLE = (Mail.ANSWER, Mail.NOTICE, Mail.PERSON)
_SLOT = re.compile(r"\{[^{}]*\}")
_BEFORE = r"(?:（补发）)?(?:[^：]{1,8}：)?"
"""The mark of what comes late, and the name where several share a phone."""


def pattern(words: str) -> str:
    """A regular expression for all that these words can be filled to."""
    return ".*".join(re.escape(part) for part in _SLOT.split(words))


def in_force(house: House) -> Iterator[str]:
    """The default words of every phrase, and what they were changed to; a test may have phrases of its own."""
    own: dict[str, Phrase] = getattr(house.settings, "known_phrases", {})
    yield from (phrase.words for feature in FEATURES for phrase in feature.phrases)
    yield from (phrase.words for phrase in own.values())
    yield from getattr(house.settings, "phrases", {}).values()


def strangers(house: House) -> list[str]:
    """The messages of which no phrase says what they say."""
    known = [pattern(form) for words in in_force(house) for form in (words, to_traditional(words))]
    one = "(?:" + "|".join(known) + ")"
    whole = re.compile(f"{_BEFORE}{one}(?:\n{one})*", re.DOTALL)
    rows = house.db.read_now(
        lambda s: [
            row.reply["text"]
            for row, person in s.execute(
                select(Outbox, Person)
                .outerjoin(Person, Person.id == Outbox.person_id)
                .where(Outbox.kind.not_in(WRITTEN_BY_PEOPLE))
            ).unique()
            if person is None or not person.is_staff
        ]
    )
    return [text for text in rows if text and whole.fullmatch(text) is None]
