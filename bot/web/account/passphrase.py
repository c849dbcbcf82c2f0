"""/account/passphrase: set the first passphrase, a new one, or one in place of what was forgotten."""

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from bot.db import SessionRows
from bot.domain.base import Refused
from bot.domain.credentials import Credential, credential_of
from bot.domain.deeds import at_the_door
from bot.domain.doors import How, Signed, signed_in
from bot.domain.passphrase import LONGEST, SHORTEST, check, plain
from bot.members import end_sessions, revoke
from bot.pages import Door, device_of, form_token, net_of
from bot.web.account.entering import Entering
from bot.web.account.own import Own, given, own
from bot.web.desk.frame import Entered, Frame

_SET = "口令设好了。以后在“联络员登录”里输姓名和口令就能进来；别的设备上都退出了。"
_ELSEWHERE = "刚才在别的地方换过口令了，请再办一次。"


class PassphrasePage:
    """GET and POST /account/passphrase."""

    def __init__(self, frame: Frame, entering: Entering) -> None:
        """`entering` compares the present passphrase."""
        self.frame, self.entering = frame, entering

    async def show(self, request: Request) -> Response:
        """The form."""
        here = await own(self.frame, request)
        if here is None:
            return self.frame.no_entry(request)
        return await self._page(request, here, "")

    async def set(self, request: Request) -> Response:
        """Keep the new passphrase: this browser gets a new secret, all others end."""
        here = await own(self.frame, request)
        if here is None:
            return self.frame.no_entry(request)
        try:
            opened = await self._set(request, here)
        except Refused as no:
            return await self._page(request, here, str(no))
        bare = self.frame.doors.terms.code_required and not here.asks_code
        response = self.frame.back("/account/code" if bare else "/account", _SET)
        self.frame.doors.give(response, opened)
        return response

    async def _page(self, request: Request, here: Own, refusal: str) -> Response:
        shown: dict[str, Any] = {
            "own": here,
            "needs_now": _needs_now(here),
            "shortest": SHORTEST,
            "longest": LONGEST,
            "refusal": refusal,
            "token": form_token(here.entered.door.secret),
        }
        return await self.frame.render(request, here.entered, "account_passphrase.html", shown)

    async def _set(self, request: Request, here: Own) -> Door:
        fields = await given(request, here.entered)
        new = plain(fields.get("new", ""))
        check(new, here.entered.viewer)
        if new != plain(fields.get("repeated", "")):
            raise Refused("两次输的口令不一样，请再输一次。")
        before = None
        if _needs_now(here):
            before = await self.entering.confirm(here.entered.door, fields.get("now", ""))
        hash_ = await self.entering.hashing.make(new)
        signed = Signed(
            here.entered.viewer.id, How.PASSPHRASE, self.entering.real(),
            device_of(request), net_of(request),
        )  # fmt: skip
        return await self.frame.db.write(
            lambda session: self._keep(session, here.entered, before, hash_, signed)
        )

    def _keep(
        self, session: Session, entered: Entered, before: str | None, hash_: str, signed: Signed
    ) -> Door:
        """`before`: the hash that was compared; None where a link was the proof, or there was none."""
        now, rows, person_id = self.entering.now(), SessionRows(session), signed.person_id
        known = session.scalars(credential_of(person_id)).first()
        if known is None:
            session.add(Credential(person_id=person_id, hash=hash_, set_at=signed.at))
        elif before is not None and known.hash != before:
            raise Refused(_ELSEWHERE)
        else:
            known.hash, known.set_at = hash_, signed.at
        others = [s for s in rows.all(signed_in(person_id)) if s.id != entered.door.session_id]
        ended = end_sessions(rows, others, now)
        revoke(rows, entered.viewer, now)
        did = at_the_door("signin.passphrase", now, person_id, by_id=person_id, sessions=ended)
        session.add(did)
        return self.frame.doors.change(session, entered.door, entered.door.address, signed)


def _needs_now(here: Own) -> bool:
    """Whether the present passphrase is asked for."""
    return here.has_passphrase and not here.by_link
