"""The one-time sign-in link: opening it shows a button, pressing that binds this browser."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.db import Database
from bot.domain import cards, doors
from bot.domain.base import Refused
from bot.domain.deeds import at_the_door
from bot.domain.doors import CHANNEL, How, Signed
from bot.domain.people import Card, Person, Sender, bound_to
from bot.members import Welcome
from bot.now import Now
from bot.pages import Door, Doors, Looks, device_of, net_of
from bot.text import masked_name

STAFF_NEXT: Final = "/account/passphrase"
"""Where staff set the passphrase with which they come in from now on."""
_UNKNOWN: Final = "这个链接不对，或者已经作废了。请向社区联络员要一张新的卡。"


@dataclass(frozen=True, slots=True)
class Held:
    """Whose card it is, as the page may say before the button is pressed."""

    name: str
    own: bool
    """This browser already speaks for that person."""
    others: tuple[str, ...]
    """For whom else it speaks, masked."""


class SignIn:
    """GET and POST /in/TOKEN."""

    def __init__(
        self, db: Database, looks: Looks, doors_: Doors, now: Now, welcome: Welcome
    ) -> None:
        """`now`: the calendar's clock, by which cards expire. `welcome` keeps the consent and tells both devices."""
        self.db, self.looks, self.doors = db, looks, doors_
        self.now, self.welcome = now, welcome

    def routes(self) -> list[Route]:
        """What the app mounts."""
        return [
            Route("/in/{token}", self._show, methods=["GET"]),
            Route("/in/{token}", self._spend, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        door = await self.doors.knock(request)
        try:
            held = await self.db.read(lambda s: self._held(s, door, request.path_params["token"]))
        except Refused as no:
            return self.looks.note(request, "这张卡不能用", str(no), 410)
        if held is None:
            return RedirectResponse("/chat", 303)
        return self.looks.page(request, "signin.html", held=held)

    async def _spend(self, request: Request) -> Response:
        door = await self.doors.knock(request)
        together = (await request.form()).get("together") == "1"
        try:
            opened = await self.db.write(lambda s: self._admit(s, request, door, together=together))
        except Refused as no:
            return self.looks.note(request, "这张卡不能用", str(no), 410)
        asks = opened.person_id and self.doors.terms.passphrase
        response = RedirectResponse(STAFF_NEXT if asks else "/chat", 303)
        self.doors.give(response, opened)
        return response

    def _card(self, session: Session, token: str) -> tuple[Card, Person]:
        card = session.scalars(cards.by_token(token)).first()
        person = session.get(Person, card.person_id) if card else None
        if card is None or person is None:
            raise Refused(_UNKNOWN)
        cards.check_person(person)
        return card, person

    def _held(self, session: Session, door: Door, token: str) -> Held | None:
        """What the page says; None where this browser has itself spent the card: it is signed in."""
        card, person = self._card(session, token)
        here = self.doors.people(session, door)
        own = any(one.id == person.id for one in here)
        if own and card.used_at is not None:
            return None
        cards.check(card, self.now())
        others = tuple(masked_name(one.name) for one in here if one.id != person.id)
        return Held(masked_name(person.name), own, others)

    def _admit(self, session: Session, request: Request, door: Door, *, together: bool) -> Door:
        now = self.now()
        card, person = self._card(session, request.path_params["token"])
        cards.redeem(card, now)
        live = session.scalars(bound_to(CHANNEL, door.address)).unique().all()
        strangers = [sender for sender in live if sender.person_id != person.id]
        stays = together or not strangers
        if not stays:
            cards.end(strangers, now)
        address = door.address if stays else doors.new_address()
        opened = self.doors.change(session, door, address, self._signed(request, person))
        sender = self._bind(session, person.id, opened.address, now)
        self._replace(session, card, opened.address, now)
        self.welcome(session, person, sender, now)
        if person.is_staff:
            session.add(at_the_door("signin.link", now, person.id, by_id=person.id))
        return replace(opened, known=True)

    def _signed(self, request: Request, person: Person) -> Signed | None:
        """Staff sign in by a link for some hours, within which they set a passphrase; members for good."""
        if not person.is_staff:
            return None
        device, net = device_of(request), net_of(request)
        return Signed(person.id, How.LINK, self.doors.real(), device, net)

    def _bind(self, session: Session, person_id: int, address: str, now: datetime) -> Sender:
        sender = session.scalars(cards.earlier_binding(person_id, CHANNEL, address)).first()
        if sender is None:
            sender = cards.binding(person_id, CHANNEL, address, now)
            session.add(sender)
        else:
            cards.renew(sender, now)
        session.flush()
        return sender

    def _replace(self, session: Session, card: Card, address: str, now: datetime) -> None:
        """The person's earlier browsers end and are told so."""
        earlier = (
            session.scalars(cards.replaced_by(card.person_id, CHANNEL, address)).unique().all()
        )
        for old in cards.end(earlier, now):
            self.welcome.replaced(session, f"device:{card.id}:{old}", (CHANNEL, old), now)
