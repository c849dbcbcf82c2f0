"""Changing the words of an automatic message, checked before anybody reads them."""

import json
from datetime import datetime

from bot.domain.base import Refused
from bot.domain.people import Person
from bot.domain.phrase import Phrase
from bot.domain.settings import PHRASE, SettingChange
from bot.talk import Rows
from bot.text import clean
from bot.tuning.changing import held
from bot.tuning.holder import Tuned


def phrase_of(settings: Tuned, name: str) -> Phrase:
    """The phrase of this name. Raises Refused where there is none."""
    phrase = settings.known_phrases.get(name)
    if phrase is None:
        raise Refused("没有这一条用语，请从单子里选。")
    return phrase


def said_now(rows: Rows, phrase: Phrase) -> str:
    """The words that hold, as the database has them now."""
    value = held(rows, f"{PHRASE}{phrase.name}")
    return phrase.words if value is None else json.loads(value)


def reword(rows: Rows, phrase: Phrase, words: str, by: Person | None, now: datetime) -> None:
    """Other words, from the next message on. Raises Refused with everything that is wrong with them."""
    plain = clean(words)
    if faults := phrase.faults(plain):
        raise Refused("还不能用：" + "".join(faults))
    if plain != said_now(rows, phrase):
        value = None if plain == phrase.words else json.dumps(plain, ensure_ascii=False)
        rows.add(_row(phrase, value, by, now))


def unsay(rows: Rows, phrase: Phrase, by: Person | None, now: datetime) -> None:
    """The default words again."""
    if said_now(rows, phrase) != phrase.words:
        rows.add(_row(phrase, None, by, now))


def _row(phrase: Phrase, value: str | None, by: Person | None, now: datetime) -> SettingChange:
    default = json.dumps(phrase.words, ensure_ascii=False)
    return SettingChange(
        name=f"{PHRASE}{phrase.name}", value=value, file=default, at=now, by_id=by.id if by else None
    )  # fmt: skip
