"""Card codes and one-time sign-in links: made, looked up, spent; and what a new device means for the old one.

A card holds two secrets for the same thing: a code of 8 signs to type from paper, and a long token for a
link or a QR code. Only SHA-256 hashes are kept. Spending either spends the card.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from sqlalchemy import Select, select

from bot.domain.base import Refused
from bot.domain.people import STATUS_TITLE, Card, Person, Sender, Status
from bot.domain.phrase import Phrase

SIGNS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""31 signs: none that is mistaken for another on paper (0 O, 1 I L)."""
CODE_LENGTH: Final = 8
GOOD_FOR: Final = timedelta(days=30)

OLD_DEVICE: Final = Phrase(
    "registration.old_device", "换了手机，发给旧的那一部",
    "您已在新手机上登记，这里的登记就停用了。如果不是您本人办的，请马上打电话给社区。",
)  # fmt: skip

_SPENT: Final = "这张卡已经用过了。请向社区联络员再要一张新的。"
_EXPIRED: Final = "这张卡过了30天，不能用了。请向社区联络员再要一张新的。"
_REVOKED: Final = "这张卡已经作废了。请向社区联络员要一张新的。"
_NOT_ACTIVE: Final = "这份登记现在停用了。请打电话给社区，联络员帮您看一看。"

_JOINTS: Final = re.compile(r"[\W_]+")


def make(person_id: int, now: datetime, by_id: int | None = None) -> tuple[Card, str, str]:
    """A new card for a person, with its code and its token: the only moment at which these are known."""
    code = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
    token = secrets.token_urlsafe(32)
    card = Card(
        person_id=person_id,
        code_hash=_hash("code", code),
        token_hash=_hash("token", token),
        made_at=now,
        expires_at=now + GOOD_FOR,
        by_id=by_id,
    )
    return card, code, token


def plain_code(text: str) -> str:
    """A code as it was typed (case, width, spaces and hyphens aside), or "" where `text` can't be one."""
    code = _JOINTS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(SIGNS) else ""


def by_code(code: str) -> Select[Card]:
    """The card with this code, however it was typed; locked until the transaction ends, so it is spent once."""
    return select(Card).where(Card.code_hash == _hash("code", plain_code(code))).with_for_update()


def by_token(token: str) -> Select[Card]:
    """The card with this token; locked until the transaction ends, so that it is spent once."""
    return select(Card).where(Card.token_hash == _hash("token", token)).with_for_update()


def unspent(person_id: int, now: datetime) -> Select[Card]:
    """The cards of a person that could still be used: what to revoke when one is lost."""
    return select(Card).where(
        Card.person_id == person_id,
        Card.used_at.is_(None),
        Card.revoked_at.is_(None),
        Card.expires_at > now,
    )


def check(card: Card, now: datetime) -> None:
    """Raise Refused where the card was used, revoked or is older than 30 days."""
    if card.used_at is not None:
        raise Refused(_SPENT)
    if card.revoked_at is not None:
        raise Refused(_REVOKED)
    if now >= card.expires_at:
        raise Refused(_EXPIRED)


def redeem(card: Card, now: datetime) -> None:
    """Spend the card. Raises Refused where it was used, revoked or is older than 30 days."""
    check(card, now)
    card.used_at = now


def revoke(card: Card, now: datetime) -> None:
    """Make the card worthless; a used one stays used."""
    if card.used_at is None and card.revoked_at is None:
        card.revoked_at = now


def check_person(person: Person) -> None:
    """Raise Refused where a card of this person must not bind a device: paused, moved or deceased."""
    if person.status != Status.ACTIVE:
        raise Refused(_NOT_ACTIVE)


def check_card_for(person: Person) -> None:
    """Raise Refused, for the coordinator, where no card may be made for this person."""
    if person.status != Status.ACTIVE:
        raise Refused(
            f"{person.name}现在是“{STATUS_TITLE[person.status]}”，不能做登记卡。"
            "要是记错了，请先在这位的资料页改为在册。"
        )


def binding(
    person_id: int, channel: str, address: str, now: datetime, relation: str = "self"
) -> Sender:
    """A new binding of an address to a person. Where `earlier_binding` finds one, `renew` that instead."""
    return Sender(
        channel=channel,
        address=address,
        person_id=person_id,
        relation=relation,
        bound_at=now,
        seen_at=now,
    )


def earlier_binding(person_id: int, channel: str, address: str) -> Select[Sender]:
    """The binding this address has, or once had, to this person: a triple stands in the table once."""
    return select(Sender).where(
        Sender.person_id == person_id, Sender.channel == channel, Sender.address == address
    )


def renew(sender: Sender, now: datetime, relation: str = "self") -> None:
    """Bind an address again that was bound before."""
    if sender.ended_at is not None:
        sender.bound_at = now
    sender.ended_at = sender.unreachable_at = None
    sender.seen_at, sender.relation = now, relation


def replaced_by(person_id: int, channel: str, address: str) -> Select[Sender]:
    """The person's own devices on this channel which a card just used on `address` replaces.

    For relation "self" only: a relative's phone stands beside the member's own.
    """
    return (
        select(Sender)
        .where(
            Sender.person_id == person_id,
            Sender.channel == channel,
            Sender.address != address,
            Sender.relation == "self",
            Sender.ended_at.is_(None),
        )
        .order_by(Sender.id)
    )


def end(senders: Iterable[Sender], now: datetime) -> list[str]:
    """End these bindings; the addresses to which OLD_DEVICE is to be said."""
    told = []
    for sender in senders:
        sender.ended_at = now
        told.append(sender.address)
    return told


def code_url(public_url: str, token: str) -> str:
    """The sign-in link: opening it shows a button, pressing that spends the card."""
    return f"{public_url.rstrip('/')}/in/{quote(token)}"


def telegram_link(bot_name: str, code: str) -> str:
    """The deep link that opens the bot with this code, or "" without a bot."""
    return f"https://t.me/{bot_name.lstrip('@')}?start={plain_code(code)}" if bot_name else ""


def _hash(kind: str, secret: str) -> str:
    return sha256(f"yure:{kind}:{secret}".encode()).hexdigest()
