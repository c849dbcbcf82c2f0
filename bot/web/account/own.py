"""What the pages of /account share: who is there, how they came in, and what they have set up."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.requests import Request

from bot.domain.base import Refused
from bot.domain.credentials import Credential, recovery_codes
from bot.domain.doors import How, WebSession
from bot.feature import STAFF
from bot.pages import token_nonce
from bot.web.desk.frame import STALE, Entered, Frame


@dataclass(frozen=True, slots=True)
class Own:
    """Somebody of the staff at the own doors."""

    entered: Entered
    has_passphrase: bool
    asks_code: bool
    next_secret: str
    """Offered to the phone, not confirmed yet."""
    recovery_left: int
    by_link: bool
    """Came by a link lately: that is proof enough to set a new passphrase, as after forgetting the old one."""


async def own(frame: Frame, request: Request) -> Own | None:
    """Who looks at the own doors; None for everybody who isn't of the staff. Raises Locked."""
    entered = await frame.enter(request, STAFF, bare=True)
    return await frame.db.read(lambda session: _own(session, entered)) if entered else None


def _own(session: Session, entered: Entered) -> Own:
    person_id = entered.viewer.id
    known = session.get(Credential, person_id)
    row = session.get(WebSession, entered.door.session_id)
    left = select(func.count()).select_from(recovery_codes(person_id).subquery())
    return Own(
        entered,
        known is not None,
        known is not None and known.asks_code,
        known.next_secret if known else "",
        session.scalar(left) or 0,
        row is not None and row.how is How.LINK,
    )


async def given(request: Request, entered: Entered) -> dict[str, str]:
    """The fields of a posted form. Raises Refused where it was not given to this browser."""
    async with request.form(max_files=0, max_fields=20) as form:
        found = {name: value for name, value in form.items() if isinstance(value, str)}
    if not token_nonce(entered.door.secret, found.get("form_token", "")):
        raise Refused(STALE)
    return found
