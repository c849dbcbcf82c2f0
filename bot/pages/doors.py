"""Which browser asks, and for whom it speaks: the cookie, the session's row, the persons bound."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.db import Database
from bot.domain import doors
from bot.domain.credentials import second_factor_of
from bot.domain.doors import CHANNEL, Access, How, Signed, Terms, WebSession
from bot.domain.people import Person, Sender, Status, bound_to
from bot.now import Now

DAYS_KEPT: Final = 400
"""The longest that browsers keep a cookie."""
NOTED_EVERY: Final = timedelta(minutes=1)
"""How often it is written down that a browser of the staff is in use."""

_SECRET: Final = re.compile(rf"[\w-]{{{doors.SECRET_LENGTH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Door:
    """A browser. `known`: its row is kept. `fresh`: it brought no secret we take, so it gets a new one."""

    secret: str
    address: str
    known: bool = False
    fresh: bool = False
    access: Access = Access.OPEN
    session_id: int = 0
    person_id: int = 0
    """Who of the staff signed in here last; 0: nobody."""
    used_at: datetime | None = None
    link_until: datetime | None = None
    """Signed in by a link: how long that lasts."""


class Locked(Exception):
    """A browser of the staff that doesn't open until somebody signs in (again)."""

    def __init__(self, door: Door) -> None:
        """`door.access` says why."""
        super().__init__(door.access)
        self.door = door


class Doors:
    """Finds and keeps browsers."""

    def __init__(
        self, db: Database, real: Now, *, secure: bool, terms: Terms | None = None
    ) -> None:
        """`real`: the machine's clock. `secure`: the public address is https. `terms`: how staff come in."""
        self.db, self.real, self.secure = db, real, secure
        self.terms = terms or Terms()
        self.cookie = "__Host-yure" if secure else "yure"

    async def enter(self, request: Request, *, watching: bool = False, bare: bool = False) -> Door:
        """The browser behind a request; one that brings nothing, or what has ended, is a new one.

        `watching`: nobody did anything, a page only follows along. `bare`: a page on which a code is set up.
        Raises Locked where staff must sign in.
        """
        door = await self.knock(request)
        if door.access is not Access.OPEN and not (bare and door.access is Access.BARE):
            raise Locked(door)
        real = self.real()
        if not watching and door.used_at is not None and real - door.used_at >= NOTED_EVERY:
            await self.db.write(lambda session: _use(session, door, real), durable=False)
        return door

    async def knock(self, request: Request) -> Door:
        """The same, open or not: for the pages on which people sign in."""
        secret = request.cookies.get(self.cookie, "")
        if _SECRET.fullmatch(secret):
            door = await self.db.read(lambda session: self.find(session, secret))
            if door is not None:
                return door
        return fresh_door()

    def find(self, session: Session, secret: str) -> Door | None:
        """The browser that holds `secret`, or None where that no longer opens anything."""
        row = session.scalars(doors.with_secret(secret)).first()
        if row is not None:
            return self._known(session, secret, row) if doors.is_open(row, self.real()) else None
        address = doors.address_of(secret)
        bound = select(Sender.id).where(Sender.channel == CHANNEL, Sender.address == address)
        # A row is missing though somebody was bound here: it was cleared away, so sign in again.
        return None if session.scalars(bound.limit(1)).first() else Door(secret, address)

    def is_open(self, session: Session, door: Door) -> bool:
        """Whether a browser that was let in is still let in: neither ended since nor left alone too long."""
        found = self.find(session, door.secret)
        return found is not None and found.access is Access.OPEN

    def _known(self, session: Session, secret: str, row: WebSession) -> Door:
        door = Door(
            secret, row.address, known=True, session_id=row.id, person_id=row.person_id or 0
        )
        staff = session.scalars(doors.staff_at(row.address)).all() if self.terms.passphrase else ()
        if not staff:
            return door
        if row.person_id is None or row.person_id not in staff:
            return replace(door, access=Access.SHUT, person_id=0)
        factor = session.scalars(second_factor_of(row.person_id)).first()
        access = doors.access(row, factor, self.real(), self.terms)
        by_link = doors.ends_at(row, self.terms) if row.how is How.LINK else None
        return replace(door, access=access, used_at=row.used_at, link_until=by_link)

    def keep(self, session: Session, door: Door) -> Door:
        """Make the row of a browser that says something for the first time."""
        row = session.scalars(doors.with_secret(door.secret)).first()
        if row is None:
            row = doors.session_of(door.secret, door.address, self.real())
            session.add(row)
            session.flush()
        return Door(door.secret, door.address, known=True, session_id=row.id)

    def change(
        self, session: Session, door: Door, address: str, signed: Signed | None = None
    ) -> Door:
        """A new secret for a browser that signs in (the old one opens nothing more); `signed`: as staff."""
        row = session.scalars(doors.with_secret(door.secret)).first()
        if row is not None:
            row.ended_at = self.real()
        opened = self.keep(session, Door(doors.new_secret(), address))
        if signed is None:
            return opened
        doors.sign(session.get_one(WebSession, opened.session_id), signed, self.real())
        return replace(opened, person_id=signed.person_id)

    def people(self, session: Session, door: Door) -> list[Person]:
        """The active persons for whom this browser speaks itself, in the order bound."""
        return [
            sender.person
            for sender in session.scalars(bound_to(CHANNEL, door.address)).unique()
            if sender.relation == "self" and sender.person.status is Status.ACTIVE
        ]

    def signed_in(self, session: Session, door: Door) -> list[Person]:
        """Those of them who may work at the desk here: who signed in."""
        people = self.people(session, door)
        if not self.terms.passphrase:
            return people
        return [person for person in people if person.id == door.person_id]

    def give(self, response: Response, door: Door) -> None:
        """Set the cookie, anew on every page so that it lasts."""
        response.set_cookie(
            self.cookie,
            door.secret,
            max_age=DAYS_KEPT * 86400,
            secure=self.secure,
            httponly=True,
            # Strict would make a strange browser of one that comes by a link from a chat or a QR code.
            samesite="lax",
        )


def _use(session: Session, door: Door, real: datetime) -> None:
    row = session.get(WebSession, door.session_id)
    if row is not None:
        row.used_at = real


def fresh_door() -> Door:
    """A browser never seen."""
    secret = doors.new_secret()
    return Door(secret, doors.address_of(secret), fresh=True)
