"""Which browser asks, and for whom it speaks: the cookie, the session's row, the persons bound."""

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.db import Database
from bot.domain import doors
from bot.domain.people import Person, Sender, Status, bound_to
from bot.now import Now

CHANNEL: Final = "web"
"""The channel whose addresses are browsers."""
DAYS_KEPT: Final = 400
"""The longest that browsers keep a cookie."""

_SECRET: Final = re.compile(rf"[\w-]{{{doors.SECRET_LENGTH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Door:
    """A browser. `known`: its row is kept. `fresh`: it brought no secret we take, so it gets a new one."""

    secret: str
    address: str
    known: bool = False
    fresh: bool = False


class Doors:
    """Finds and keeps browsers."""

    def __init__(self, db: Database, real: Now, *, secure: bool) -> None:
        """`real`: the machine's clock. `secure`: the public address is https."""
        self.db, self.real, self.secure = db, real, secure
        self.cookie = "__Host-yure" if secure else "yure"

    async def enter(self, request: Request) -> Door:
        """The browser behind a request; one that brings nothing, or what has ended, is a new one."""
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
            return (
                Door(secret, row.address, known=True) if doors.is_open(row, self.real()) else None
            )
        address = doors.address_of(secret)
        bound = select(Sender.id).where(Sender.channel == CHANNEL, Sender.address == address)
        # A row is missing though somebody was bound here: it was cleared away, so sign in again.
        return None if session.scalars(bound.limit(1)).first() else Door(secret, address)

    def keep(self, session: Session, door: Door) -> Door:
        """Make the row of a browser that says something for the first time."""
        row = session.scalars(doors.with_secret(door.secret)).first()
        if row is None:
            session.add(doors.session_of(door.secret, door.address, self.real()))
        return Door(door.secret, door.address, known=True)

    def change(self, session: Session, door: Door, address: str) -> Door:
        """A new secret for a browser that signs in (the old one opens nothing more)."""
        row = session.scalars(doors.with_secret(door.secret)).first()
        if row is not None:
            row.ended_at = self.real()
        return self.keep(session, Door(doors.new_secret(), address))

    def people(self, session: Session, door: Door) -> list[Person]:
        """The active persons for whom this browser speaks itself, in the order bound."""
        return [
            sender.person
            for sender in session.scalars(bound_to(CHANNEL, door.address)).unique()
            if sender.relation == "self" and sender.person.status is Status.ACTIVE
        ]

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


def fresh_door() -> Door:
    """A browser never seen."""
    secret = doors.new_secret()
    return Door(secret, doors.address_of(secret), fresh=True)
