"""Whatever the product sends by itself, to members and to the office, is said in words that Settings can change.

Every test with a community is looked through at its end, as for leaks: what it wrote into the outbox and is
neither an answer, nor a notice, nor a coordinator's own words must be a phrase of some feature.
"""

import functools
import re
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from bot.app import House
from bot.domain.mail import Mail, Outbox
from bot.domain.phrase import Phrase
from bot.text import to_traditional
from handlers import FEATURES

WRITTEN_BY_PEOPLE = (Mail.ANSWER, Mail.NOTICE, Mail.PERSON)
_SLOT = re.compile(r"\{[^{}]*\}")
_BEFORE = re.compile(r"^(?:（补发）)?(?:[^：\n]{1,8}：)?")
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
    query = select(Outbox).where(Outbox.kind.not_in(WRITTEN_BY_PEOPLE))
    texts = house.db.read_now(lambda s: [row.reply["text"] for row in s.scalars(query)])
    known = [_expression(form) for form in _forms(house)] if any(texts) else []
    return [text for text in texts if text and not _said(text, known)]


@functools.cache
def _expression(words: str) -> re.Pattern[str]:
    return re.compile(pattern(words), re.DOTALL)


def _forms(house: House) -> Iterator[str]:
    for words in in_force(house):
        yield from (words, to_traditional(words))


def _said(text: str, known: Sequence[re.Pattern[str]]) -> bool:
    """Whether a text is made of phrases below one another, with or without what may stand before it."""
    return any(_made_of(one.split("\n"), known) for one in (text, _BEFORE.sub("", text, count=1)))


def _made_of(lines: Sequence[str], known: Sequence[re.Pattern[str]]) -> bool:
    """Piece by piece: as one expression this took a minute of a long text."""
    ends = {0}
    for end in range(1, len(lines) + 1):
        pieces = ["\n".join(lines[start:end]) for start in ends]
        if any(one.fullmatch(piece) for piece in pieces for one in known):
            ends.add(end)
    return len(lines) in ends
