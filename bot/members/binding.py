"""Binding a device to a person and ending that, with the consent it rests on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from bot.db import SessionRows
from bot.domain import cards, consent
from bot.domain.mail import Conversation, Mail
from bot.domain.people import Consent, Person, Sender, bound_to, senders_of
from bot.domain.phrase import Phrase, Slot
from bot.domain.registration import KEEP, KEEP_VERSION, SELF
from bot.outbox import Post
from bot.talk import MENU, Choice, Note, Reply, Rows

Row = TypeVar("Row")
THROUGH_KIN = "through kin"
STOP_ACTING = "停止代办"
"""What the person says to end it."""


@dataclass(frozen=True, slots=True)
class Device:
    """An address on a channel."""

    channel: str
    address: str


def bind(rows: Rows, person: Person, device: Device, now: datetime, relation: str = SELF) -> Sender:
    """Bind a device; one that was bound before is bound anew. The consent is kept beside it."""
    query = cards.earlier_binding(person.id, device.channel, device.address)
    sender = _first(rows, query)
    if sender is None:
        sender = cards.binding(person.id, device.channel, device.address, now, relation)
        rows.add(sender)
    else:
        cards.renew(sender, now, relation)
    keep_consent(rows, person, now, relation)
    if (conversation := rows.get(Conversation, (device.channel, device.address))) is not None:
        conversation.agreed = ""
    rows.flush()
    return sender


def keep_consent(rows: Rows, person: Person, now: datetime, relation: str = SELF) -> None:
    """The consent to be registered, once, with the version of the words agreed to; a new version follows the old."""
    found = _first(rows, consent.live(person.id, KEEP))
    if found is not None and found.version == KEEP_VERSION:
        return
    if found is not None:
        found.withdrawn_at = now
    given = consent.given(person.id, KEEP, KEEP_VERSION, now)
    given.how = given.how if relation == SELF else THROUGH_KIN
    rows.add(given)


def unbind(rows: Rows, sender: Sender, now: datetime) -> None:
    """End one binding; with the last of a person's own, the consent ends too."""
    cards.end([sender], now)
    rows.flush()
    if sender.relation == SELF and not rows.all(senders_of(sender.person_id)):
        withdraw(rows, sender.person_id, now)


def withdraw(rows: Rows, person_id: int, now: datetime) -> list[Consent]:
    """Withdraw the consent to be registered; what was withdrawn."""
    found = list(rows.all(consent.live(person_id, KEEP)))
    for given in found:
        given.withdrawn_at = now
    rows.flush()
    return found


def own_elsewhere(person_id: int, device: Device) -> Select[Sender]:
    """The person's own devices but this one."""
    here = (Sender.channel == device.channel) & (Sender.address == device.address)
    return senders_of(person_id).where(Sender.relation == SELF, ~here)


ACTING = Phrase(
    "registration.acting", "家里人登记了替本人办事，发给本人",
    f"您的{{家里人}}登记了，可以在自己手机上替您办事。不是您同意的，请说“{STOP_ACTING}”。",
    (Slot("relation", "家里人", "儿子", needed=True),),
)  # fmt: skip


def acts_told(
    rows: Rows, settings: Any, person: Person, sender: Sender, now: datetime
) -> list[Note]:
    """To the person's own devices: somebody may act for them on `sender` now, and how to end that."""
    device = Device(sender.channel, sender.address)
    text = ACTING(settings, relation=sender.relation)
    key = f"acts:{person.id}:{device.channel}:{device.address}:{now.isoformat()}"
    return [
        Note(
            person.id, text, f"{key}:{own.id}", Mail.ALARM, choices=(Choice(STOP_ACTING),),
            address=(own.channel, own.address),
        )
        for own in rows.all(own_elsewhere(person.id, device))
    ]  # fmt: skip


def acting_for(person_id: int) -> Select[Sender]:
    """Devices on which somebody else acts for the person."""
    return senders_of(person_id).where(Sender.relation != SELF)


def binding_here(person_id: int, device: Device) -> Select[Sender]:
    """The live binding of this device to the person."""
    here = bound_to(device.channel, device.address)
    return here.where(Sender.person_id == person_id)


def branch_name(person: Person) -> str:
    """The branch, as a sentence may begin with it."""
    return person.branch.name if person.branch else "社区"


WELCOME = Phrase(
    "registration.welcome", "登记通过了，发给本人",
    "登记好了，{姓名}！{支部}的学习、服务和走访，以后都会告诉您。",
    (Slot("name", "姓名", "韦建国"), Slot("branch", "支部", "三海街道离退休党支部")),
)  # fmt: skip


def welcome_words(person: Person, settings: Any) -> str:
    """What somebody reads who has just been registered."""
    return WELCOME(settings, name=person.name, branch=branch_name(person))


class Welcome:
    """What the sign-in page calls once a browser is bound: keeps the consent, says welcome, tells the old device."""

    def __init__(self, post: Post, settings: Any) -> None:
        """`post` queues the words, `settings` know them."""
        self.post, self.settings = post, settings

    def __call__(self, session: Session, person: Person, sender: Sender, now: datetime) -> None:
        """In the transaction that bound the browser."""
        keep_consent(SessionRows(session), person, now)
        reply = Reply(welcome_words(person, self.settings), (Choice(MENU), Choice("我的资料")))
        key = f"welcome:{sender.id}:{now.isoformat()}"
        self.post.answer(session, key, sender.channel, sender.address, reply, now)

    def replaced(self, session: Session, key: str, there: tuple[str, str], now: datetime) -> None:
        """To the device that a new one has replaced."""
        self.post.answer(session, key, *there, Reply(cards.OLD_DEVICE(self.settings)), now)


def _first(rows: Rows, query: Select[Row]) -> Row | None:
    found = rows.all(query.limit(1))
    return found[0] if found else None
