"""/account: where somebody of the staff is signed in, and how to end that."""

from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.deeds import at_the_door
from bot.domain.doors import WebSession, lasts, signed_in
from bot.domain.people import Role
from bot.domain.wording import moment_words
from bot.feature import STAFF
from bot.members import end_sessions
from bot.now import local_day
from bot.pages import form_token, token_nonce, where_from
from bot.web.account.own import given, own
from bot.web.acting import Running
from bot.web.desk.frame import Frame

_OUT = "退出好了。要再进来，请用口令登录。"


@dataclass(frozen=True, slots=True)
class Device:
    """One browser on which somebody is signed in, as its owner reads it."""

    id: int
    name: str
    used: str
    where: str
    here: bool


class SessionsPage:
    """GET /account, POST /account/out (this device) and /account/end (another, or all others)."""

    def __init__(self, frame: Frame, running: Running) -> None:
        """`running` has the clocks."""
        self.frame, self.running = frame, running

    async def show(self, request: Request) -> Response:
        """Everything about the own doors."""
        here = await own(self.frame, request)
        if here is None:
            return self.frame.no_entry(request)
        viewer, door = here.entered.viewer, here.entered.door
        real, terms = self.running.real(), self.frame.doors.terms
        rows = await self.frame.db.read(lambda s: list(s.scalars(signed_in(viewer.id)).unique()))
        shown = {
            "own": here,
            "devices": [
                self._device(row, door.session_id) for row in rows if lasts(row, real, terms)
            ],
            "administers": Role.ADMINISTRATOR in viewer.roles,
            "passphrases": terms.passphrase,
            "token": form_token(door.secret),
        }
        return await self.frame.render(request, here.entered, "account.html", shown)

    async def out(self, request: Request) -> Response:
        """Sign this device out; also while it is locked."""
        door = await self.frame.doors.knock(request)
        form = await request.form(max_files=0, max_fields=20)
        if not door.session_id or not token_nonce(door.secret, str(form.get("form_token", ""))):
            return RedirectResponse("/signin", 303)

        def job(session: Session) -> None:
            row = session.get_one(WebSession, door.session_id)
            ended = end_sessions(SessionRows(session), [row], self.running.now())
            by = row.person_id
            session.add(at_the_door("signin.out", self.running.now(), by, by_id=by, sessions=ended))

        await self.frame.db.write(job)
        response = self.frame.looks.note(request, "退出好了", _OUT, 200)
        response.delete_cookie(self.frame.doors.cookie, secure=self.frame.doors.secure)
        return response

    async def end(self, request: Request) -> Response:
        """Sign another device out, or all others."""
        entered = await self.frame.enter(request, STAFF, bare=True)
        if entered is None:
            return self.frame.no_entry(request)
        try:
            fields = await given(request, entered)
        except Refused as no:
            return self.frame.back("/account", f"!{no}")
        one, person_id = fields.get("session", ""), entered.viewer.id

        def job(session: Session) -> int:
            others = [
                row for row in session.scalars(signed_in(person_id)).unique()
                if row.id != entered.door.session_id and one in ("", str(row.id))
            ]  # fmt: skip
            ended = end_sessions(SessionRows(session), others, self.running.now())
            note = at_the_door(
                "signin.ended", self.running.now(), person_id, by_id=person_id, sessions=ended
            )
            session.add(note)
            return len(ended)

        count = await self.frame.db.write(job)
        return self.frame.back(
            "/account", f"退出了{count}台设备。" if count else "没有别的设备了。"
        )

    def _device(self, row: WebSession, here: int) -> Device:
        used = moment_words(row.used_at, local_day(self.running.real())) if row.used_at else ""
        return Device(row.id, row.device, used, where_from(row.net), row.id == here)
