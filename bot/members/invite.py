"""Cards: a code on paper, a sign-in link, a deep link; made, and made worthless."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain import cards
from bot.domain.doors import signed_in
from bot.domain.people import Person, Sender, senders_of
from bot.domain.registration import SELF
from bot.members.sessions import end_sessions
from bot.talk import Rows


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a card leads: the pages' address, and the bot's name on Telegram ("" where none is configured)."""

    pages: str
    bot: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A fresh card, at the only moment at which its secrets are known."""

    person: Person
    code: str
    url: str
    telegram: str | None
    """None where no bot's name is known."""

    @property
    def said_code(self) -> str:
        """In two halves, as it is read aloud and typed."""
        return f"{self.code[:4]} {self.code[4:]}"


def ways(settings: Any) -> Ways:
    """As all sections of the configuration together say."""
    return Ways(settings.web.address, settings.telegram.bot_name)


def invite(
    rows: Rows, person: Person, to: Ways, now: datetime, by: Person | None = None
) -> Invitation:
    """Make a card. Raises Refused for somebody who is not on the roster. Older cards stay good."""
    cards.check_card_for(person)
    card, code, token = cards.make(person.id, now, by.id if by else None)
    rows.add(card)
    url, telegram = cards.code_url(to.pages, token), cards.telegram_link(to.bot, code)
    return Invitation(person, code, url, telegram or None)


def revoke(rows: Rows, person: Person, now: datetime) -> int:
    """Make all unspent cards of a person worthless; returns how many."""
    found = rows.all(cards.unspent(person.id, now))
    for card in found:
        cards.revoke(card, now)
    return len(found)


def devices_of(rows: Rows, person: Person, *, kin: bool = False) -> list[Sender]:
    """The person's own devices; with `kin` those of relatives who act for the person, too."""
    return [one for one in rows.all(senders_of(person.id)) if kin or one.relation == SELF]


def sign_out(rows: Rows, person: Person, now: datetime, *, kin: bool = False) -> list[Sender]:
    """End a person's own devices (a phone was lost), and every browser signed in; the bindings ended.

    `kin`: those of relatives as well. A son's phone is not lost with his mother's.
    """
    found = devices_of(rows, person, kin=kin)
    cards.end(found, now)
    end_sessions(rows, rows.all(signed_in(person.id)), now)
    return found
