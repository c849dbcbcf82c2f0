"""/account/staff: administrators see who of the staff is signed in, and end that."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.db import SessionRows
from bot.domain.access.people import access_people
from bot.domain.base import Refused
from bot.domain.credentials import Credential
from bot.domain.deeds import at_the_door
from bot.domain.doors import lasts, signed_in
from bot.domain.people import ROLE_TITLE, STAFF_ROLES, Grant, Person, Role
from bot.domain.wording import moment_words
from bot.members import end_sessions
from bot.now import local_day
from bot.pages import form_token
from bot.web.account.own import given
from bot.web.acting import Running
from bot.web.desk.frame import Frame

ADMINISTRATORS: frozenset[str] = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the staff, and how their doors stand."""

    id: int
    name: str
    roles: str
    doors: str
    """ "口令、动态码", or that there is no passphrase yet."""
    devices: int
    used: str


class StaffPage:
    """GET and POST /account/staff."""

    def __init__(self, frame: Frame, running: Running) -> None:
        """`running` has the clocks."""
        self.frame, self.running = frame, running

    async def show(self, request: Request) -> Response:
        """Everybody of the staff within reach."""
        entered = await self.frame.enter(request, ADMINISTRATORS)
        if entered is None:
            return self.frame.no_entry(request)
        real = self.running.real()
        shown = {
            "colleagues": await self.frame.db.read(
                lambda session: [
                    self._colleague(session, person, real)
                    for person in session.scalars(_staff(entered.viewer)).unique()
                ]
            ),
            "token": form_token(entered.door.secret),
        }
        return await self.frame.render(request, entered, "account_staff.html", shown)

    async def end(self, request: Request) -> Response:
        """End every browser on which a colleague is signed in."""
        entered = await self.frame.enter(request, ADMINISTRATORS)
        if entered is None:
            return self.frame.no_entry(request)
        try:
            fields = await given(request, entered)
            wanted = fields.get("person", "")
            done = await self.frame.db.write(
                lambda session: self._end(session, entered.viewer, wanted)
            )
        except Refused as no:
            done = f"!{no}"
        return self.frame.back("/account/staff", done)

    def _end(self, session: Session, by: Person, wanted: str) -> str:
        staff = {str(person.id): person for person in session.scalars(_staff(by)).unique()}
        person = staff.get(wanted)
        if person is None:
            raise Refused("没有找到这位同事，请看一看再按一次。")
        if person.id == by.id:
            raise Refused("您自己的设备，请在“我的登录”里退出。")
        rows, now = SessionRows(session), self.running.now()
        ended = end_sessions(rows, rows.all(signed_in(person.id)), now)
        session.add(at_the_door("signin.ended", now, person.id, by_id=by.id, sessions=ended))
        return f"{person.name}在{len(ended)}台设备上的登录都结束了。"

    def _colleague(self, session: Session, person: Person, real: datetime) -> Colleague:
        terms = self.frame.doors.terms
        rows = session.scalars(signed_in(person.id)).unique()
        lasting = [row for row in rows if lasts(row, real, terms)]
        known = session.get(Credential, person.id)
        words = "还没有口令" if known is None else "口令、动态码" if known.asks_code else "口令"
        used = max((row.used_at for row in lasting if row.used_at), default=None)
        return Colleague(
            person.id,
            person.name,
            "、".join(title for role, title in ROLE_TITLE.items() if role in person.roles),
            words,
            len(lasting),
            moment_words(used, local_day(real)) if used else "",
        )


def _staff(viewer: Person) -> Select[Person]:
    """All who coordinate or administer and over whom the viewer has a say, by name."""
    holds = select(Grant.person_id).where(Grant.role.in_(STAFF_ROLES))
    query = select(Person).where(Person.id.in_(holds)).order_by(Person.name, Person.id)
    return access_people(viewer, query, change=True)
