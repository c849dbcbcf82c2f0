"""/account/code: codes from the phone as a second factor, confirmed by one before they count."""

from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.domain import credentials
from bot.domain.base import Refused
from bot.domain.credentials import Credential, all_recovery_codes, credential_of
from bot.domain.deeds import at_the_door
from bot.pages import form_token
from bot.web.account.entering import Entering
from bot.web.account.own import Own, given, own
from bot.web.desk.frame import Frame
from bot.web.parts import draw_code

_NO_CODE: Final = "这个动态码不对。请看手机上现在显示的6个数字，再输一次；手机的时间要准。"
_GONE: Final = "这一步过去了，请从头再来一次。"
_OFF: Final = "动态码关掉了，以后登录只要口令。"


class CodePage:
    """GET /account/code and POST /account/code/start|confirm|off|recovery."""

    def __init__(self, frame: Frame, entering: Entering) -> None:
        """`entering` compares the passphrase, without which nothing changes here."""
        self.frame, self.entering = frame, entering
        self.acts = {
            "start": self._start, "confirm": self._confirm,
            "off": self._turn_off, "recovery": self._recovery,
        }  # fmt: skip

    async def show(self, request: Request) -> Response:
        """What is set up, or what to scan."""
        here = await own(self.frame, request)
        if here is None:
            return self.frame.no_entry(request)
        return await self._page(request, here, "")

    async def act(self, request: Request) -> Response:
        """One step of setting it up, or turning it off."""
        here = await own(self.frame, request)
        act = self.acts.get(request.path_params["act"])
        if here is None or act is None:
            return self.frame.no_entry(request)
        try:
            fields = await given(request, here.entered)
            if request.path_params["act"] != "confirm" and not here.by_link:
                await self.entering.confirm(here.entered.door, fields.get("now", ""))
            done = await self.frame.db.write(lambda session: act(session, here, fields))
        except Refused as no:
            return await self._page(request, here, str(no))
        if isinstance(done, str):
            return self.frame.back("/account/code", done)
        shown = {"codes": done, "token": form_token(here.entered.door.secret)}
        return await self.frame.render(request, here.entered, "account_recovery.html", shown)

    async def _page(self, request: Request, here: Own, refusal: str) -> Response:
        secret = here.next_secret
        shown: dict[str, Any] = {
            "own": here,
            "required": self.frame.doors.terms.code_required,
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "drawn": self._drawn(here) if secret else "",
            "refusal": refusal,
            "token": form_token(here.entered.door.secret),
        }
        return await self.frame.render(request, here.entered, "account_code.html", shown)

    def _drawn(self, here: Own) -> str:
        """The QR code for the phone."""
        name, issuer = here.entered.viewer.name, self.frame.looks.office.name
        address = credentials.address_for_phone(here.next_secret, name, issuer)
        return draw_code(address)

    # ── the steps, each in one transaction: what was done, or the recovery codes to show once ─────

    def _start(self, session: Session, here: Own, fields: dict[str, str]) -> str | list[str]:
        self._known(session, here).next_secret = credentials.new_secret()
        return ""

    def _confirm(self, session: Session, here: Own, fields: dict[str, str]) -> str | list[str]:
        known = self._known(session, here)
        if not known.next_secret_sealed:
            raise Refused(_GONE)
        step = credentials.step_of(known.next_secret, fields.get("code", ""), self.entering.real())
        if step is None:
            raise Refused(_NO_CODE)
        known.code_secret, known.next_secret = known.next_secret, ""
        known.code_since, known.last_step = self.entering.real(), step
        self._note(session, here, "signin.code")
        return self._new_codes(session, here)

    def _turn_off(self, session: Session, here: Own, fields: dict[str, str]) -> str | list[str]:
        known = self._known(session, here)
        known.code_secret = known.next_secret = ""
        known.code_since = None
        _end_codes(session, known.person_id)
        self._note(session, here, "signin.code_off")
        return _OFF

    def _recovery(self, session: Session, here: Own, fields: dict[str, str]) -> str | list[str]:
        if not self._known(session, here).asks_code:
            raise Refused(_GONE)
        self._note(session, here, "signin.recovery_new")
        return self._new_codes(session, here)

    def _new_codes(self, session: Session, here: Own) -> list[str]:
        person_id = here.entered.viewer.id
        _end_codes(session, person_id)
        rows, shown = credentials.new_recovery_codes(person_id)
        session.add_all(rows)
        return shown

    def _known(self, session: Session, here: Own) -> Credential:
        known = session.scalars(credential_of(here.entered.viewer.id)).first()
        if known is None:
            raise Refused("请先设口令，再开动态码。")
        return known

    def _note(self, session: Session, here: Own, did: str) -> None:
        person_id = here.entered.viewer.id
        session.add(at_the_door(did, self.entering.now(), person_id, by_id=person_id))


def _end_codes(session: Session, person_id: int) -> None:
    for code in session.scalars(all_recovery_codes(person_id)):
        session.delete(code)
